// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "corpus.h"
#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

TEST(Png, IsCompleteAtItsLastChunk) {
  const auto verdict = validated("png", png() + noise(50));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, png().size());
  EXPECT_EQ(verdict->end_reason, "IEND chunk");
}

TEST(Png, NamesTheChunkWhoseCrcDiffers) {
  std::string file = png();
  const std::size_t chunk =
      kPngSignature.size() + png_header().size() + png_chunk("tEXt", "Title\0x"s).size();
  file[chunk + 20] ^= 1;
  const auto verdict = validated("png", file);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::damaged);
  EXPECT_EQ(verdict->length, file.size());
  EXPECT_THAT(verdict->end_reason,
              HasSubstr("CRC of chunk IDAT at " + std::to_string(chunk) + " differs"));
}

TEST(Png, IsTruncatedWhereNoChunkFollows) {
  const std::string begin = kPngSignature + png_header() + png_chunk("IDAT", noise(100));
  for (const std::string& bad : {big(5, 4) + "ID4T12345"s, big(5, 4) + "IDaT12345"s,
                                 big(0x80000000, 4) + "IDAT"s, std::string(20, '\0')}) {
    const auto verdict = validated("png", begin + bad + noise(500));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->soundness, Soundness::truncated);
    EXPECT_EQ(verdict->length, begin.size());
  }
}

TEST(Png, SaysWhichCrcFailedBeforeTheFileBrokeOff) {
  const std::string begin = kPngSignature + png_header();
  std::string chunk = png_chunk("IDAT", noise(100));
  chunk[50] ^= 1;
  const auto verdict = validated("png", begin + chunk + std::string(100, '\0'));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::truncated);
  EXPECT_THAT(verdict->end_reason, HasSubstr("CRC of chunk IDAT at 33 differs"));
}

TEST(Png, NeedsAnImageHeaderFirst) {
  const std::string end = png_chunk("IDAT", "x") + png_chunk("IEND", "");
  const auto with_header = [&](const std::string& header) {
    return validated("png", kPngSignature + png_chunk("IHDR", header) + end).has_value();
  };
  EXPECT_TRUE(with_header(big(1, 4) + big(1, 4) + "\x08\x02\x00\x00\x01"s));
  EXPECT_FALSE(with_header(big(0, 4) + big(1, 4) + "\x08\x02\x00\x00\x00"s)) << "no width";
  EXPECT_FALSE(with_header(big(1, 4) + big(0, 4) + "\x08\x02\x00\x00\x00"s)) << "no height";
  EXPECT_FALSE(with_header(big(1, 4) + big(1, 4) + "\x04\x02\x00\x00\x00"s)) << "depth";
  EXPECT_FALSE(with_header(big(1, 4) + big(1, 4) + "\x08\x05\x00\x00\x00"s)) << "colour type";
  EXPECT_FALSE(with_header(big(1, 4) + big(1, 4) + "\x08\x02\x01\x00\x00"s)) << "compression";
  EXPECT_FALSE(with_header(big(1, 4) + big(1, 4) + "\x08\x02\x00\x00\x02"s)) << "interlace";
  EXPECT_FALSE(validated("png", kPngSignature + end));
}

TEST(Png, IsNoFindWithoutImageData) {
  EXPECT_FALSE(validated("png", kPngSignature + png_header()));
  EXPECT_FALSE(validated("png", kPngSignature + png_header() + png_chunk("IEND", "")));
  std::string bad_crc = png();
  bad_crc[kPngSignature.size() + 20] ^= 1;
  EXPECT_FALSE(validated("png", bad_crc));
}

// zlib and Python's CRC as the judges of ours.
TEST(Png, AcceptsAFileThatPythonWrote) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "p.png").string();
  const std::string script =
      "python3 -c \"import zlib,struct;c=lambda t,d:struct.pack('>I',len(d))+t+d+struct.pack('>I',"
      "zlib.crc32(t+d));open('" +
      path +
      "','wb').write(b'\\x89PNG\\r\\n\\x1a\\n'+c(b'IHDR',"
      "struct.pack('>IIBBBBB',300,200,8,2,0,0,0))+c(b'IDAT',zlib.compress(bytes(range(256))*900))"
      "+c(b'IEND',b''))\" 2>/dev/null";
  if (std::system(script.c_str()) != 0) GTEST_SKIP() << "no python3";
  const auto file = file_bytes(path);
  const auto verdict = validated("png", std::string(as_text(file)) + noise(1000));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->soundness, Soundness::complete);
  EXPECT_EQ(verdict->length, file.size());
}

}  // namespace
}  // namespace discern
