// SPDX-License-Identifier: Apache-2.0
// Small whole files of the further types, built by hand from the standards that the validators
// name.
#ifndef DISCERN_TESTS_CARVE_BUILT_SAMPLES_H
#define DISCERN_TESTS_CARVE_BUILT_SAMPLES_H

#include <array>

#include "made_samples.h"
#include "samples.h"

namespace discern::tests {

inline void put(std::string& text, std::size_t at, const std::string& bytes) {
  text.replace(at, bytes.size(), bytes);
}

inline std::string wav(const std::string& samples = noise(64)) {
  const std::string body = "WAVEfmt " + little(16, 4) + little(1, 2) + little(1, 2) +
                           little(8000, 4) + little(8000, 4) + little(1, 2) + little(8, 2) +
                           "data" + little(samples.size(), 4) + samples;
  return "RIFF" + little(body.size(), 4) + body;
}

// One FAT sector, one directory sector, a stream of 8 sectors.
inline std::string ole(const std::string& stream_name = "WordDocument") {
  std::string file(512 * 11, '\0');
  put(file, 0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
  put(file, 24, little(0x3E, 2) + little(3, 2) + little(0xFFFE, 2) + little(9, 2) + little(6, 2));
  put(file, 44,
      little(1, 4) + little(1, 4) + little(0, 4) + little(4096, 4) + little(0xFFFFFFFE, 4) +
          little(0, 4) + little(0xFFFFFFFE, 4) + little(0, 4));
  put(file, 76, little(0, 4) + std::string(108 * 4, '\xFF'));
  put(file, 512, std::string(512, '\xFF'));
  put(file, 512, little(0xFFFFFFFD, 4) + little(0xFFFFFFFE, 4));
  for (unsigned sector = 2; sector < 10; ++sector)
    put(file, 512 + sector * 4, little(sector == 9 ? 0xFFFFFFFE : sector + 1, 4));
  const auto entry = [&](std::size_t index, const std::string& name, int kind, unsigned first,
                         unsigned size) {
    std::string bytes(128, '\0');
    for (std::size_t i = 0; i < name.size(); ++i) bytes[i * 2] = name[i];
    put(bytes, 64, little(name.size() * 2 + 2, 2) + static_cast<char>(kind));
    put(bytes, 116, little(first, 4) + little(size, 8));
    put(file, 1024 + index * 128, bytes);
  };
  entry(0, "Root Entry", 5, 0xFFFFFFFE, 0);
  entry(1, stream_name, 2, 2, 4096);
  put(file, 1536, noise(4096));
  // How the main stream of Word begins (MS-DOC 2.5.2).
  put(file, 1536, "\xEC\xA5");
  return file;
}

inline std::string rtf() { return "{\\rtf1\\ansi{\\b bold} and \\{ braces\\}\\par}"; }

inline std::string tar_header(const std::string& name, std::size_t size) {
  std::string block(512, '\0');
  char octal[16];
  put(block, 0, name);
  std::snprintf(octal, sizeof octal, "%011zo", size);
  put(block, 124, octal);
  put(block, 156, "0");
  put(block, 257,
      "ustar\0"
      "00"s);
  put(block, 148, std::string(8, ' '));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(octal, sizeof octal, "%06o", sum);
  put(block, 148, octal + "\0 "s);
  return block;
}
inline std::string tar() {
  std::string file = tar_header("a.txt", 5) + "hello" + std::string(507, '\0');
  file.resize(10240);
  return file;
}

inline std::string rar_block(int kind, unsigned flags, const std::string& fields,
                             const std::string& data = "") {
  const std::string head =
      static_cast<char>(kind) + little(flags, 2) + little(7 + fields.size(), 2) + fields;
  return little(crc32(head) & 0xFFFF, 2) + head + data;
}
inline std::string rar() {
  const std::string data = noise(50);
  return "Rar!\x1A\x07\0"s + rar_block(0x73, 0, std::string(6, '\0')) +
         rar_block(0x74, 0x8000, little(data.size(), 4) + std::string(21, '\1'), data) +
         rar_block(0x7B, 0x4000, "");
}
inline std::string rar5_block(const std::string& fields, const std::string& data = "") {
  const std::string head = static_cast<char>(fields.size()) + fields;
  return little(crc32(head), 4) + head + data;
}
inline std::string rar5() {
  return "Rar!\x1A\x07\1\0"s + rar5_block("\1\0\0"s) + rar5_block("\2\2\x20\0\0\0"s, noise(32)) +
         rar5_block("\5\0\0"s);
}

inline std::string box(const std::string& type, const std::string& data) {
  return big(data.size() + 8, 4) + type + data;
}
inline std::string mp4() {
  return box("ftyp", "isom" + big(512, 4) + "isom") + box("moov", box("mvhd", noise(100))) +
         box("mdat", noise(200));
}

// MPEG-1 layer III, 32 kbit/s, 44100 Hz: 104 bytes a frame.
inline std::string mp3(int frames = 12) {
  std::string file;
  for (int i = 0; i < frames; ++i)
    file += "\xFF\xFB\x10\xC0"s + std::string(100, i == 0 ? '\0' : 'x');
  return file;
}
inline std::string tagged_mp3() {
  return "ID3\3\0\0\0\0\0\x14"s + std::string(20, '\0') + mp3(4) + "TAG" + std::string(125, ' ');
}

// CRC as RFC 3533 defines it, bit by bit.
inline std::string ogg_page(int flags, unsigned sequence, const std::string& data) {
  std::string page = "OggS\0"s + static_cast<char>(flags) + little(0, 8) + little(7, 4) +
                     little(sequence, 4) + little(0, 4) + "\1" + static_cast<char>(data.size()) +
                     data;
  std::uint32_t crc = 0;
  for (const char c : page) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x80000000U) != 0 ? crc << 1 ^ 0x04C11DB7U : crc << 1;
  }
  put(page, 22, little(crc, 4));
  return page;
}
inline std::string ogg() {
  return ogg_page(2, 0, "\1vorbis" + noise(22)) + ogg_page(0, 1, noise(200)) +
         ogg_page(4, 2, noise(100));
}

