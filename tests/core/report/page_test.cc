// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <sstream>

#include "core/report/sample_case.h"
#include "report/openssl.h"

namespace discern {
namespace {

using tests::SampleCase;
using tests::TemporaryFolder;

std::string page_of(const Examination& examination) {
  for (const ReportWriter& writer : report_writers()) {
    if (writer.file != "report.html") continue;
    std::ostringstream out;
    writer.write(examination, out);
    return out.str();
  }
  return {};
}

// Unlike HasSubstr, does not print the whole page when it fails.
testing::AssertionResult has(std::string_view page, std::string_view what) {
  if (page.find(what) != std::string_view::npos) return testing::AssertionSuccess() << what;
  return testing::AssertionFailure() << "no " << what;
}

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

// Standard output of `command`, run by bash; `status` gets the exit status.
std::string output_of(const std::string& command, const TemporaryFolder& folder, int& status) {
  const std::string script = folder.write("script", as_bytes(command));
  FILE* pipe = popen(("bash '" + script + "' 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  for (std::size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, got);
  status = pclose(pipe);
  return text;
}

// Well-formed XML: every tag closed, every attribute quoted, nothing unescaped.
void expect_well_formed(const std::string& page) {
  const TemporaryFolder folder;
  folder.write("page.html", as_bytes(page));
  int status = 0;
  const std::string said =
      output_of("xmllint --noout '" + (folder.path() / "page.html").string() + "'", folder, status);
  EXPECT_EQ(status, 0) << said;
}

bool has_xmllint() { return std::system("command -v xmllint >/dev/null 2>&1") == 0; }

TEST(Page, IsWellFormed) {
  if (!has_xmllint()) GTEST_SKIP() << "no xmllint";
  expect_well_formed(page_of(SampleCase::floppy()->examination));
  expect_well_formed(page_of(SampleCase::disc()->examination));
}

TEST(Page, OfACaseWithNothingInItIsWellFormed) {
  if (!has_xmllint()) GTEST_SKIP() << "no xmllint";
  Image image;
  image.path = "empty.img";
  image.format = "raw";
  image.views = {{"media", 512, memory_source({}, "empty.img")}};
  Examination examination;
  examination.image = &image;
  examination.view = &image.main_view();
  const std::string page = page_of(examination);
  expect_well_formed(page);
  EXPECT_TRUE(has(page, "nothing to compare the digests with"));
}

TEST(Page, LetsNoNameBecomeMarkup) {
  const auto made = SampleCase::disc();
  auto& examination = made->examination;
  const std::string evil = "</code></td><script>x</script><img src=x onerror=y>\"'><b>&\x1b";
  made->image.format = evil;
  made->image.views[1].derivation = evil;
  made->image.volumes.push_back({0, 2048, evil, evil});
  made->image.proofs = {{evil, 0, {}, evil}};
  made->image.disc->source = made->image.disc->catalog = evil;
  made->image.disc->sessions[0].tracks[0].flags = {evil};
  made->image.disc->sessions[0].tracks[0].isrc = evil;
  examination.digests.push_back({evil, 0, 0, {}, {{Algorithm::md5, evil}}, ""});
  examination.digests.push_back({"x", 0, 0, {}, {}, evil});
  examination.verifications.push_back({evil, evil, evil, evil, evil, Outcome::mismatch});
  examination.sectors->bad_runs.push_back({Lba{1}, 1, evil});
  examination.findings.push_back({evil, Severity::damage, {evil, 1, 1, 1, 1}, evil});
  examination.carved[0].type = examination.carved[0].file = examination.carved[0].end_reason = evil;
  examination.carved[0].sha256 = evil;
  Entry& entry = examination.timeline.entries[examination.timeline.events[0].entry];
  entry.path = entry.link_target = entry.source = evil;
  examination.run = {{evil}, evil, evil, evil, evil, evil, evil, {{evil, evil}}};
  const std::string page = page_of(examination);
  EXPECT_EQ(occurrences(page, "<script"), 1u);  // the page's own
  EXPECT_FALSE(has(page, "<b>"));
  EXPECT_FALSE(has(page, "\x1b"));
  if (!has_xmllint()) return;
  expect_well_formed(page);
  const TemporaryFolder folder;
  folder.write("page.html", as_bytes(page));
  int status = 0;
  EXPECT_EQ(
      output_of("cd '" + folder.path().string() +
                    "' && xmllint --xpath 'count(//@*[starts-with(name(), \"on\")])' page.html",
                folder, status),
      "0\n");
}

TEST(Page, ForbidsNetworkAndForeignScripts) {
  const std::string page = page_of(SampleCase::disc()->examination);
  EXPECT_TRUE(has(page, "content=\"default-src 'none'; img-src data:; "));
  EXPECT_FALSE(has(page, "unsafe-inline"));
  EXPECT_FALSE(has(page, " style="));
  EXPECT_FALSE(has(page, "@import"));
  // The XML namespace is a name, not an address to load.
  EXPECT_EQ(occurrences(page, "http"), 1u + occurrences(page, "http-equiv"));
}

// The policy's digests by openssl, over the texts between the tags.
TEST(Page, NamesItsStyleAndScriptInThePolicy) {
  if (std::system("command -v openssl >/dev/null 2>&1") != 0) GTEST_SKIP() << "no openssl";
  const std::string page = page_of(SampleCase::floppy()->examination);
  for (const std::string tag : {"style", "script"}) {
    const auto begin = page.find("<" + tag + ">") + tag.size() + 2;
    const std::string text = page.substr(begin, page.find("</" + tag + ">") - begin);
    const TemporaryFolder folder;
    const std::string file = folder.write("text", as_bytes(text));
    int status = 0;
    std::string digest =
        output_of("openssl dgst -sha256 -binary '" + file + "' | base64", folder, status);
    digest.pop_back();
    EXPECT_TRUE(has(page, tag + "-src 'sha256-" + digest + "'"));
  }
}

TEST(Page, SaysTheVerdictInPlainWords) {
  EXPECT_TRUE(has(page_of(SampleCase::floppy()->examination), ">Consistent</p>"));
  auto made = SampleCase::disc();
  const std::string page = page_of(made->examination);
  EXPECT_TRUE(has(page, ">Does not match</p>"));
  EXPECT_TRUE(has(page, "<li>view:raw, edc: 12 instead of 0 (sectors of mode 1)</li>"));
  made->examination.verifications.clear();
  made->examination.sectors.reset();
  const std::string incomplete = page_of(made->examination);
  EXPECT_TRUE(has(incomplete, ">Incomplete</p>"));
  EXPECT_TRUE(has(incomplete, "<li>4,096 bytes of view:data could not be read</li>"));
}

TEST(Page, ExplainsWhatADiscHoldsBeyondItsFiles) {
  const auto made = SampleCase::disc();
  EXPECT_FALSE(has(page_of(made->examination), "Beyond the files"));
  made->examination.findings.push_back({"disc.data-behind-file-system",
                                        Severity::warning,
                                        {.lba = 4'242},
                                        "3 sectors behind the end <of> it"});
  made->examination.findings.push_back(
      {"disc.edc-wrong-by-design", Severity::note, {.lba = 70}, "10 sectors"});
  made->examination.sectors->odd.push_back({"disc.data-behind-file-system", {}});
  made->examination.sectors->odd.push_back(
      {"disc.edc-wrong-by-design", {{{70}, 1}, {{77}, 2}, {{90}, 1}, {{95}, 1}, {{99}, 1}}});
  const std::string page = page_of(made->examination);
  EXPECT_TRUE(has(page,
                  "<th scope=\"row\">Data behind the file system&#39;s end</th>"
                  "<td>from 4,242 on</td><td>3 sectors behind the end &lt;of&gt; it</td>"));
  EXPECT_TRUE(has(page,
                  "<th scope=\"row\">Sectors made wrong, not damaged</th>"
                  "<td>70, 77 to 78, 90, 95 and more</td><td>10 sectors</td>"));
}

TEST(Page, DrawsAFloppyByItsSides) {
  const auto made = SampleCase::floppy();
  Entry live;
  live.path = "/live";
  live.runs = {{0, 9'216, (1 * 2 + 1) * 18 * 512}};  // cylinder 1, head 1
  Entry deleted = live;
  deleted.state = EntryState::deleted;
  deleted.runs = {{0, 1'000, 2 * 2 * 18 * 512}};  // cylinder 2, head 0
  made->examination.timeline = make_timeline({live, deleted}, &made->image.main_view());
  const std::string page = page_of(made->examination);
  EXPECT_TRUE(has(page, "Files, side 0"));
  EXPECT_TRUE(has(page, "Files, side 1"));
  EXPECT_TRUE(has(page, "Cylinder 1, head 1: 9,216 bytes of live files, 0 of deleted ones"));
  EXPECT_TRUE(has(page, "Cylinder 2, head 0: 0 bytes of live files, 1,000 of deleted ones"));
  EXPECT_EQ(occurrences(page, "Cylinder"), 2u);
}

// A grey picture with a text in it that must not get into the page.
std::string grey_jpeg(int width, int height, const std::string& text) {
  const std::vector<unsigned char> grey(static_cast<std::size_t>(width * height) * 3, 0x80);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  void* const encoder = tjInitCompress();
  tjCompress2(encoder, grey.data(), width, 0, height, TJPF_RGB, &bytes, &size, TJSAMP_444, 90, 0);
  std::string jpeg(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(encoder);
  const auto length = static_cast<char>(text.size() + 2);
  return jpeg.insert(2, std::string("\xFF\xFE\0", 3) + length + text);
}

CarvedFile carved_picture(const std::string& type, std::uint64_t offset, std::uint64_t size) {
  CarvedFile file;
  file.type = file.extension = type;
  file.offset = offset;
  file.size = size;
  file.file = std::to_string(offset) + "." + type;
  return file;
}

TEST(Page, ShowsPicturesMadeAnewAndNoneOfTheirBytes) {
  const auto made = SampleCase::disc();
  const std::string jpeg = grey_jpeg(1400, 700, "what the evidence says");
  const std::string medium = std::string(512, '\0') + jpeg + std::string(4096, '\x55');
  const auto bytes = as_bytes(medium);
  made->image.views[0].source =
      memory_source(std::vector<std::byte>(bytes.begin(), bytes.end()), "disc.bin");
  CarvedFile parted = carved_picture("jpeg", 512, jpeg.size());
  parted.fragments = {{512, 100}, {612, jpeg.size() - 100}};
  made->examination.carved = {carved_picture("jpeg", 512, jpeg.size()),
                              parted,
                              carved_picture("gif", 512, jpeg.size()),
                              carved_picture("png", 512, jpeg.size()),
                              carved_picture("jpeg", 512 + jpeg.size(), 4096),
                              carved_picture("jpeg", 512, std::uint64_t{1} << 40)};
  const std::string page = page_of(made->examination);
  EXPECT_EQ(occurrences(page, "<img "), 2u) << "what decodes";
  EXPECT_EQ(occurrences(page, "src=\"data:image/jpeg;base64,"), 2u);
  EXPECT_FALSE(has(page, "src=\"carved/"));
  EXPECT_TRUE(has(page, "<a href=\"carved/512.jpeg\"><img loading=\"lazy\""));

  const std::string begin = "base64,";
  const auto from = page.find(begin) + begin.size();
  const auto small = from_base64(std::string_view(page).substr(from, page.find('"', from) - from));
  ASSERT_TRUE(small);
  EXPECT_FALSE(has(*small, "what the evidence says"));
  int width = 0;
  int height = 0;
  int sampling = 0;
  void* const decoder = tjInitDecompress();
  ASSERT_EQ(tjDecompressHeader2(decoder,
                                reinterpret_cast<unsigned char*>(const_cast<char*>(small->data())),
                                small->size(), &width, &height, &sampling),
            0);
  tjDestroy(decoder);
  EXPECT_EQ(width, 160);
  EXPECT_LE(height, 80);
}

TEST(Page, LeadsFromTheMapToTheFiles) {
  const auto made = SampleCase::disc();
  made->examination.carved[0].file = "400000.gif";
  made->examination.carved[1].file.clear();
  const std::string page = page_of(made->examination);
  EXPECT_TRUE(has(page, "<a href=\"carved/400000.gif\"><rect class=\"carved"));
  const std::string row = "carved-" + std::to_string(made->examination.carved[1].offset);
  EXPECT_TRUE(has(page, "<a href=\"#" + row + "\"><rect"));
  EXPECT_TRUE(has(page, "<tr id=\"" + row + "\">"));
}

TEST(Page, CutsLongTablesAndPointsToTheWhole) {
  const auto made = SampleCase::disc();
  made->examination.carved.assign(20'000, made->examination.carved[0]);
  made->examination.findings.assign(20'000, made->examination.findings[0]);
  const std::string page = page_of(made->examination);
  EXPECT_LT(page.size(), 2'000'000u);
  EXPECT_TRUE(has(page,
                  "Only 500 of 20,000 are shown here; all are in "
                  "<a href=\"carved.jsonl\">"));
  EXPECT_TRUE(has(page, "<a href=\"findings.jsonl\">"));
  EXPECT_TRUE(has(page, "<a href=\"timeline.csv\">"));
}

TEST(Page, LeavesFarOffEventsOutOfTheChartButCountsThem) {
  EXPECT_TRUE(has(page_of(SampleCase::floppy()->examination),
                  "Not drawn because they are far off: 8 events before, 0 after."));
}

std::string unescaped(std::string text) {
  for (const auto& [entity, plain] :
       {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"}, std::pair{"&quot;", "\""},
        std::pair{"&#39;", "'"}, std::pair{"&amp;", "&"}})
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1))
      text.replace(at, std::string_view(entity).size(), plain);
  return text;
}

// Runs what the page tells its reader to run; the oracles are sha256sum, dd and perl.
TEST(Page, GivesCommandsThatGiveTheDigestsBesideThem) {
  const auto made = SampleCase::disc();
  const std::string page = page_of(made->examination);
  const std::string begin = "<pre><code>";
  const std::string expect = "gives <code>";
  int commands = 0;
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at + 1)) {
    const auto from = at + begin.size();
    const std::string command = unescaped(page.substr(from, page.find("</code>", from) - from));
    if (command.starts_with("sha256sum -c")) continue;
    const auto digest = page.find(expect, at) + expect.size();
    const TemporaryFolder folder;
    int status = 0;
    EXPECT_THAT(output_of(command, folder, status), testing::StartsWith(page.substr(digest, 64)))
        << command;
    ++commands;
  }
  EXPECT_EQ(commands, 2);  // the file; track 1, sector by sector
}

// Views whose bytes stand in no file: the program that unpacks them, else discern itself.
TEST(Page, NamesTheProgramThatUnpacksAnImage) {
  struct Row {
    std::string format;
    std::string magic;
    std::string command;
  };
  const Row rows[] = {{"imz", "PK\x03\x04", "unzip -p &#39;"},
                      {"imz", "\x1f\x8b\x08", "gzip -dc &lt; &#39;"},
                      {"imz", "", "discern cat --view &#39;media&#39; &#39;"},
                      {"ewf", "EVF", "img_cat &#39;"}};
  for (const Row& row : rows) {
    const auto made = SampleCase::floppy();
    const Bytes magic = as_bytes(row.magic);
    made->image.format = row.format;
    made->image.proofs = {{made->image.path, 0, {magic.begin(), magic.end()}, "signature"}};
    made->image.views[0].source = memory_source(std::vector<std::byte>(512), "x.imz");
    made->examination.digests[1].same_as.clear();
    EXPECT_TRUE(has(page_of(made->examination), "<code>" + row.command));
  }
}

TEST(Page, QuotesNamesThatDoNotPrintForTheShell) {
  const auto made = SampleCase::floppy();
  made->image.format = "ewf";
  made->image.path = "a\n'b";
  made->image.views[0].source = memory_source(std::vector<std::byte>(512), "x");
  made->examination.digests[1].same_as.clear();
  EXPECT_TRUE(has(page_of(made->examination), "img_cat $&#39;a\\x0a\\x27b&#39; | sha256sum"));
}

// Sectors that do not stand in even steps cannot be had with one loop over the file.
TEST(Page, GivesNoLoopOverSectorsInUnevenSteps) {
  const auto made = SampleCase::disc();
  const SourcePtr data = made->image.views[0].source;
  made->image.views[2].source =
      concat_source({window_source(data, 0, 2048), window_source(data, 3 * 2048, 2 * 2048)});
  EXPECT_FALSE(has(page_of(made->examination), "perl"));
  EXPECT_TRUE(has(page_of(made->examination), "discern cat --view &#39;track 1&#39;"));
}

}  // namespace
}  // namespace discern
