// SPDX-License-Identifier: Apache-2.0
// Little-endian; the blocks follow each other without offsets, so that each length counts. There is
// no published description: this is what two independent readers of such files (libmirage of
// cdemu, Aaru) agree about.
//
//   header    0 16 "BWT5 STREAM SIGN"  48 2 profile as in MMC (8 to 10: CD)  50 2 sessions
//             64 1 catalogue number is valid  65 13 catalogue number
//             lengths of blocks: 96 2 PMA  98 2 ATIP  100 2 CD-TEXT  102 2 disc information (CD)
//             104 4 BCA  120 4 DVD structures  124 4 disc information (DVD)
//             160 8 vendor, 168 16 product, 184 4 revision of the drive   208 32 volume's name
//             240 4 mode page 2A  244 4 unknown  248 4 data blocks  252 4 sessions  256 4 DPM
//   260       mode page 2A, unknown, PMA, ATIP, CD-TEXT, BCA, DVD structures, disc information
//   data      0 4 number of blocks  4 4 length of a path, the path, then of each block:
//             0 4 type  4 4 bytes  24 4 offset in the file  40 4 LBA  44 4 sectors
//             48 4 length of the name  52 name in UTF-16  4 bytes
//   session   0 2 number  2 1 entries  4 4 first LBA  8 4 end  12 2 first track  14 2 last; then
//   entry     64 bytes, 72 of CD tracks: 0 1 type (0: of the lead-in)  8 1 subchannel  10 1 control
//             12 1 point  18 3 time of INDEX 01  22 4 pregap  42 4 LBA of the pregap
//             46 4 sectors, pregap included  58 4 session
//   then      DPM, 4 bytes, "BWT5 STREAM FOOT"
#include "optical/b6t.h"

#include <algorithm>
#include <boost/endian/arithmetic.hpp>

#include "optical/descriptor_text.h"

