// SPDX-License-Identifier: Apache-2.0
// Hash sets in every form; those that other programs make are in tests/plugin/hash_sets.sh.
#include "discern/hash_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/digest/vectors.h"
#include "corpus.h"

namespace discern {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// RFC 1321 A.5 and FIPS 180-4: "abc" and "a".
constexpr char kAbcMd5[] = "900150983cd24fb0d6963f7d28e17f72";
constexpr char kAbcSha1[] = "a9993e364706816aba3e25717850c26c9cd0d89d";
constexpr char kAbcSha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kAMd5[] = "0cc175b9c0f1b6a831c399e269772661";

std::vector<DigestSet> evidence() {
  std::vector<DigestSet> sets(3);
  sets[0].object = "entry:/abc";
  sets[0].digests = {
      {Algorithm::md5, kAbcMd5}, {Algorithm::sha1, kAbcSha1}, {Algorithm::sha256, kAbcSha256}};
  sets[1].object = "entry:/a";
  sets[1].digests = {{Algorithm::md5, kAMd5}};
  sets[2] = sets[0];
  sets[2].object = "entry:/copy";
  return sets;
}

std::string encase(std::initializer_list<std::string_view> values) {
  std::string text("HASH\r\n\xff\0", 8);
  text.resize(1152);
  for (const std::string_view value : values) {
    text += as_text(tests::from_hex(value));
    text += std::string(2, '\0');
  }
  return text;
}

struct Marked {
  std::vector<DigestSet> sets = evidence();
  Result<SetReading> reading;
  explicit Marked(const std::string& text, bool notable = false) : reading(Error{}) {
    const tests::TemporaryFolder folder;
    reading = mark_digests(sets, {folder.write("set", as_bytes(text)), notable}, {});
  }
};

TEST(HashSet, MarksByEachKindOfText) {
  struct Row {
    const char* what;
    std::string text;
    Algorithm by;
    const char* name;
  };
  const std::string sha1 = kAbcSha1;
  const Row rows[] = {
      {"GNU", std::string(kAbcMd5) + "  dir/abc.txt\n", Algorithm::md5, "dir/abc.txt"},
      {"BSD", "SHA256 (abc) = " + std::string(kAbcSha256) + "\n", Algorithm::sha256, "abc"},
      {"bare", std::string(kAMd5).replace(0, 1, "F") + "\r\n" + sha1 + "\r\n", Algorithm::sha1, ""},
      {"hashdeep",
       "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## x\n3," + std::string(kAbcMd5) + "," +
           kAbcSha256 + ",/a,b.txt\n",
       Algorithm::md5, "/a,b.txt"},
      {"NSRL 2",
       "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\","
       "\"SpecialCode\"\r\n\"A9993E364706816ABA3E25717850C26C9CD0D89D\","
       "\"900150983CD24FB0D6963F7D28E17F72\",\"352441C2\",\"a \"\"b\"\", "
       "c.txt\",3,1,\"1\",\"\"\r\n",
       Algorithm::sha1, "a \"b\", c.txt"},
      {"hfind",
       std::string(41, '0') + "|md5sum\n" + std::string(40, '0') +
           "1|list.md5\n900150983CD24FB0D6963F7D28E17F72|0000000000000000\n",
       Algorithm::md5, ""},
      {"EnCase", encase({kAbcMd5}), Algorithm::md5, ""},
  };
  for (const Row& row : rows) {
    const Marked marked(row.text);
    ASSERT_TRUE(marked.reading) << row.what << ": " << marked.reading.error().text;
    EXPECT_TRUE(marked.reading->comparable) << row.what;
    EXPECT_EQ(marked.reading->marked, 2U) << row.what;
    ASSERT_THAT(marked.sets[0].marks, SizeIs(1)) << row.what;
    EXPECT_EQ(marked.sets[0].marks[0].algorithm, row.by) << row.what;
    EXPECT_EQ(marked.sets[0].marks[0].name, row.name) << row.what;
    EXPECT_THAT(marked.sets[1].marks, IsEmpty()) << row.what;
    EXPECT_THAT(marked.sets[2].marks, SizeIs(1)) << row.what;
    EXPECT_EQ(standing_of(marked.sets[0]), "known");
  }
}

TEST(HashSet, IsNotableWhenOneSetSaysSo) {
  auto sets = evidence();
  const tests::TemporaryFolder folder;
  const std::string text = std::string(kAbcMd5) + "  x\n";
  ASSERT_TRUE(mark_digests(sets, {folder.write("known", as_bytes(text)), false}, {}));
  ASSERT_TRUE(mark_digests(sets, {folder.write("notable", as_bytes(text)), true}, {}));
  EXPECT_THAT(sets[0].marks, SizeIs(2));
  EXPECT_EQ(standing_of(sets[0]), "notable");
  EXPECT_EQ(standing_of(sets[1]), "");
}

TEST(HashSet, MarksOnceWhateverElseIsEqual) {
  const Marked marked(std::string(kAbcMd5) + "  one\n" + kAbcSha1 + "  two\n" + kAbcMd5 + "  x\n");
  ASSERT_THAT(marked.sets[0].marks, SizeIs(1));
  EXPECT_EQ(marked.sets[0].marks[0].name, "one");
}

TEST(HashSet, SaysWhenNothingCouldBeCompared) {
  const Marked marked(std::string(128, 'a') + "  sha-512\n");
  ASSERT_TRUE(marked.reading);
  EXPECT_FALSE(marked.reading->comparable);
}

TEST(HashSet, OfOtherContentIsRefused) {
  EXPECT_EQ(Marked("").reading.error().code, Errc::not_this);
  EXPECT_EQ(Marked("nothing of the kind\n").reading.error().code, Errc::not_this);
  auto sets = evidence();
  EXPECT_EQ(mark_digests(sets, {"/nowhere/at/all", false}, {}).error().code, Errc::missing);
}

TEST(HashSet, OfEncaseThatIsCutIsRefused) {
  for (const std::size_t size : {8UL, 1151UL, 1153UL, 1169UL}) {
    const Marked marked(encase({kAbcMd5}).substr(0, size));
    ASSERT_FALSE(marked.reading) << size;
    EXPECT_EQ(marked.reading.error().code, Errc::corrupt);
  }
}

TEST(HashSet, InADamagedDatabaseIsRefused) {
  const Marked marked("SQLite format 3" + std::string(5000, '\0'));
  ASSERT_FALSE(marked.reading);
}

TEST(HashSet, StopsWhenTheUserDoes) {
  auto sets = evidence();
  const tests::TemporaryFolder folder;
  const auto never = [](std::string_view, std::uint64_t, std::uint64_t) { return false; };
  for (const std::string& text : {std::string(kAbcMd5) + "  x\n", encase({kAbcMd5})}) {
    const auto reading = mark_digests(sets, {folder.write("set", as_bytes(text)), false}, never);
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code, Errc::cancelled);
  }
}

}  // namespace
}  // namespace discern
