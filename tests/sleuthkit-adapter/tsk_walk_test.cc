// SPDX-License-Identifier: Apache-2.0
// Entries are compared with `fls -r -m` line by line, contents with icat.
#include "discern/tsk_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ranges>
#include <sstream>

#include "corpus.h"

namespace discern {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

// TSK converts local times by the process's zone: what tsk_walk.h asks of callers.
const bool zone_is_utc = [] { return setenv("TZ", "UTC", 1) == 0; }();

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return text;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  pclose(pipe);
  return text;
}

bool has_tool(const std::string& tool) {
  return std::system(("command -v " + tool + " > /dev/null").c_str()) == 0;
}

std::shared_ptr<const Image> raw_image(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file) return nullptr;
  auto image = std::make_shared<Image>();
  image->path = path;
  image->format = "raw";
  image->files.push_back({"image", *file});
  image->views.push_back({"media", 512, *file});
  return image;
}

struct Walked {
  std::vector<Entry> entries;
  Findings findings;
};

Walked walk(const std::shared_ptr<const Image>& image) {
  Walked result;
  auto tsk = open_tsk_image(image, image->main_view());
  EXPECT_TRUE(tsk) << describe(tsk.error());
  const Status status = walk_file_systems(
      *tsk, {},
      [&](Entry&& entry) {
        result.entries.push_back(std::move(entry));
        return true;
      },
      result.findings);
  EXPECT_TRUE(status) << describe(status.error());
  return result;
}

// ---- fls ------------------------------------------------------------------------------------

std::int64_t seconds(const Entry& entry, TimeKind kind) {
  for (const EntryTime& time : entry.times)
    if (time.kind == kind && time.validity == Validity::ok) {
      const std::int64_t rest = time.time_ns % 1'000'000'000;
      return time.time_ns / 1'000'000'000 - (rest < 0 ? 1 : 0);
    }
  return 0;
}

// The entry as a line of `fls -m /`.
std::string body_line(const Entry& entry) {
  std::ostringstream line;
  line << "0|" << entry.path;
  if (!entry.link_target.empty()) line << " -> " << entry.link_target;
  const bool deleted = entry.state == EntryState::deleted || entry.state == EntryState::orphan;
  if (deleted) line << " (deleted)";
  if (entry.state == EntryState::reallocated) line << " (deleted-realloc)";
  line << "|" << entry.id << "|" << entry.mode << "|" << entry.uid << "|" << entry.gid << "|"
       << entry.size << "|" << seconds(entry, TimeKind::accessed) << "|"
       << seconds(entry, TimeKind::modified) << "|" << seconds(entry, TimeKind::changed) << "|"
       << seconds(entry, TimeKind::created);
  return line.str();
}

// One line per name: without the second set of times that fls prints for NTFS.
std::vector<std::string> fls_lines(const std::string& path, const std::string& options = "") {
  std::vector<std::string> lines;
  std::istringstream text(output_of("fls -r -z UTC -m / " + options + " '" + path + "'"));
  for (std::string line; std::getline(text, line);)
    if (line.find("($FILE_NAME)") == std::string::npos) lines.push_back(line);
  return lines;
}

std::vector<std::string> body_lines(const std::vector<Entry>& entries) {
  std::vector<std::string> lines;
  for (const Entry& entry : entries) lines.push_back(body_line(entry));
  return lines;
}

// A file of the corpus, unpacked when it is inside a zip.
struct Sample {
  const char* name;
  const char* corpus_file;
  const char* member;  // inside the zip, or null
  const char* file_system;
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.corpus_file; }

class WalkOfSample : public testing::TestWithParam<Sample> {
 protected:
  // Empty when the corpus or a tool is absent.
  std::string path() {
    const auto file = tests::corpus(GetParam().corpus_file);
    if (!std::filesystem::exists(file) || !has_tool("fls")) return "";
    if (!GetParam().member) return file.string();
    if (!has_tool("unzip")) return "";
    const auto target = folder_.path() / "image";
    const std::string command =
        "unzip -p '" + file.string() + "' '" + GetParam().member + "' > '" + target.string() + "'";
    return std::system(command.c_str()) == 0 ? target.string() : "";
  }

 private:
  tests::TemporaryFolder folder_;
};

