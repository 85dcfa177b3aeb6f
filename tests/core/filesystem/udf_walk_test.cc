// SPDX-License-Identifier: Apache-2.0
// Discs made by genisoimage -udf and mkudffs (udftools), and a real one; 7-Zip and the files that
// were put in are the oracles.
#include <gmock/gmock.h>

#include <map>
#include <numeric>

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

// ---- partition maps ---------------------------------------------------------------------------
//
// udftools makes no metadata partition (UDF 2.50) and no second VAT, and no real disc was at hand:
// volumes of genisoimage are rearranged by the standards, so these tests show no more than that
// both were read alike.

constexpr std::size_t kBlock = 2048;

void put16(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 2; ++i)
    bytes[at + i] = static_cast<std::byte>(number >> 8 * i & 0xFF);
}
void put32(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<std::byte>(number >> 8 * i & 0xFF);
}
void put_text(std::vector<std::byte>& bytes, std::size_t at, std::string_view text) {
  for (const char c : text) bytes[at++] = static_cast<std::byte>(c);
}

// Makes a changed descriptor's tag hold again, without a CRC.
void seal(std::vector<std::byte>& bytes, std::size_t at) {
  put32(bytes, at + 8, 0);
  unsigned sum = 0;
  for (std::size_t i = 0; i < 16; ++i)
    if (i != 4) sum += std::to_integer<unsigned>(bytes[at + i]);
  bytes[at + 4] = static_cast<std::byte>(sum & 0xFF);
}

// A volume whose file set and ICBs lie in partition map 1, of the kind that the test adds.
class Rearranged {
 public:
  explicit Rearranged(const std::string& iso) : bytes_(file_bytes(iso)) {
    for (std::size_t at = 0; at + kBlock <= bytes_.size(); at += kBlock)
      if (tag(at) == UdfTag::partition) {
        start_ = udf32(Bytes(bytes_).subspan(at), 188) * kBlock;
        blocks_ = udf32(Bytes(bytes_).subspan(at), 192);
      }
    for (std::size_t at = start_; at + 512 <= start_ + blocks_ * kBlock; at += 4) {
      const auto found = tag(at);
      if (found == UdfTag::file_set && at % kBlock == 0) {
        put16(bytes_, at + 408, 1);
        seal(bytes_, at);
      } else if (found == UdfTag::file_identifier) {
        if (has_text_at(Bytes(bytes_).subspan(at), 38,
                        "\x08"
                        "deep"))
          deep_ = udf32(Bytes(bytes_).subspan(at), 24);
        put16(bytes_, at + 28, 1);
        seal(bytes_, at);
      }
    }
  }

  std::uint32_t blocks() const { return blocks_; }
  std::uint32_t deep() const { return deep_; }  // the ICB of /dir/sub/deep
  std::size_t offset_of(std::uint32_t block) const { return start_ + block * kBlock; }
  std::vector<std::byte>& bytes() { return bytes_; }

  // Logical block b goes to block (b + by) mod blocks().
  void rotate(std::uint32_t by) {
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(start_);
    const auto end = begin + static_cast<std::ptrdiff_t>(blocks_ * kBlock);
    std::rotate(begin, end - static_cast<std::ptrdiff_t>(by * kBlock), end);
  }

  // Adds blocks behind the partition, and the map (of 64 bytes) to the logical volume.
  void extend(std::uint32_t more, const std::vector<std::byte>& map) {
    bytes_.resize(offset_of(blocks_));
    bytes_.resize(offset_of(blocks_ + more));
    for (std::size_t at = 0; at < start_; at += kBlock) {
      if (tag(at) == UdfTag::partition) {
        put32(bytes_, at + 192, blocks_ + more);
        seal(bytes_, at);
      } else if (tag(at) == UdfTag::logical_volume) {
        put16(bytes_, at + 256, 1);  // of the file set's address
        put32(bytes_, at + 264, 6 + 64);
        put32(bytes_, at + 268, 2);
        std::ranges::copy(map, bytes_.begin() + static_cast<std::ptrdiff_t>(at + 446));
        seal(bytes_, at);
      }
    }
  }

  // A file entry (ECMA-167 part 4, 14.9) with short addresses: bytes, block.
  void put_file(std::uint32_t block, std::uint8_t type, std::uint32_t size,
                const std::vector<std::pair<std::uint32_t, std::uint32_t>>& extents) {
    const std::size_t at = offset_of(block);
    put16(bytes_, at, 261);
    put16(bytes_, at + 20, 4);  // strategy
    bytes_[at + 27] = static_cast<std::byte>(type);
    put32(bytes_, at + 56, size);
    put32(bytes_, at + 172, static_cast<std::uint32_t>(8 * extents.size()));
    std::size_t to = at + 176;
    for (const auto& [length, position] : extents) {
      put32(bytes_, to, length);
      put32(bytes_, to + 4, position);
      to += 8;
    }
    seal(bytes_, at);
  }

