// SPDX-License-Identifier: Apache-2.0
// Discs made by genisoimage -udf and mkudffs (udftools), and a real one; 7-Zip and the files that
// were put in are the oracles.
#include <gmock/gmock.h>

#include "filesystem/udf_records.h"
#include "filesystem/udf_volume.h"
#include "tool.h"
#include "walked.h"

namespace discern::tests {
namespace {

std::vector<std::string> paths(const Walked& walked) {
  std::vector<std::string> result;
  for (const Entry& entry : walked.entries)
    if (entry.type != 'v') result.push_back(entry.path);
  return result;
}

// "Path" of each entry that 7-Zip lists, in its words.
std::vector<std::string> listed_by_7z(const std::string& image) {
  std::vector<std::string> result;
  std::istringstream lines(
      output_of("LC_ALL=C.UTF-8 7z l -slt -tudf '" + image + "' | sed -n '/^------/,$p'"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("Path = ")) result.push_back("/" + line.substr(7));
  return result;
}

TEST(UdfWalk, ListsARealDiscLike7z) {
  const auto path = corpus("filesystem/udf102.iso");
  SKIP_WITHOUT(path);
  SKIP_WITHOUT_TOOL("7z");
  const Walked walked = walk_file(path.string(), "udf");
  EXPECT_THAT(paths(walked), testing::UnorderedElementsAreArray(listed_by_7z(path.string())));
  EXPECT_TRUE(walked.findings.empty());
  for (const Entry& entry : walked.entries)
    if (entry.type == 'r' && entry.size > 0) {
      EXPECT_EQ(walked.content(entry), output_of("7z e -so -tudf '" + path.string() + "' '" +
                                                 entry.path.substr(1) + "' 2>/dev/null"))
          << entry.path;
    }
}

class MadeUdf {
 public:
  MadeUdf() {
    made_ = run("cd '" + at() +
                "' && mkdir -p tree/dir/sub && seq 1 20000 > tree/big.txt && echo hi > "
                "'tree/dir/Gr\xC3\xBC\xC3\x9F"
                "e \xE2\x82\xAC.txt' && echo deep > tree/dir/sub/deep && : > tree/empty && "
                "touch -d '2003-01-15 17:00:00 UTC' tree/big.txt && TZ=America/New_York "
                "genisoimage -quiet -input-charset utf-8 -udf -J -R -V UDFTEST -o disc.iso tree");
  }
  std::string at() const { return folder_.path().string(); }
  std::string iso() const { return at() + "/disc.iso"; }
  bool made() const { return made_; }

 private:
  TemporaryFolder folder_;
  bool made_ = false;
};

TEST(UdfWalk, ReadsWhatGenisoimagePutIn) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeUdf made;
  ASSERT_TRUE(made.made());
  const Walked walked = walk_file(made.iso(), "udf");
  EXPECT_THAT(paths(walked), testing::UnorderedElementsAre("/big.txt", "/dir",
                                                           "/dir/Gr\xC3\xBC\xC3\x9F"
                                                           "e \xE2\x82\xAC.txt",
                                                           "/dir/sub", "/dir/sub/deep", "/empty"));
  EXPECT_TRUE(walked.findings.empty());
  const Entry& big = *walked.find("/big.txt");
  EXPECT_EQ(walked.content(big), output_of("cat '" + made.at() + "/tree/big.txt'"));
  EXPECT_EQ(time_text(big, TimeKind::modified), "2003-01-15T17:00:00.000000Z");
  EXPECT_EQ(time_of(big, TimeKind::modified)->zone, Zone::recorded_offset);
  EXPECT_NE(
      time_text(*walked.find("/UDFTEST (UDF Logical Volume Descriptor)"), TimeKind::volume_created),
      "none");
}

TEST(UdfWalk, ListsDeletedFiles) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeUdf made;
  ASSERT_TRUE(made.made());
  std::vector<std::byte> bytes = file_bytes(made.iso());
  // The identifier of "deep": set the bit, and make the tag's CRC and checksum hold again.
  const std::string name =
      "\x08"
      "deep";
  for (std::size_t at = 0; at + 64 < bytes.size(); at += 4) {
    const Bytes rest = Bytes(bytes).subspan(at, 64);
    if (udf16(rest, 0) != 257 || !has_text_at(rest, 38, name)) continue;
    bytes[at + 18] |= std::byte{0x04};
    bytes[at + 10] = bytes[at + 11] = std::byte{0};  // no CRC
    unsigned sum = 0;
    for (std::size_t i = 0; i < 16; ++i)
      if (i != 4) sum += std::to_integer<unsigned>(bytes[at + i]);
    bytes[at + 4] = static_cast<std::byte>(sum & 0xFF);
  }
  const Walked walked = walk_bytes(bytes, "udf");
  const Entry* const deep = walked.find("/dir/sub/deep");
  ASSERT_NE(deep, nullptr);
  EXPECT_EQ(deep->state, EntryState::deleted);
  EXPECT_EQ(walked.content(*deep), "deep\n");
}

TEST(UdfWalk, OpensEveryKindOfVolumeThatMkudffsMakes) {
  SKIP_WITHOUT_TOOL("mkudffs");
  const TemporaryFolder folder;
  const std::string image = (folder.path() / "made.udf").string();
  for (const char* options :
       {"-m hd -r 1.02", "-m hd -r 1.50", "-m hd -r 2.01", "-m bdr -r 2.60", "-m hd -r 2.01 -b 512",
        "-m hd -r 2.01 -b 4096", "-m cdr -r 1.50", "-m cdr -r 2.01", "-m cdrw -r 2.01",
        "-m cdrw -r 1.50", "-m dvdrw -r 2.01", "-m bdr -r 2.50", "-m dvd -r 1.02",
        "-m hd -r 1.02 --strategy=4096", "-m hd -r 2.01 --ad=short", "-m hd -r 2.01 --ad=long",
        "-m hd -r 2.01 --noefe"}) {
    const std::string block =
        std::string(options).find("-b ") == std::string::npos ? " -b 2048 " : " ";
    if (!run("rm -f '" + image + "' && truncate -s 20M '" + image + "' && mkudffs " + options +
             block + "-l MADE '" + image + "'")) {
      ADD_FAILURE() << "mkudffs refuses " << options;
      continue;
    }
    const SourcePtr source = *MappedFile::open(image);
    const View view{"media", 512, source};
    Findings findings;
    std::vector<Entry> entries;
    const Status done = find_walker("udf")->walk(
        {view, {0, source->size(), "superfloppy", "udf"}},
        [&](Entry&& entry) {
          entries.push_back(std::move(entry));
          return true;
        },
        findings);
    ASSERT_TRUE(done) << options << ": " << describe(done.error());
    ASSERT_FALSE(entries.empty()) << options;
    EXPECT_EQ(entries.front().path, "/MADE (UDF Logical Volume Descriptor)") << options;
    for (const Finding& finding : findings)
      ADD_FAILURE() << options << ": " << finding.code << ": " << finding.text;
    // UDF 1.50 on rewritable discs keeps what cannot be used in a file (2.3.13).
    for (std::size_t i = 1; i < entries.size(); ++i)
      EXPECT_EQ(entries[i].path, "/Non-Allocatable Space") << options;
  }
}

TEST(UdfTimes, HaveTheirOffsetTakenOff) {
  const auto text = [](std::initializer_list<int> list) {
    std::vector<std::byte> raw;
    for (const int value : list) raw.push_back(static_cast<std::byte>(value));
    const EntryTime time = udf_time(TimeKind::modified, raw);
    return time.validity == Validity::ok ? format_time(time.time_ns, time.precision, time.zone)
                                         : std::string(name_of(time.validity));
  };
  EXPECT_EQ(text({0xD4, 0x1E, 0xD3, 0x07, 1, 15, 12, 0, 0, 75, 1, 2}),
            "2003-01-15T17:00:00.750102Z");  // -300 minutes
  EXPECT_EQ(text({0x4A, 0x11, 0xD3, 0x07, 1, 15, 22, 30, 0, 0, 0, 0}),
            "2003-01-15T17:00:00.000000Z");  // +330
  EXPECT_EQ(text({0x01, 0x18, 0xD3, 0x07, 1, 15, 12, 0, 0, 0, 0, 0}),
            "2003-01-15T12:00:00.000000");  // not stated
  EXPECT_EQ(text({0x00, 0x00, 0xD3, 0x07, 1, 15, 12, 0, 0, 0, 0, 0}),
            "2003-01-15T12:00:00.000000Z");  // UTC
  EXPECT_EQ(text({0x00, 0x10, 0xD3, 0x07, 2, 30, 12, 0, 0, 0, 0, 0}), "invalid_field");
  EXPECT_EQ(text({0x00, 0x10, 0xD3, 0x07, 2, 3, 12, 0, 0, 100, 0, 0}), "invalid_field");
  EXPECT_EQ(text({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "zero");
}

TEST(UdfNames, AreOfBothWidths) {
  EXPECT_EQ(udf_text(as_bytes("\x08"
                              "abc\xE9")),
            "abc\xC3\xA9");
  EXPECT_EQ(udf_text(as_bytes(std::string("\x10\x20\xAC\0A", 5))),
            "\xE2\x82\xAC"
            "A");
  EXPECT_EQ(udf_text(as_bytes("\x07zip")), "\x07zip");
  EXPECT_EQ(udf_text({}), "");
}

TEST(UdfMaps, ReplaceSparedPackets) {
  UdfVolume volume;
  UdfPartition partition;
  partition.kind = UdfPartition::Kind::sparable;
  partition.start = 100 * 2048;
  partition.blocks = 64;
  partition.packet = 32;
  partition.spared = {{32, 500}};
  volume.partitions.push_back(partition);
  EXPECT_EQ(volume.place_of({5, 0})->offset, 105u * 2048);
  EXPECT_EQ(volume.place_of({5, 0})->length, 27u * 2048);
  EXPECT_EQ(volume.place_of({33, 0})->offset, 501u * 2048);
  EXPECT_FALSE(volume.place_of({64, 0}));
  EXPECT_FALSE(volume.place_of({0, 1}));
}

TEST(UdfWalk, SurvivesEveryCut) {
  const auto path = corpus("filesystem/udf102.iso");
  SKIP_WITHOUT(path);
  const std::vector<std::byte> bytes = file_bytes(path);
  for (std::size_t length = 32768; length < bytes.size(); length += 9001) {
    const SourcePtr source = memory_source(
        {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}, "cut.iso");
    const View view{"data", 2048, source};
    Findings findings;
    (void)find_walker("udf")->walk(
        {view, {0, length, "disc", "udf"}}, [](Entry&&) { return true; }, findings);
  }
}

TEST(UdfWalk, RefusesWhatHasNoAnchor) {
  const SourcePtr source = memory_source(std::vector<std::byte>(1 << 20), "test.iso");
  const View view{"data", 2048, source};
  Findings findings;
  const Status done = find_walker("udf")->walk(
      {view, {0, 1 << 20, "disc", "udf"}}, [](Entry&&) { return true; }, findings);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::not_this);
}

}  // namespace
}  // namespace discern::tests