namespace discern {
namespace {

using boost::endian::little_int32_t;
using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;

constexpr std::string_view kSignature = "BWT5 STREAM SIGN";
constexpr std::size_t kMostBlocks = 1000;
constexpr std::uint32_t kMostName = 4096;
constexpr std::uint32_t kMostSectors = 1U << 28;  // a Blu-ray disc of 500 GB
constexpr std::uint32_t kMostStored = 2448;

struct Header {
  char signature[16];
  std::uint8_t unknown1[32];
  little_uint16_t profile;
  little_uint16_t sessions;
  std::uint8_t unknown2[12];
  std::uint8_t catalog_valid;
  char catalog[13];
  std::uint8_t unknown3[18];
  little_uint16_t pma;
  little_uint16_t atip;
  little_uint16_t cd_text;
  little_uint16_t cd_information;
  little_uint32_t bca;
  std::uint8_t unknown4[12];
  little_uint32_t dvd_structures;
  little_uint32_t dvd_information;
  std::uint8_t unknown5[32];
  char drive[48];
  char volume[32];
  little_uint32_t mode_page;
  little_uint32_t unknown_block;
  little_uint32_t data_blocks;
  little_uint32_t session_blocks;
  little_uint32_t dpm;
};
static_assert(sizeof(Header) == 260);

struct DataBlock {
  little_uint32_t type;
  little_uint32_t bytes;
  std::uint8_t unknown1[16];
  little_uint32_t offset;
  std::uint8_t unknown2[12];
  little_int32_t lba;
  little_int32_t sectors;
  little_uint32_t name_length;
};
static_assert(sizeof(DataBlock) == 52);

struct SessionBlock {
  little_uint16_t number;
  std::uint8_t entries;
  std::uint8_t unknown;
  little_int32_t start;
  little_int32_t end;
  little_uint16_t first;
  little_uint16_t last;
};
static_assert(sizeof(SessionBlock) == 16);

struct Entry64 {
  std::uint8_t type;
  std::uint8_t unknown1[7];
  std::uint8_t subchannel;
  std::uint8_t unknown2;
  std::uint8_t control;
  std::uint8_t adr;
  std::uint8_t point;
  std::uint8_t unknown3[5];
  std::uint8_t minute;
  std::uint8_t second;
  std::uint8_t frame;
  std::uint8_t unknown4;
  little_uint32_t pregap;
  std::uint8_t unknown5[16];
  little_int32_t lba;
  little_int32_t sectors;
  std::uint8_t unknown6[8];
  little_uint32_t session;
  std::uint8_t unknown7[2];
};
static_assert(sizeof(Entry64) == 64);
constexpr std::uint64_t kMoreOfCdTracks = 8;

class Parser {
 public:
  Parser(Bytes bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  Result<B6tSheet> parse() {
    if (!has_text_at(bytes_, 0, kSignature))
      return Error{Errc::not_this, "no BWT5 STREAM SIGN", file_};
    const auto header = read_record<Header>(bytes_);
    if (!header) return error("the header is cut", 0);
    const std::string_view catalog(header->catalog, sizeof header->catalog);
    if (header->catalog_valid != 0 && catalog.find_first_not_of("0123456789") == catalog.npos)
      sheet_.catalog = catalog;
    std::uint64_t at = sizeof(Header) + std::uint64_t{header->mode_page} + header->unknown_block +
                       header->pma + header->atip;
    if (auto status = read_cd_text(at, header->cd_text); !status) return status.error();
    at += std::uint64_t{header->cd_text} + header->bca + header->dvd_structures +
          header->cd_information + header->dvd_information;
    if (auto status = read_data_blocks(at); !status) return status.error();
    // The lengths of the header are a second account of where the sessions begin.
    if (at + header->data_blocks != at_)
      return error("the data blocks end at offset " + std::to_string(at_) + ", by the header at " +
                       std::to_string(at + header->data_blocks),
                   at);
    for (int i = 0; i < header->sessions; ++i)
      if (auto status = read_session(i + 1); !status) return status.error();
    std::ranges::stable_sort(sheet_.blocks, {}, &B6tBlock::lba);
    return std::move(sheet_);
  }

 private:
  Error error(std::string text, std::uint64_t offset) const {
    return {Errc::corrupt, std::move(text), file_, offset};
  }

  Status read_cd_text(std::uint64_t at, std::uint32_t length) {
    const auto packs = slice(bytes_, at, length);
    if (!packs) return error("the CD-TEXT lies outside the file", at);
    sheet_.cd_text.assign(packs->begin(), packs->end());
    sheet_.cd_text_at = at;
    return Done{};
  }

  Status read_data_blocks(std::uint64_t at) {
    const auto count = read_record<little_uint32_t>(bytes_, at);
    const auto path = read_record<little_uint32_t>(bytes_, at + 4);
    if (!count || !path) return error("the data blocks lie outside the file", at);
    if (*count > kMostBlocks) return error("more than 1000 data blocks", at);
    at_ = at + 8 + *path;
    for (std::uint32_t i = 0; i < *count; ++i) {
      const std::uint64_t entry = at_;
      const auto block = read_record<DataBlock>(bytes_, entry);
      if (!block) return error("a data block lies outside the file", entry);
      const std::uint32_t length = block->name_length;
      const auto name = slice(bytes_, entry + sizeof(DataBlock), length);
      if (!name || length > kMostName)
        return error("a file name lies outside the file", entry + 48);
      at_ = entry + sizeof(DataBlock) + length + 4;
      const std::int32_t sectors = block->sectors;
      if (sectors <= 0) continue;
      const auto stored = block->bytes / static_cast<std::uint32_t>(sectors);
      if (block->bytes % static_cast<std::uint32_t>(sectors) != 0 || stored == 0 ||
          stored > kMostStored)
        return error("the bytes of a data block are no whole sectors", entry + 4);
      std::string_view text = as_text(*name);
      while (text.size() >= 2 && text.ends_with(std::string_view("\0\0", 2)) &&
             text.size() % 2 == 0)
        text.remove_suffix(2);
      sheet_.blocks.push_back({.lba = block->lba,
                               .sectors = static_cast<std::uint32_t>(sectors),
                               .stored = stored,
                               .offset = block->offset,
                               .name = utf8_from_utf16(text, false),
                               .entry = entry});
    }
    return Done{};
  }

  Status read_session(int number) {
    const auto session = read_record<SessionBlock>(bytes_, at_);
    if (!session) return error("a session lies outside the file", at_);
    at_ += sizeof(SessionBlock);
    for (int i = 0; i < session->entries; ++i) {
      const std::uint64_t at = at_;
      const auto entry = read_record<Entry64>(bytes_, at);
      if (!entry) return error("a track lies outside the file", at);
      at_ += sizeof(Entry64);
      if (entry->type == 0) continue;
      if (entry->type > 6) return error("a track of no known type", at);
      if (entry->type != 6) at_ += kMoreOfCdTracks;
      if (entry->point < 1 || entry->point > 99)
        return error("a track number is from 1 to 99", at + 12);
      const std::int32_t sectors = entry->sectors;
      if (sectors <= 0 || static_cast<std::uint32_t>(sectors) > kMostSectors ||
          entry->pregap >= static_cast<std::uint32_t>(sectors))
        return error("a track of a length that no disc has", at + 46);
      sheet_.tracks.push_back(
          {.session = number,
           .number = entry->point,
           .type = entry->type,
           .control = entry->control & 15,
           .lba = entry->lba,
           .pregap = entry->pregap,
           .sectors = static_cast<std::uint32_t>(sectors),
           .toc_lba = to_lba({entry->minute, entry->second, entry->frame}).value,
           .entry = at});
    }
    return Done{};
  }

  Bytes bytes_;
  const std::string& file_;
  B6tSheet sheet_ = {};
  std::uint64_t at_ = 0;
};

}  // namespace

Result<B6tSheet> parse_b6t(Bytes bytes, const std::string& file) {
  return Parser(bytes, file).parse();
}

}  // namespace discern
