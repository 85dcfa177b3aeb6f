// SPDX-License-Identifier: Apache-2.0
#include "elf_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "corpus.h"

namespace discern {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kProgram = "/usr/bin/fls";

std::vector<std::byte> program() { return tests::file_bytes(kProgram); }

#define SKIP_WITHOUT_FLS() \
  if (!std::filesystem::exists(kProgram)) GTEST_SKIP() << "no " << kProgram

void put(std::vector<std::byte>& bytes, std::size_t at, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

// What `readelf -d` and `readelf -r` say of Debian's fls.
TEST(ElfFile, ReadsLibrariesAndNamesBoundByTheLoader) {
  SKIP_WITHOUT_FLS();
  const auto elf = read_elf(program(), {"tsk_img_open"});
  ASSERT_TRUE(elf);
  EXPECT_TRUE(elf->dynamic);
  EXPECT_THAT(elf->interpreter, HasSubstr("/ld-linux"));
  EXPECT_THAT(elf->needed, Contains("libtsk.so.19"));
  EXPECT_THAT(elf->bound, Contains("tsk_img_open"));
  EXPECT_FALSE(elf->symbolic);
  EXPECT_THAT(read_elf(program())->bound, IsEmpty());
}

TEST(ElfFile, RefusesWhatIsNone) {
  EXPECT_EQ(read_elf({}).error().code, Errc::not_this);
  EXPECT_EQ(read_elf(as_bytes("#!/bin/sh\n")).error().code, Errc::not_this);
  EXPECT_EQ(read_elf(as_bytes("\177ELF")).error().code, Errc::corrupt);
}

TEST(ElfFile, RefusesOtherClassesAndByteOrders) {
  SKIP_WITHOUT_FLS();
  auto bytes = program();
  bytes[4] = std::byte{1};
  EXPECT_EQ(read_elf(bytes).error().code, Errc::unsupported);
  bytes = program();
  bytes[5] = std::byte{2};
  EXPECT_EQ(read_elf(bytes).error().code, Errc::unsupported);
}

TEST(ElfFile, TakesAFileWithoutDynamicSegmentForStatic) {
  std::vector<std::byte> bytes(64);
  const std::string_view ident = "\177ELF\2\1\1";
  std::ranges::copy(as_bytes(ident), bytes.begin());
  put(bytes, 18, 62, 2);  // x86-64
  const auto elf = read_elf(bytes, {"tsk"});
  ASSERT_TRUE(elf);
  EXPECT_FALSE(elf->dynamic);
  EXPECT_EQ(elf->machine, 62);
}

TEST(ElfFile, RefusesHeadersThatPointOutside) {
  std::vector<std::byte> bytes(64);
  std::ranges::copy(as_bytes(std::string_view("\177ELF\2\1\1")), bytes.begin());
  put(bytes, 54, 56, 2);
  put(bytes, 56, 1, 2);
  put(bytes, 32, ~std::uint64_t{0}, 8);
  EXPECT_EQ(read_elf(bytes).error().code, Errc::corrupt);
  put(bytes, 32, 64, 8);
  EXPECT_EQ(read_elf(bytes).error().code, Errc::corrupt);
  put(bytes, 54, 32, 2);  // the size of a 32-bit program header
  EXPECT_EQ(read_elf(bytes).error().code, Errc::corrupt);
}

// Every header field and table cut or overwritten: an answer or an error, no read outside.
TEST(ElfFile, SurvivesCutsAndOverwrittenBytes) {
  SKIP_WITHOUT_FLS();
  const auto whole = program();
  for (std::size_t length = 0; length < whole.size(); length += 97)
    (void)read_elf(Bytes(whole).first(length), {"tsk"});
  const std::size_t most = std::min<std::size_t>(whole.size(), 6000);
  for (std::size_t at = 16; at < most; ++at) {
    auto bytes = whole;
    bytes[at] = std::byte{0xFF};
    (void)read_elf(bytes, {"tsk"});
  }
}

TEST(ElfFile, SaysWhereATableLiesOutside) {
  SKIP_WITHOUT_FLS();
  auto bytes = program();
  // The dynamic segment is program header PT_DYNAMIC; its string table entry is tag 5.
  for (std::size_t at = 64; at + 56 <= 64 + 56 * 16; at += 56) {
    if (bytes[at] != std::byte{2}) continue;
    std::uint64_t offset = 0;
    std::memcpy(&offset, &bytes[at + 8], 8);
    for (std::size_t entry = offset;; entry += 16)
      if (bytes[entry] == std::byte{5}) {
        put(bytes, entry + 8, 0x7fffffffffff, 8);
        break;
      }
  }
  const auto elf = read_elf(bytes);
  ASSERT_FALSE(elf);
  EXPECT_THAT(elf.error().text, HasSubstr("string table"));
}

}  // namespace
}  // namespace discern