TEST_P(WalkOfSample, ListsWhatFlsLists) {
  const std::string image = path();
  if (image.empty()) GTEST_SKIP() << "no " << GetParam().corpus_file;
  const Walked walked = walk(raw_image(image));
  EXPECT_EQ(body_lines(walked.entries), fls_lines(image));
  EXPECT_FALSE(walked.entries.empty());
  for (const Entry& entry : walked.entries)
    ASSERT_EQ(entry.source, std::string("libtsk ") + GetParam().file_system);
}

TEST_P(WalkOfSample, GivesRunsThatHoldWhatIcatPrints) {
  const std::string image = path();
  if (image.empty()) GTEST_SKIP() << "no " << GetParam().corpus_file;
  const std::string bytes(as_text(tests::file_bytes(image)));
  int compared = 0;
  for (const Entry& entry : walk(raw_image(image)).entries) {
    if (entry.type != 'r' || entry.runs.empty()) continue;
    std::string content(entry.size, '\0');
    for (const auto& run : entry.runs) {
      ASSERT_LE(run.file_offset + run.length, entry.size) << entry.path;
      if (run.view_offset)
        content.replace(run.file_offset, run.length, bytes.substr(*run.view_offset, run.length));
    }
    // Of deleted files icat prints what TSK could recover, which may be less than the size.
    const std::string printed = output_of("icat '" + image + "' " + entry.id);
    if (entry.state != EntryState::allocated) content.resize(printed.size());
    ASSERT_TRUE(content == printed) << entry.path;
    if (++compared == 40) break;
  }
  EXPECT_GT(compared, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, WalkOfSample,
    testing::Values(
        Sample{"Freedos160", "floppy/freedos.boot.disk.160K.img", nullptr, "fat12"},
        Sample{"Freedos360", "floppy/freedos.boot.disk.360K.img", nullptr, "fat12"},
        Sample{"Freedos1440", "floppy/freedos.boot.disk.1.4MB.img", nullptr, "fat12"},
        Sample{"Dftt2", "filesystem/dftt-2-kwsrch-fat.zip", "2-kwsrch-fat/fat-img-kw.dd", "fat16"},
        Sample{"Dftt6", "filesystem/dftt-6-undel-fat.zip", "6-undel-fat/6-fat-undel.dd", "fat16"},
        Sample{"Dftt8", "filesystem/dftt-8-jpeg-search.zip", "8-jpeg-search/8-jpeg-search.dd",
               "ntfs"},
        Sample{"Dftt14Tree", "filesystem/dftt-14-iso9660-1.zip", "14-iso9660-1/iso-dirtree1.iso",
               "iso9660"},
        Sample{"CopyingRockRidge", "filesystem/copying-rr.iso", nullptr, "iso9660"},
        Sample{"Joliet", "filesystem/joliet.iso", nullptr, "iso9660"},
        Sample{"MultiExtent", "filesystem/multi_extent_8k_joliet.iso", nullptr, "iso9660"}),
    [](const auto& sample) { return sample.param.name; });

// ---- single behaviours ------------------------------------------------------------------------

TEST(TskWalk, SaysHowFinelyFatKeepsEachTime) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  const Walked walked = walk(raw_image(path.string()));
  ASSERT_FALSE(walked.entries.empty());
  const auto& times = walked.entries.front().times;
  ASSERT_EQ(times.size(), 3U);
  EXPECT_EQ(times[0].kind, TimeKind::modified);
  EXPECT_EQ(times[0].precision, Precision::s2);
  EXPECT_EQ(times[1].kind, TimeKind::accessed);
  EXPECT_EQ(times[1].precision, Precision::day1);
  EXPECT_EQ(times[2].kind, TimeKind::created);
  EXPECT_EQ(times[2].precision, Precision::ms10);
  for (const EntryTime& time : times) EXPECT_EQ(time.zone, Zone::unknown);
}

TEST(TskWalk, NotesThatIsoTimesLackTheirZone) {
  const auto path = tests::corpus("filesystem/joliet.iso");
  SKIP_WITHOUT(path);
  const Walked walked = walk(raw_image(path.string()));
  ASSERT_EQ(walked.findings.size(), 1U);
  EXPECT_EQ(walked.findings[0].code, "tsk.gmt-offset-ignored");
  EXPECT_EQ(walked.findings[0].severity, Severity::note);
}