inline std::string flac() {
  // 16 bits, one channel, 192 samples in a frame, all of the same value.
  std::string info = big(192, 2) + big(192, 2) + std::string(6, '\0');
  const std::uint64_t rest = 44100ULL << 44 | 0ULL << 41 | 15ULL << 36 | 2 * 192;
  info += big(rest, 8) + std::string(16, '\0');
  std::string file = "fLaC\x80\0\0\x22"s + info;
  for (int i = 0; i < 2; ++i) {
    std::string frame = "\xFF\xF8\x19\x08"s + static_cast<char>(i);
    unsigned crc8 = 0;
    for (const char c : frame) {
      crc8 ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit)
        crc8 = (crc8 & 0x80) != 0 ? (crc8 << 1 ^ 7) & 0xFF : crc8 << 1;
    }
    frame += static_cast<char>(crc8);
    frame += "\0\x12\x34"s;
    unsigned crc = 0;
    for (const char c : frame) {
      crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
      for (int bit = 0; bit < 8; ++bit)
        crc = ((crc & 0x8000) != 0 ? crc << 1 ^ 0x8005 : crc << 1) & 0xFFFF;
    }
    file += frame + big(crc, 2);
  }
  return file;
}

inline std::string ebml(const std::string& id, const std::string& data) {
  return id + static_cast<char>(0x40 | data.size() >> 8) + static_cast<char>(data.size() & 0xFF) +
         data;
}
inline std::string mkv() {
  return ebml("\x1A\x45\xDF\xA3", ebml("\x42\x82", "matroska")) +
         ebml("\x18\x53\x80\x67", ebml("\x15\x49\xA9\x66", noise(30)) +
                                      ebml("\x1F\x43\xB6\x75", ebml("\xE7", "\1") + noise(60)));
}

inline std::string mpeg() {
  const std::string pack = "\0\0\1\xBA\x21"s + std::string(7, '\1');
  return pack + "\0\0\1\xBB\0\6"s + std::string(6, '\1') + "\0\0\1\xE0\0\x40"s + noise(64) + pack +
         "\0\0\1\xC0\0\x20"s + noise(32) + "\0\0\1\xB9"s;
}

// Checksums of a write-ahead log, as section 4.2 of the file format gives them.
inline std::string wal() {
  std::array<std::uint32_t, 2> sums = {0, 0};
  const auto add = [&](const std::string& text) {
    const auto word = [&](std::size_t at) {
      std::uint32_t value = 0;
      for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(text[at + i]);
      return value;
    };
    for (std::size_t at = 0; at < text.size(); at += 8) {
      sums[0] += word(at) + sums[1];
      sums[1] += word(at + 4) + sums[0];
    }
    return big(sums[0], 4) + big(sums[1], 4);
  };
  std::string file = big(0x377F0683, 4) + big(3007000, 4) + big(512, 4) + big(0, 4) + "saltpepp";
  file += add(file);
  for (unsigned page = 1; page <= 2; ++page) {
    const std::string head = big(page, 4) + big(page, 4);
    const std::string data = noise(512, page);
    add(head);
    file += head + "saltpepp" + add(data) + data;
  }
  return file;
}

