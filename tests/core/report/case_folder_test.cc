// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

#include "core/report/sample_case.h"

namespace discern {
namespace {

using testing::HasSubstr;
using tests::SampleCase;
using tests::TemporaryFolder;
namespace fs = std::filesystem;

std::string written(std::string_view file, const Examination& examination) {
  for (const ReportWriter& writer : report_writers()) {
    if (writer.file != file) continue;
    std::ostringstream out;
    writer.write(examination, out);
    return out.str();
  }
  return {};
}

std::string text_of(const fs::path& path) {
  const auto bytes = tests::file_bytes(path);
  return std::string(as_text(bytes));
}

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// Exit status 0, with the folder as working folder.
bool succeeds(const std::string& command, const fs::path& folder) {
  return std::system(("cd '" + folder.string() + "' && " + command + " >/dev/null 2>&1").c_str()) ==
         0;
}

TEST(CaseFolder, HasEveryFileOfTheTableAndAManifest) {
  const auto made = SampleCase::disc();
  const TemporaryFolder folder;
  ASSERT_TRUE(write_case_folder(made->examination, folder.path().string()));
  std::vector<std::string> names;
  for (const auto& item : fs::directory_iterator(folder.path()))
    names.push_back(item.path().filename().string());
  std::vector<std::string> expected{"MANIFEST.sha256"};
  for (const ReportWriter& writer : report_writers()) expected.emplace_back(writer.file);
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(expected));
}

TEST(CaseFolder, HasAManifestThatSha256sumAccepts) {
  if (!installed("sha256sum")) GTEST_SKIP() << "no sha256sum";
  const auto made = SampleCase::disc();
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "carved");
  folder.write("carved/a.png", as_bytes("a"));
  folder.write("carved/back\\slash\nand line", as_bytes("b"));
  fs::create_symlink("/etc/passwd", folder.path() / "link");
  ASSERT_TRUE(write_case_folder(made->examination, folder.path().string()));
  EXPECT_TRUE(succeeds("sha256sum --strict -c MANIFEST.sha256", folder.path()));
  const std::string manifest = text_of(folder.path() / "MANIFEST.sha256");
  // SHA-256 of "a": FIPS 180-4 example programs, sha256sum.
  EXPECT_THAT(manifest, HasSubstr("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
                                  "  carved/a.png\n"));
  EXPECT_THAT(manifest, HasSubstr("  carved/back\\\\slash\\nand line\n"));
  EXPECT_THAT(manifest, testing::Not(HasSubstr("link\n")));
  EXPECT_THAT(manifest, testing::Not(HasSubstr("MANIFEST")));
  folder.write("carved/a.png", as_bytes("changed"));
  EXPECT_FALSE(succeeds("sha256sum --strict -c MANIFEST.sha256", folder.path()));
}

TEST(CaseFolder, IsTheSameForTheSameExamination) {
  const auto made = SampleCase::disc();
  const TemporaryFolder first;
  const TemporaryFolder second;
  ASSERT_TRUE(write_case_folder(made->examination, first.path().string()));
  ASSERT_TRUE(write_case_folder(made->examination, second.path().string()));
  EXPECT_EQ(text_of(first.path() / "MANIFEST.sha256"), text_of(second.path() / "MANIFEST.sha256"));
}

TEST(CaseFolder, NamesTheFileThatCouldNotBeWritten) {
  const auto made = SampleCase::floppy();
  const TemporaryFolder folder;
  const std::string file = folder.write("file", as_bytes("not a folder"));
  const Status on_file = write_case_folder(made->examination, file);
  ASSERT_FALSE(on_file);
  EXPECT_EQ(on_file.error().code, Errc::io);
  EXPECT_EQ(on_file.error().file, file + "/report.html");
  EXPECT_EQ(on_file.error().text, "Not a directory");

  fs::create_directories(folder.path() / "hashes.csv" / "occupied");
  const Status occupied = write_case_folder(made->examination, folder.path().string());
  ASSERT_FALSE(occupied);
  EXPECT_EQ(occupied.error().code, Errc::io);
  EXPECT_EQ(occupied.error().file, folder.path().string() + "/hashes.csv");
  EXPECT_FALSE(fs::exists(folder.path() / "hashes.csv.partial"));
  EXPECT_FALSE(fs::exists(folder.path() / "MANIFEST.sha256"));
}

TEST(CaseFolder, ReportsAFullDisk) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const auto made = SampleCase::floppy();
  std::ofstream full("/dev/full");
  for (const ReportWriter& writer : report_writers()) {
    full.clear();
    writer.write(made->examination, full);
  }
  EXPECT_FALSE(full.flush());
}