// Names and states as fls 4.11.1 prints them for this image ("(realloc)" is in its ground truth).
TEST(TskWalk, MarksVirtualEntriesAndOrphans) {
  const auto zip = tests::corpus("filesystem/dftt-6-undel-fat.zip");
  SKIP_WITHOUT(zip);
  if (!has_tool("unzip")) GTEST_SKIP() << "no unzip";
  const tests::TemporaryFolder folder;
  const auto image = folder.path() / "image";
  ASSERT_EQ(std::system(("unzip -p '" + zip.string() + "' 6-undel-fat/6-fat-undel.dd > '" +
                         image.string() + "'")
                            .c_str()),
            0);
  const Walked walked = walk(raw_image(image.string()));
  EXPECT_THAT(walked.entries,
              Contains(testing::AllOf(Field(&Entry::path, "/$MBR"), Field(&Entry::type, 'v'),
                                      Field(&Entry::state, EntryState::allocated))));
  EXPECT_THAT(walked.entries, Contains(testing::AllOf(Field(&Entry::path, "/$OrphanFiles"),
                                                      Field(&Entry::type, 'v'))));
  for (const Entry& entry : walked.entries)
    EXPECT_EQ(entry.state == EntryState::orphan, entry.path.starts_with("/$OrphanFiles/"))
        << entry.path;
}

TEST(TskWalk, TellsFractionsAndZoneOfExt4) {
  if (!has_tool("mke2fs") || !has_tool("debugfs") || !has_tool("fls"))
    GTEST_SKIP() << "no e2fsprogs";
  const tests::TemporaryFolder folder;
  const auto tree = folder.path() / "tree";
  std::filesystem::create_directories(tree / "sub");
  folder.write("tree/sub/file.txt", as_bytes("hello"));
  std::filesystem::create_symlink("sub/file.txt", tree / "link");
  const std::string image = (folder.path() / "ext4.img").string();
  ASSERT_EQ(std::system(
                ("mke2fs -q -t ext4 -d '" + tree.string() + "' '" + image + "' 4M > /dev/null 2>&1")
                    .c_str()),
            0);
  // mke2fs copies seconds only. ext4 keeps nanoseconds above two bits of epoch.
  for (const char* field : {"mtime 20030115170000", "mtime_extra 493827156"})
    ASSERT_EQ(std::system(("debugfs -w -R 'set_inode_field /sub/file.txt " + std::string(field) +
                           "' '" + image + "' 2> /dev/null")
                              .c_str()),
              0);
  const Walked walked = walk(raw_image(image));
  EXPECT_EQ(body_lines(walked.entries), fls_lines(image));
  const auto file = std::ranges::find(walked.entries, "/sub/file.txt", &Entry::path);
  ASSERT_NE(file, walked.entries.end());
  EXPECT_EQ(file->times[0].time_ns, 1'042'650'000'123'456'789);
  EXPECT_EQ(file->times[0].precision, Precision::ns);
  EXPECT_EQ(file->times[0].zone, Zone::utc);
  const auto link = std::ranges::find(walked.entries, "/link", &Entry::path);
  ASSERT_NE(link, walked.entries.end());
  EXPECT_EQ(link->link_target, "sub/file.txt");
  EXPECT_EQ(link->type, 'l');
}

// Two FAT12 volumes behind a partition table, the second one wiped.
TEST(TskWalk, GoesOnWithTheNextVolumeWhenOneHasNoFileSystem) {
  const auto floppy = tests::corpus("floppy/freedos.boot.disk.160K.img");
  SKIP_WITHOUT(floppy);
  const auto volume = tests::file_bytes(floppy);
  std::vector<std::byte> disk(512 * 2048);
  const auto put = [&](std::size_t at, std::initializer_list<int> values) {
    for (const int value : values) disk[at++] = static_cast<std::byte>(value);
  };
  put(446, {0, 1, 1, 0, 0x01, 1, 1, 1, 64, 0, 0, 0, 64, 1, 0, 0});    // wiped: 64, 320 sectors
  put(462, {0, 1, 1, 0, 0x01, 1, 1, 1, 0x80, 2, 0, 0, 64, 1, 0, 0});  // at 640
  put(510, {0x55, 0xAA});
  std::ranges::copy(volume, disk.begin() + 640 * 512);
  const tests::TemporaryFolder folder;
  const Walked walked = walk(raw_image(folder.write("disk.img", disk)));
  ASSERT_FALSE(walked.entries.empty());
  for (const Entry& entry : walked.entries) EXPECT_EQ(entry.volume_start, 640U * 512);
  ASSERT_EQ(walked.findings.size(), 1U);
  EXPECT_EQ(walked.findings[0].code, "tsk.no-file-system");
  EXPECT_EQ(walked.findings[0].where.offset, 64U * 512);
  EXPECT_THAT(walked.findings[0].text, HasSubstr("volume at 32768: "));
  if (!has_tool("fls")) return;
  EXPECT_EQ(body_lines(walked.entries), fls_lines((folder.path() / "disk.img").string(), "-o 640"));
}

