// SPDX-License-Identifier: Apache-2.0
#include "carve/validators.h"

#include <algorithm>
#include <array>

namespace discern {

std::span<const Validator> validators() {
  using namespace std::string_view_literals;
  static constexpr auto kTable = std::to_array<Validator>({
      {"jpeg", "JPEG image", "jpg", "\xFF\xD8\xFF"sv, validate_jpeg},
      {"png", "PNG image", "png", "\x89PNG\r\n\x1A\n"sv, validate_png},
      {"gif", "GIF image", "gif", "GIF8"sv, validate_gif},
      {"bmp", "BMP image", "bmp", "BM"sv, validate_bmp},
      {"tiff", "TIFF image (DNG and CR2 told apart)", "tif", "II*\0"sv, validate_tiff},
      {"tiff", "TIFF image (DNG and CR2 told apart)", "tif", "MM\0*"sv, validate_tiff},
      {"psd", "Photoshop document", "psd", "8BPS"sv, validate_psd},
      {"jp2", "JPEG 2000 image", "jp2", "jP  \r\n\x87\n"sv, validate_jp2, 4},
      {"j2k", "JPEG 2000 codestream", "j2k", "\xFF\x4F\xFF\x51"sv, validate_j2k},
      {"pdf", "PDF document", "pdf", "%PDF-"sv, validate_pdf},
      {"rtf", "RTF document", "rtf", "{\\rtf"sv, validate_rtf},
      {"zip", "ZIP archive (docx, xlsx, pptx, odt, ods, odp, epub, jar and apk told apart)", "zip",
       "PK\3\4"sv, validate_zip},
      {"ole", "OLE2 file (doc, xls, ppt, msg, msi and more told apart)", "ole",
       "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, validate_ole},
      {"gzip", "gzip file", "gz", "\x1F\x8B\x08"sv, validate_gzip},
      {"bzip2", "bzip2 file", "bz2", "BZh"sv, validate_bzip2},
      {"xz", "xz file", "xz",
       "\xFD"
       "7zXZ\0"sv,
       validate_xz},
      {"7z", "7z archive", "7z", "7z\xBC\xAF\x27\x1C"sv, validate_seven_zip},
      {"rar", "RAR archive", "rar", "Rar!\x1A\7"sv, validate_rar},
      {"tar", "tar archive", "tar", "ustar"sv, validate_tar, 257},
      {"zstd", "Zstandard file", "zst", "\x28\xB5\x2F\xFD"sv, validate_zstd},
      {"riff", "RIFF file (WAV, AVI and WEBP told apart)", "riff", "RIFF"sv, validate_riff},
      {"isobmff", "MP4 and its kin (MOV, M4A, 3GP, HEIF, AVIF, CR3 told apart)", "mp4", "ftyp"sv,
       validate_isobmff, 4},
      {"isobmff", "MOV without a type", "mov", "moov"sv, validate_isobmff, 4},
      {"isobmff", "MOV without a type", "mov", "mdat"sv, validate_isobmff, 4},
      {"isobmff", "MOV without a type", "mov", "wide"sv, validate_isobmff, 4},
      {"mp3", "MP3 sound with a tag", "mp3", "ID3"sv, validate_mp3},
      {"mp3", "MP3 sound", "mp3", "\xFF\xFB"sv, validate_mp3},
      {"mp3", "MP3 sound", "mp3", "\xFF\xFA"sv, validate_mp3},
      {"mp3", "MP3 sound", "mp3", "\xFF\xF3"sv, validate_mp3},
      {"mp3", "MP3 sound", "mp3", "\xFF\xF2"sv, validate_mp3},
      {"mp3", "MP3 sound", "mp3", "\xFF\xE3"sv, validate_mp3},
      {"ogg", "Ogg file", "ogg", "OggS"sv, validate_ogg},
      {"flac", "FLAC sound", "flac", "fLaC"sv, validate_flac},
      {"matroska", "Matroska or WebM film", "mkv", "\x1A\x45\xDF\xA3"sv, validate_matroska},
      {"mpeg", "MPEG program stream", "mpg", "\x01\xBA"sv, validate_mpeg_ps, 2},
      {"sqlite", "SQLite database", "sqlite", "SQLite format 3\0"sv, validate_sqlite},
      {"sqlite_wal", "SQLite write-ahead log", "wal", "\x37\x7F\x06\x82"sv, validate_sqlite_wal},
      {"sqlite_wal", "SQLite write-ahead log", "wal", "\x37\x7F\x06\x83"sv, validate_sqlite_wal},
      {"elf", "ELF program", "elf",
       "\x7F"
       "ELF"sv,
       validate_elf},
      {"pe", "PE program or library", "exe", "MZ"sv, validate_pe},
      {"macho", "Mach-O program", "macho", "\xFE\xED\xFA\xCE"sv, validate_macho},
      {"macho", "Mach-O program", "macho", "\xFE\xED\xFA\xCF"sv, validate_macho},
      {"macho", "Mach-O program", "macho", "\xCE\xFA\xED\xFE"sv, validate_macho},
      {"macho", "Mach-O program", "macho", "\xCF\xFA\xED\xFE"sv, validate_macho},
      {"macho", "universal Mach-O program", "macho", "\xCA\xFE\xBA\xBE"sv, validate_macho},
      {"font", "TrueType font", "ttf", "\0\1\0\0"sv, validate_sfnt},
      {"font", "TrueType font", "ttf", "true"sv, validate_sfnt},
      {"font", "OpenType font", "otf", "OTTO"sv, validate_sfnt},
      {"evtx", "Windows event log", "evtx", "ElfFile\0"sv, validate_evtx},
      {"hive", "Windows registry hive", "hive", "regf"sv, validate_hive},
      {"lnk", "Windows shell link", "lnk", "L\0\0\0\1\x14\2\0"sv, validate_lnk},
      {"prefetch", "Windows prefetch file", "pf", "SCCA"sv, validate_prefetch, 4},
      {"pst", "Outlook folders", "pst", "!BDN"sv, validate_pst},
      {"mbox", "mailbox (text run)", "mbox", "From "sv, validate_mbox},
      {"eml", "mail message (text run)", "eml", "Return-Path: "sv, validate_eml},
      {"eml", "mail message (text run)", "eml", "Received: "sv, validate_eml},
      {"eml", "mail message (text run)", "eml", "Delivered-To: "sv, validate_eml},
  });
  return kTable;
}

const Validator* find_validator(std::string_view id) {
  const auto rows = validators();
  const auto row = std::ranges::find(rows, id, &Validator::id);
  return row == rows.end() ? nullptr : &*row;
}

std::string_view name_of(Soundness soundness) {
  switch (soundness) {
    case Soundness::complete:
      return "complete";
    case Soundness::truncated:
      return "truncated";
    case Soundness::damaged:
      return "damaged";
    case Soundness::first_fragment:
      return "first fragment";
  }
  return "";
}

}  // namespace discern