inline std::string elf() {
  std::string file =
      "\x7F"
      "ELF\2\1\1"s +
      std::string(9, '\0') + little(2, 2) + little(62, 2) + little(1, 4) + little(0x400000, 8) +
      little(64, 8) + little(0, 8) + little(0, 4) + little(64, 2) + little(56, 2) + little(1, 2) +
      little(64, 2) + little(0, 2) + little(0, 2);
  file += little(1, 4) + little(5, 4) + little(0, 8) + little(0x400000, 8) + little(0x400000, 8) +
          little(200, 8) + little(200, 8) + little(4096, 8);
  return file + noise(200 - file.size());
}

inline std::string pe() {
  std::string file(512, '\0');
  put(file, 0, "MZ");
  put(file, 60, little(64, 4));
  put(file, 64,
      "PE\0\0"s + little(0x14C, 2) + little(1, 2) + little(0, 12) + little(96, 2) +
          little(0x102, 2) + little(0x10B, 2));
  put(file, 64 + 24 + 96,
      ".text\0\0\0"s + little(16, 4) + little(4096, 4) + little(256, 4) + little(512, 4));
  return file + noise(256);
}

inline std::string macho() {
  const std::string segment = little(0x19, 4) + little(72, 4) + "__TEXT" + std::string(10, '\0') +
                              little(0, 8) + little(4096, 8) + little(0, 8) + little(300, 8) +
                              little(7, 4) + little(5, 4) + little(0, 4) + little(0, 4);
  const std::string file = "\xCF\xFA\xED\xFE" + little(0x01000007, 4) + little(3, 4) +
                           little(2, 4) + little(1, 4) + little(72, 4) + little(0, 8) + segment;
  return file + noise(300 - file.size());
}

inline std::string font() {
  const std::array<std::string, 4> names = {"cmap", "glyf", "head", "loca"};
  std::string file = "\0\1\0\0"s + big(4, 2) + big(64, 2) + big(2, 2) + big(0, 2);
  std::string data;
  for (const std::string& name : names) {
    std::string table = noise(40, static_cast<unsigned>(name[0]));
    if (name == "head") put(table, 8, big(0, 4));
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < table.size(); ++i)
      sum += static_cast<std::uint32_t>(static_cast<unsigned char>(table[i])) << (24 - 8 * (i % 4));
    file += name + big(sum, 4) + big(12 + 64 + data.size(), 4) + big(table.size(), 4);
    data += table;
  }
  return file + data;
}

inline std::string evtx() {
  std::string file(4096 + 65536, '\0');
  put(file, 0, "ElfFile\0"s);
  put(file, 32, little(128, 4) + little(1, 2) + little(3, 2) + little(4096, 2) + little(1, 2));
  put(file, 124, little(crc32(file.substr(0, 120)), 4));
  put(file, 4096, "ElfChnk\0"s);
  put(file, 4096 + 124, little(crc32(file.substr(4096, 120) + file.substr(4096 + 128, 384)), 4));
  return file;
}

inline std::string hive() {
  std::string file(8192, '\0');
  put(file, 0, "regf");
  put(file, 20, little(1, 4) + little(5, 4));
  put(file, 40, little(4096, 4));
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 508; i += 4)
    for (std::size_t k = 0; k < 4; ++k)
      sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(file[i + k])) << (8 * k);
  put(file, 508, little(sum, 4));
  put(file, 4096, "hbin" + little(0, 4) + little(4096, 4));
  return file;
}

inline std::string lnk() {
  std::string file = "L\0\0\0\1\x14\2\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s + little(0x84, 4);
  file.resize(76);
  return file + little(3, 2) + "a\0b\0c\0"s + little(12, 4) + little(0xA0000001, 4) + little(7, 4) +
         little(0, 4);
}

inline std::string prefetch() {
  std::string file = little(30, 4) + "SCCA" + little(0, 4) + little(300, 4) + "C\0M\0D\0"s;
  file.resize(84);
  return file + noise(216);
}

// The checksum is CRC-32 without the inversions, MS-PST 5.3.
inline std::string pst() {
  std::string file(600, '\0');
  put(file, 0, "!BDN");
  put(file, 8, "SM" + little(23, 2));
  put(file, 184, little(600, 8));
  std::uint32_t crc = 0;
  for (std::size_t i = 8; i < 8 + 471; ++i) {
    crc ^= static_cast<unsigned char>(file[i]);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
  }
  put(file, 4, little(crc, 4));
  return file;
}

inline std::string eml() {
  return "Return-Path: <a@example.org>\r\nFrom: a@example.org\r\nDate: Mon, 1 Jan 2024 00:00:00 "
         "+0000\r\nSubject: a\r\n b\r\n\r\nbody\r\n";
}
inline std::string mbox() { return "From a@example.org Mon Jan  1 00:00:00 2024\n" + eml(); }

}  // namespace discern::tests

#endif