// mformat writes a partition entry that starts at sector 0 into the boot sector of a floppy.
TEST(TskWalk, TakesAPartitionAtSectorZeroForASuperfloppy) {
  if (!has_tool("mformat") || !has_tool("mcopy")) GTEST_SKIP() << "no mtools";
  const tests::TemporaryFolder folder;
  const std::string image = (folder.path() / "floppy.img").string();
  folder.write("hello.txt", as_bytes("hello"));
  ASSERT_EQ(std::system(("mformat -C -f 1440 -i '" + image + "' :: && mcopy -i '" + image + "' '" +
                         (folder.path() / "hello.txt").string() + "' ::/")
                            .c_str()),
            0);
  const Walked walked = walk(raw_image(image));
  EXPECT_THAT(walked.entries, Contains(Field(&Entry::path, "/hello.txt")));
  EXPECT_TRUE(walked.findings.empty());
}

TEST(TskWalk, FindsNothingButANoteInPatternData) {
  const auto path = tests::corpus("floppy/sector_test_360k.img");
  SKIP_WITHOUT(path);
  const Walked walked = walk(raw_image(path.string()));
  EXPECT_TRUE(walked.entries.empty());
  EXPECT_EQ(walked.findings.size(), 1U);
}

TEST(TskWalk, ReportsBytesThatTskAskedForInVain) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  const auto file = MappedFile::open(path.string());
  ASSERT_TRUE(file);
  auto image = std::make_shared<Image>();
  image->path = path.string();
  // The first FAT and the root directory are there, sub-directories are not.
  image->views.push_back({"media", 512, partial_source(*file, (*file)->size())});
  image->views[0].source = partial_source(window_source(*file, 0, 20'000), (*file)->size());
  const Walked walked = walk(image);
  EXPECT_FALSE(walked.entries.empty());
  EXPECT_THAT(walked.findings,
              Contains(testing::AllOf(Field(&Finding::code, "tsk.unreadable"),
                                      Field(&Finding::severity, Severity::damage))));
}

TEST(TskWalk, StopsWhenTheSinkHasEnough) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  auto image = raw_image(path.string());
  auto tsk = open_tsk_image(image, image->main_view());
  Findings findings;
  int seen = 0;
  const Status status = walk_file_systems(
      *tsk, {}, [&](Entry&&) { return ++seen < 3; }, findings);
  EXPECT_TRUE(status);
  EXPECT_EQ(seen, 3);
  EXPECT_TRUE(findings.empty());
}

TEST(TskWalk, EndsWithCancelledWhenProgressSaysStop) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  auto image = raw_image(path.string());
  auto tsk = open_tsk_image(image, image->main_view());
  Findings findings;
  const Status status = walk_file_systems(
      *tsk, {[](std::string_view, std::uint64_t, std::uint64_t) { return false; }},
      [](Entry&&) { return true; }, findings);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::cancelled);
}

TEST(TskWalk, PassesExceptionsOfTheSinkThroughLibtsk) {
  const auto path = tests::corpus("floppy/freedos.boot.disk.1.4MB.img");
  SKIP_WITHOUT(path);
  auto image = raw_image(path.string());
  auto tsk = open_tsk_image(image, image->main_view());
  Findings findings;
  const EntrySink sink = [](Entry&&) -> bool { throw std::length_error("full"); };
  EXPECT_THROW((void)walk_file_systems(*tsk, {}, sink, findings), std::length_error);
}

}  // namespace
}  // namespace discern
