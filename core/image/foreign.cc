// SPDX-License-Identifier: Apache-2.0
// Containers that discern knows but does not read, by signature. A row is a place, bytes, a name
// and what makes a raw image of it; signatures of less than four bytes, and those that other data
// has by chance, are confirmed by a check of the header. Places are from the file's start or,
// negative, from its end (trailers).
//
// Sources: the formats' published descriptions (Microsoft VHD and VHDX; VMware VMDK; QEMU
// docs/interop/qcow2; HxC's HFE; the SCP image specification; xz, 7z and
// Zstandard; Android's sparse_format.h), samples of them, and for SaveDskF the header as Aaru
// documents it.
#include "image/foreign.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <string_view>
#include <vector>

#include "discern/bytes.h"

namespace discern {
namespace {

using namespace std::string_view_literals;
using boost::endian::order;

constexpr std::size_t kHead = 1024;

struct Seen {
  Bytes head;  // first up to 1024 bytes
  std::uint64_t size;
};

template <class Integer, order Order = order::little>
std::uint64_t number(const Seen& seen, std::uint64_t offset) {
  const auto part = slice(seen.head, offset, sizeof(Integer));
  if (!part) return 0;
  return boost::endian::endian_load<Integer, sizeof(Integer), Order>(
      reinterpret_cast<const unsigned char*>(part->data()));
}

// 4 LE16 bytes per sector, 24 LE16 cylinders, 26 heads, 28 sectors per track, 38 offset of the
// data.
bool is_savedskf(const Seen& seen) {
  const auto sector = number<std::uint16_t>(seen, 4);
  return (sector == 128 || sector == 256 || sector == 512 || sector == 1024) &&
         number<std::uint16_t>(seen, 24) <= 86 && number<std::uint16_t>(seen, 26) <= 2 &&
         number<std::uint16_t>(seen, 28) <= 36 && number<std::uint16_t>(seen, 38) < seen.size;
}

// HD-Copy 1: 0 last cylinder, 1 sectors per track, 2 a byte 0 or 1 for each of 168 tracks. HD-Copy
// 2: FF 18, a label of 12 bytes, and the same from 14 on. Every field of a map of 168 tracks must
// fit.
bool is_hd_copy_map(const Seen& seen, std::uint64_t offset) {
  const auto cylinder = number<std::uint8_t>(seen, offset);
  const auto sectors = number<std::uint8_t>(seen, offset + 1);
  const auto map = slice(seen.head, offset + 2, 164);
  if (!map || cylinder < 38 || cylinder > 81 || sectors < 8 || sectors > 21) return false;
  const auto tracks = static_cast<std::size_t>(2 * (cylinder + 1));
  std::size_t recorded = 0;
  for (std::size_t i = 0; i < map->size(); ++i) {
    const auto value = std::to_integer<unsigned>((*map)[i]);
    if (value > 1 || (value == 1 && i >= tracks)) return false;
    recorded += value;
  }
  // Of each recorded track at least its length is stored.
  return map->front() == std::byte{1} && (*map)[1] == std::byte{1} &&
         offset + 166 + 3 * recorded <= seen.size;
}
bool is_hd_copy_1(const Seen& seen) { return is_hd_copy_map(seen, 0); }
bool is_hd_copy_2(const Seen& seen) { return is_hd_copy_map(seen, 14); }

// 0 kind of disk: 1..4 of 80 tracks, 5..7 of 160; then a byte for each track: 4C copied, FA or FE
// left out; then 0..2 for the compression.
bool is_ciscopy(const Seen& seen) {
  const auto kind = number<std::uint8_t>(seen, 0);
  if (kind < 1 || kind > 7) return false;
  const std::size_t tracks = kind <= 4 ? 80 : 160;
  const auto map = slice(seen.head, 1, tracks);
  return map && number<std::uint8_t>(seen, 1 + tracks) <= 2 &&
         std::ranges::all_of(*map, [](std::byte track) {
           return track == std::byte{0x4C} || track == std::byte{0xFA} || track == std::byte{0xFE};
         });
}

// 2 heads, 3 cylinders, 4 size code, 5 sectors per track; 8 bytes and what they promise make the
// file.
bool is_maxidisk(const Seen& seen) {
  const auto heads = number<std::uint8_t>(seen, 2);
  const auto cylinders = number<std::uint8_t>(seen, 3);
  const auto code = number<std::uint8_t>(seen, 4);
  const auto sectors = number<std::uint8_t>(seen, 5);
  return heads >= 1 && heads <= 2 && cylinders >= 35 && cylinders <= 90 && code <= 7 &&
         sectors >= 1 &&
         heads * cylinders * sectors * (std::uint64_t{128} << code) + 8 == seen.size;
}

// 26 write protection, 27 media, 28 LE32 size of the file, 32 offset of the first track.
bool is_d88(const Seen& seen) {
  const auto protect = number<std::uint8_t>(seen, 26);
  const auto media = number<std::uint8_t>(seen, 27);
  return number<std::uint32_t>(seen, 28) == seen.size && (protect == 0 || protect == 0x10) &&
         media % 0x10 == 0 && media <= 0x40;
}

// 5 revolutions, 6 first track, 7 last track, 9 bits per cell time (0: 16).
bool is_supercard(const Seen& seen) {
  const auto revolutions = number<std::uint8_t>(seen, 5);
  return revolutions >= 1 && revolutions <= 5 &&
         number<std::uint8_t>(seen, 6) <= number<std::uint8_t>(seen, 7) &&
         number<std::uint8_t>(seen, 7) < 168;
}

// The first chunk has 4 bytes.
bool is_pce(const Seen& seen) { return number<std::uint32_t, order::big>(seen, 4) == 4; }

struct Foreign {
  std::string_view name;
  std::int64_t place;  // negative: from the file's end
  std::string_view signature;
  std::string_view remedy;
  bool (*check)(const Seen& seen) = nullptr;
};

constexpr auto kFloppy = "convert it to a raw sector image with HxCFloppyEmulator or SAMdisk"sv;
constexpr auto kVirtual = "convert it with 'qemu-img convert -O raw'"sv;
constexpr auto kUnpack = "unpack it first"sv;
constexpr auto kDisc = "convert it to CUE/BIN"sv;

constexpr Foreign kForeign[] = {
    // floppies
    {"compressed IBM SaveDskF image (DSK)", 0, "\xAA\x5A"sv, kFloppy, is_savedskf},
    {"HD-Copy image (IMG)", 0, "\xFF\x18"sv, kFloppy, is_hd_copy_2},
    {"HD-Copy image (IMG)", 0, ""sv, kFloppy, is_hd_copy_1},
    {"CisCopy image (DCF)", 0, ""sv, kFloppy, is_ciscopy},
    {"MaxiDisk image (HDK)", 0, ""sv, kFloppy, is_maxidisk},
    {"X68000 image (DIM)", 171, "DIFC HEADER  "sv, kFloppy},
    {"D88 image", 32, "\xA0\x02\x00\x00"sv, kFloppy, is_d88},
    {"D88 image", 32, "\xB0\x02\x00\x00"sv, kFloppy, is_d88},
    {"FDF image", 0,
     "\x1A"
     "FDF"sv,
     kFloppy},
    {"DISK2FDI image (FDI)", 0, "Formatted Disk Image file"sv, kFloppy},
    {"HxC floppy emulator image (HFE)", 0, "HXCPICFE"sv, kFloppy},
    {"HxC floppy emulator image (HFE 3)", 0, "HXCHFEV3"sv, kFloppy},
    {"HxC MFM image", 0, "HXCMFM\x00"sv, kFloppy},
    {"PCE sector image (PSI)", 0, "PSI "sv, kFloppy, is_pce},
    {"PCE bit image (PRI)", 0, "PRI "sv, kFloppy, is_pce},
    {"PCE flux image (PFI)", 0, "PFI "sv, kFloppy, is_pce},
    {"86Box surface image (86F)", 0, "86BF"sv, kFloppy},
    {"SuperCard Pro flux image (SCP)", 0, "SCP"sv, kFloppy, is_supercard},
    {"CAPS image (IPF)", 0, "CAPS\x00\x00\x00\x0C"sv, kFloppy},
    {"Amstrad CPC image (DSK)", 0, "MV - CPC"sv, kFloppy},
    {"Amstrad CPC image (extended DSK)", 0, "EXTENDED CPC DSK"sv, kFloppy},
    {"Applesauce image (WOZ)", 0, "WOZ1\xFF\n\r\n"sv, kFloppy},
    {"Applesauce image (WOZ)", 0, "WOZ2\xFF\n\r\n"sv, kFloppy},
    {"Disk Masher image (DMS)", 0, "DMS!"sv, kFloppy},
    // virtual and forensic disks
    {"Virtual PC disk (VHD)", -512, "conectix"sv, kVirtual},
    {"Hyper-V disk (VHDX)", 0, "vhdxfile"sv, kVirtual},
    {"VMware disk (VMDK)", 0, "KDMV"sv, kVirtual},
    {"VMware disk (VMDK, COWD)", 0, "COWD"sv, kVirtual},
    {"VMware disk descriptor (VMDK)", 0, "# Disk DescriptorFile"sv, kVirtual},
    {"QEMU disk (QCOW)", 0, "QFI\xFB"sv, kVirtual},
    {"VirtualBox disk (VDI)", 64, "\x7F\x10\xDA\xBE"sv, kVirtual},
    {"Parallels disk", 0, "WithoutFreeSpace"sv, kVirtual},
    {"Apple disk image (UDIF, DMG)", -512, "koly\x00\x00\x00\x04"sv, "convert it with dmg2img"sv},
    {"Advanced Forensic Format image (AFF)", 0, "AFF10\r\n\x00"sv, "convert it with affconvert"sv},
    {"EnCase 7 image (Ex01)", 0, "EVF2\r\n\x81\x00"sv, "export it as E01"sv},
    {"EnCase logical evidence (L01)", 0, "LVF\t\r\n\xFF\x00"sv, "export its files"sv},
    {"EnCase 7 logical evidence (Lx01)", 0, "LEF2\r\n\x81\x00"sv, "export its files"sv},
    {"AccessData logical image (AD1)", 0, "ADSEGMENTEDFILE\x00"sv, "export its files"sv},
    {"Android sparse image", 0, "\x3A\xFF\x26\xED"sv, "convert it with simg2img"sv},
    {"Allwinner PhoenixCard firmware (IMG)", 0, "IMAGEWTY"sv, kUnpack},
    {"Partclone image", 0, "partclone-image"sv, "restore it with partclone.restore"sv},
    {"Windows image (WIM)", 0, "MSWIM\x00\x00\x00"sv, "unpack it with wimlib"sv},
    {"compressed MAME disk (CHD)", 0, "MComprHD"sv, "convert it with chdman"sv},
    // discs
    {"zipped ISO image (ISZ)", 0, "IsZ!"sv, kDisc},
    {"PowerISO image (DAA)", 0, "DAA\x00\x00\x00\x00"sv, kDisc},
    {"compressed ISO image (CSO)", 0, "CISO\x18\x00\x00\x00"sv, kDisc},
    {"disc image without error correction (ECM)", 0, "ECM\x00"sv, "convert it with unecm"sv},
    // packed files
    {"xz file", 0,
     "\xFD"
     "7zXZ\x00"sv,
     kUnpack},
    {"bzip2 file", 4, "\x31\x41\x59\x26\x53\x59"sv, kUnpack,
     [](const Seen& seen) { return has_text_at(seen.head, 0, "BZh"sv); }},
    {"7-Zip archive", 0, "7z\xBC\xAF\x27\x1C"sv, kUnpack},
    {"Zstandard file", 0, "\x28\xB5\x2F\xFD"sv, kUnpack},
    {"RAR archive", 0, "Rar!\x1A\x07"sv, kUnpack},
    {"lzip file", 0, "LZIP\x01"sv, kUnpack},
    {"LZ4 file", 0, "\x04\x22\x4D\x18"sv, kUnpack},
    {"Windows cabinet", 0, "MSCF\x00\x00\x00\x00"sv, kUnpack},
};

}  // namespace

std::optional<Error> recognise_foreign(const ByteSource& source, const std::string& path) {
  const std::vector<std::byte> head = read_head(source, kHead);
  const Seen seen{head, source.size()};
  for (const Foreign& row : kForeign) {
    const auto back = static_cast<std::uint64_t>(row.place < 0 ? -row.place : 0);
    if (back > seen.size) continue;
    const std::uint64_t offset =
        row.place < 0 ? seen.size - back : static_cast<std::uint64_t>(row.place);
    const auto bytes = read_exactly(source, offset, row.signature.size());
    if (!bytes || as_text(*bytes) != row.signature) continue;
    if (row.check != nullptr && !row.check(seen)) continue;
    return Error{Errc::unsupported,
                 "recognised as " + std::string(row.name) + ", which discern does not read yet; " +
                     std::string(row.remedy),
                 path, offset};
  }
  return std::nullopt;
}

}  // namespace discern