 private:
  std::optional<UdfTag> tag(std::size_t at) const { return udf_tag(Bytes(bytes_).subspan(at)); }
  std::vector<std::byte> bytes_;
  std::size_t start_ = 0;
  std::uint32_t blocks_ = 0;
  std::uint32_t deep_ = 0;
};

std::vector<std::byte> type_2_map(std::string_view name) {
  std::vector<std::byte> map(64);
  map[0] = std::byte{2};
  map[1] = std::byte{64};
  put_text(map, 5, name);
  put16(map, 36, 1);
  return map;
}

void expect_tree(const Walked& walked, const MadeUdf& made) {
  EXPECT_TRUE(walked.findings.empty());
  const Entry* const big = walked.find("/big.txt");
  ASSERT_NE(big, nullptr);
  EXPECT_EQ(walked.content(*big), output_of("cat '" + made.at() + "/tree/big.txt'"));
  const Entry* const deep = walked.find("/dir/sub/deep");
  ASSERT_NE(deep, nullptr);
}

// OSTA UDF 2.60, 2.2.10 and 2.2.13.
TEST(UdfMaps, FindMetadataWhereItsFileSays) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeUdf made;
  ASSERT_TRUE(made.made());
  for (const bool mirror : {false, true}) {
    Rearranged volume(made.iso());
    const std::uint32_t blocks = volume.blocks();
    const std::uint32_t moved = blocks / 3;
    volume.rotate(moved);
    auto map = type_2_map("*UDF Metadata Partition");
    put32(map, 40, blocks);
    put32(map, 44, blocks + 1);
    volume.extend(2, map);
    const auto size = static_cast<std::uint32_t>(blocks * kBlock);
    const auto tail = static_cast<std::uint32_t>(moved * kBlock);
    for (const std::uint32_t file : {blocks, blocks + 1})
      volume.put_file(file, file == blocks ? 250 : 251, size, {{size - tail, moved}, {tail, 0}});
    if (mirror) volume.bytes()[volume.offset_of(blocks)] = std::byte{0xFF};
    Walked walked = walk_bytes(volume.bytes(), "udf");
    if (mirror) walked.findings.clear();  // the first one is none
    expect_tree(walked, made);
  }
}

// OSTA UDF 1.50, 2.2.10, and 2.01, 2.2.10: the newest table is the last block, and names the one
// before it.
TEST(UdfMaps, ShowWhatTheTableBeforeShowed) {
  SKIP_WITHOUT_TOOL("genisoimage");
  const MadeUdf made;
  ASSERT_TRUE(made.made());
  for (const bool header : {false, true}) {
    Rearranged volume(made.iso());
    const std::uint32_t blocks = volume.blocks();
    constexpr std::uint32_t kTableBlocks = 4;
    volume.extend(2 + 2 * (kTableBlocks + 1), type_2_map("*UDF Virtual Partition"));
    auto& bytes = volume.bytes();
    // /dir/sub/deep written anew: its content in block `blocks`, its file entry behind that.
    put_text(bytes, volume.offset_of(blocks), "anew\n");
    volume.put_file(blocks + 1, 5, 5, {{5, blocks}});
    std::vector<std::uint32_t> table(blocks + 1);
    std::iota(table.begin(), table.end(), 0u);
    std::uint32_t before = 0xFFFFFFFF;
    std::uint32_t at = blocks + 2;
    for (const std::uint32_t deep : {volume.deep(), blocks + 1}) {
      table[volume.deep()] = deep;
      const std::size_t to = volume.offset_of(at);
      const std::size_t entries = header ? 152 : 0;
      for (std::size_t i = 0; i < table.size(); ++i) put32(bytes, to + entries + 4 * i, table[i]);
      std::size_t end = entries + 4 * table.size();
      if (header) {
        put16(bytes, to, 152);
        put32(bytes, to + 132, before);
      } else {
        put_text(bytes, to + end + 1, "*UDF Virtual Alloc Tbl");
        put32(bytes, to + end + 32, before);
        end += 36;
      }
      ASSERT_LE(end, kTableBlocks * kBlock);
      at += kTableBlocks;
      volume.put_file(at, header ? 248 : 0, static_cast<std::uint32_t>(end),
                      {{static_cast<std::uint32_t>(end), at - kTableBlocks}});
      before = at++;
    }
    const Walked walked = walk_bytes(bytes, "udf");
    expect_tree(walked, made);
    std::map<EntryState, std::string> deep;
    for (const Entry& entry : walked.entries)
      if (entry.path == "/dir/sub/deep") deep[entry.state] = walked.content(entry);
    EXPECT_EQ(deep, (std::map<EntryState, std::string>{{EntryState::allocated, "anew\n"},
                                                       {EntryState::hidden_by_session, "deep\n"}}));
    EXPECT_EQ(std::ranges::count(walked.entries, "/big.txt", &Entry::path), 1);
  }
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