TEST(CaseFolder, DoesNotFollowALinkInPlaceOfItsTemporaryFile) {
  const auto made = SampleCase::floppy();
  const TemporaryFolder folder;
  const std::string victim = folder.write("victim", as_bytes("precious"));
  const TemporaryFolder out;
  fs::create_symlink(victim, out.path() / "report.html.partial");
  ASSERT_TRUE(write_case_folder(made->examination, out.path().string()));
  EXPECT_EQ(text_of(victim), "precious");
  EXPECT_FALSE(fs::is_symlink(out.path() / "report.html"));
}

TEST(ReportJson, HoldsTheWholeCase) {
  const auto made = SampleCase::disc();
  const std::string text = written("report.json", made->examination);
  EXPECT_THAT(text, testing::StartsWith("{\n  \"schema\": \"discern/report/1\","));
  const auto report = boost::json::parse(text).as_object();
  EXPECT_EQ(report.at("verdict"), "mismatch");
  EXPECT_EQ(report.at("comparisons").at("mismatch"), 2);
  EXPECT_EQ(report.at("comparisons").at("unverifiable"), 1);
  EXPECT_EQ(report.at("finding_counts").at("damage"), 1);
  EXPECT_EQ(report.at("files").at(0).at("access_time_kept").is_bool(), true);
  EXPECT_EQ(report.at("views").at(0).at("derivation"), "user data of each sector");
  EXPECT_EQ(report.at("views").at(0).at("bad").at(0).at("offset"), 2'000'000);
  EXPECT_EQ(report.at("digests").as_array().size(), 4u);
  EXPECT_EQ(report.at("verifications").as_array().size(), 4u);
  EXPECT_EQ(report.at("sectors").at("bad_runs").at(1).at("first_lba"), 2990);
  EXPECT_EQ(report.at("sectors").at("modes").at("mode1"), 3000);
  EXPECT_EQ(report.at("findings").as_array().size(), 3u);
  EXPECT_EQ(report.at("timeline").at("entries"), 900);
  EXPECT_EQ(report.at("timeline").at("events"), 2700);
  EXPECT_EQ(report.at("timeline").at("undated"), 23);
  EXPECT_EQ(report.at("timeline").at("first"), "1980-01-01T00:00:00Z");
  EXPECT_EQ(report.at("carved").as_array().size(), 9u);
  EXPECT_EQ(report.at("run").at("arguments").at(1), "examine");
  EXPECT_EQ(report.at("run").at("versions").at("libtsk"), "4.11.1");
}

TEST(ReportJson, DiffersBetweenRunsOnlyInTheRunBlock) {
  const auto made = SampleCase::floppy();
  auto first = boost::json::parse(written("report.json", made->examination)).as_object();
  RunRecord other;
  other.versions = made->examination.run.versions;  // the same program
  made->examination.run = other;
  auto second = boost::json::parse(written("report.json", made->examination)).as_object();
  EXPECT_NE(first, second);
  first.erase("run");
  second.erase("run");
  ASSERT_EQ(first.size(), second.size());
  for (const auto& field : first)
    EXPECT_EQ(boost::json::serialize(field.value()), boost::json::serialize(second.at(field.key())))
        << field.key();
}

TEST(HashesCsv, IsReadBackByPython) {
  if (!installed("/usr/bin/python3")) GTEST_SKIP() << "no python3";
  const auto made = SampleCase::disc();
  made->examination.digests[0].object = "file:a\"b,c";
  made->examination.digests[2].same_as = "file:a\"b,c";
  const TemporaryFolder folder;
  folder.write("hashes.csv", as_bytes(written("hashes.csv", made->examination)));
  folder.write("check.py", as_bytes(R"(
import csv
rows = list(csv.DictReader(open("hashes.csv")))
assert [r["object"] for r in rows] == ['file:a"b,c', "view:data", "view:raw", "track:1"], rows
assert rows[1]["bad_bytes"] == "4096" and len(rows[1]["sha256"]) == 64 and len(rows[1]["md5"]) == 32
assert rows[2]["same_as"] == 'file:a"b,c' and rows[0]["same_as"] == ""
assert list(rows[0])[4:] == ["md5", "sha1", "sha256", "same_as"]
)"));
  EXPECT_TRUE(succeeds("/usr/bin/python3 check.py", folder.path()));
}

TEST(JsonLinesFiles, HaveOneObjectOnEachLine) {
  const auto made = SampleCase::disc();
  for (const auto& [file, count] : {std::pair{"timeline.jsonl", 2700}, std::pair{"carved.jsonl", 9},
                                    std::pair{"findings.jsonl", 3}}) {
    std::istringstream lines(written(file, made->examination));
    int seen = 0;
    for (std::string line; std::getline(lines, line); ++seen)
      ASSERT_TRUE(boost::json::parse(line).is_object()) << file;
    EXPECT_EQ(seen, count) << file;
  }
}

}  // namespace
}  // namespace discern
