// SPDX-License-Identifier: Apache-2.0
// Small whole files, built by hand from the standards, and sources to put them in.
#ifndef DISCERN_TESTS_CARVE_SAMPLES_H
#define DISCERN_TESTS_CARVE_SAMPLES_H

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "discern/carve.h"

namespace discern::tests {

using namespace std::string_literals;

inline std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

inline std::string big(std::uint64_t value, int width) {
  std::string text;
  for (int i = width - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}
inline std::string little(std::uint64_t value, int width) {
  const std::string reversed = big(value, width);
  return {reversed.rbegin(), reversed.rend()};
}

// CRC-32 bit by bit, as RFC 1952 section 8 defines it.
inline std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
  }
  return ~crc;
}

inline std::string noise(std::size_t length, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string text(length, '\0');
  for (char& c : text) c = static_cast<char>(random() & 0xFF);
  return text;
}

// ---- PNG -------------------------------------------------------------------------------

inline std::string png_chunk(const std::string& type, const std::string& data) {
  return big(data.size(), 4) + type + data + big(crc32(type + data), 4);
}
inline const std::string kPngSignature = "\x89PNG\r\n\x1A\n";
inline std::string png_header() {
  return png_chunk("IHDR", big(1, 4) + big(1, 4) + "\x08\x00\x00\x00\x00"s);
}
inline std::string png(std::size_t data = 200) {
  return kPngSignature + png_header() + png_chunk("tEXt", "Title\0x"s) +
         png_chunk("IDAT", noise(data, 3)) + png_chunk("IDAT", noise(data, 4)) +
         png_chunk("IEND", "");
}

// ---- GIF -------------------------------------------------------------------------------

inline std::string gif() {
  return "GIF89a" + little(2, 2) + little(2, 2) + "\x80\x00\x00"s + "\0\0\0\xFF\xFF\xFF"s +
         "\x21\xFF\x0BNETSCAPE2.0\x03\x01\x00\x00\x00"s + "\x21\xF9\x04\x00\x00\x00\x00\x00"s +
         "\x2C"s + little(0, 2) + little(0, 2) + little(2, 2) + little(2, 2) + "\x00\x02"s +
         "\x03\x44\x02\x05\x00"s + "\x3B"s;
}

// ---- JPEG ------------------------------------------------------------------------------

inline std::string jpeg_segment(int marker, const std::string& payload) {
  return "\xFF"s + static_cast<char>(marker) + big(payload.size() + 2, 2) + payload;
}
inline std::string jpeg_tables() {
  return jpeg_segment(0xDB, "\x00"s + std::string(64, '\x01')) +
         jpeg_segment(
             0xC4, "\x00"s + "\0\1\5\1\1\1\1\1\1\0\0\0\0\0\0\0"s + "\0\1\2\3\4\5\6\7\x8\x9\xA\xB"s);
}
inline std::string jpeg_frame(int marker = 0xC0, int width = 64, int height = 64) {
  return jpeg_segment(marker, "\x08"s + big(static_cast<unsigned>(height), 2) +
                                  big(static_cast<unsigned>(width), 2) + "\x01\x01\x11\x00"s);
}
inline std::string jpeg_scan(const std::string& data) {
  return jpeg_segment(0xDA, "\x01\x01\x00\x00\x3F\x00"s) + data;
}
inline const std::string kSoi = "\xFF\xD8";
inline const std::string kEoi = "\xFF\xD9";
// Entropy-coded bytes: noise, with FF stuffed.
inline std::string jpeg_data(std::size_t length, unsigned seed = 5) {
  std::string stuffed;
  for (const char c : noise(length, seed)) {
    stuffed += c;
    if (c == '\xFF') stuffed += '\0';
  }
  return stuffed;
}
inline std::string jpeg(std::size_t data = 600) {
  return kSoi + jpeg_segment(0xE0, "JFIF\0\1\1\0\0\1\0\1\0\0"s) + jpeg_tables() + jpeg_frame() +
         jpeg_scan(jpeg_data(data)) + kEoi;
}

// ---- PDF -------------------------------------------------------------------------------

// Objects 1, 2 ... behind what `file` has, a table for them, and the end.
inline std::string pdf_body(std::string file, const std::vector<std::string>& objects,
                            std::size_t first = 1, const std::string& trailer = "") {
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    offsets.push_back(file.size());
    file += std::to_string(first + i) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t xref = file.size();
  file += "xref\n";
  if (first == 1) file += "0 1\n0000000000 65535 f \n";
  file += std::to_string(first) + " " + std::to_string(objects.size()) + "\n";
  for (const std::size_t offset : offsets) {
    char entry[32];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", offset);
    file += entry;
  }
  return file + "trailer\n<< /Size 9 /Root 1 0 R " + trailer + ">>\nstartxref\n" +
         std::to_string(xref) + "\n%%EOF\n";
}
inline std::string pdf() {
  return pdf_body("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n",
                  {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"});
}

// ---- ZIP -------------------------------------------------------------------------------

struct ZipEntry {
  std::string name;
  std::string data;
  unsigned flags = 0;
  unsigned method = 0;
  std::uint32_t crc = 0;  // 0: the right one
};

// Entries as they are (stored, or already packed by `method`); bit 3 puts sizes into descriptors.
inline std::string zip(const std::vector<ZipEntry>& entries, const std::string& comment = "",
                       const std::string& before_directory = "") {
  std::string file;
  std::string directory;
  for (const ZipEntry& entry : entries) {
    const std::size_t offset = file.size();
    const std::uint32_t crc = entry.crc != 0 ? entry.crc : crc32(entry.data);
    const std::string sizes =
        little(crc, 4) + little(entry.data.size(), 4) + little(entry.data.size(), 4);
    const std::string common =
        little(20, 2) + little(entry.flags, 2) + little(entry.method, 2) + little(0, 4);
    const bool follow = (entry.flags & 8) != 0;
    file += "PK\3\4" + common + (follow ? std::string(12, '\0') : sizes) +
            little(entry.name.size(), 2) + little(0, 2) + entry.name + entry.data;
    if (follow) file += "PK\7\10" + sizes;
    directory += "PK\1\2" + little(20, 2) + common + sizes + little(entry.name.size(), 2) +
                 std::string(12, '\0') + little(offset, 4) + entry.name;
  }
  file += before_directory;
  const std::size_t start = file.size();
  return file + directory + "PK\5\6" + little(0, 4) + little(entries.size(), 2) +
         little(entries.size(), 2) + little(directory.size(), 4) + little(start, 4) +
         little(comment.size(), 2) + comment;
}
inline std::string zip() { return zip({{"a.txt", "hello"}, {"b.bin", noise(300, 9)}}); }

// ---- running -----------------------------------------------------------------------------

inline std::optional<Verdict> validated(std::string_view id, std::string_view text,
                                        std::uint64_t budget = UINT64_MAX) {
  const SourcePtr source = memory_source(bytes_of(text), "sample");
  Candidate candidate(*source, 0, budget);
  return find_validator(id)->validate(candidate);
}

// User data of a raw CD: 2048 bytes of each 2352-byte sector, so that no range beyond a sector lies
// in one piece in the evidence file.
class RawDiscData : public ByteSource {
 public:
  explicit RawDiscData(std::string_view user) : size_(user.size()) {
    for (std::size_t at = 0; at < user.size(); at += kUser)
      stored_ += std::string(kHeader, '\xAB') + std::string(user.substr(at, kUser)) +
                 std::string(kSector - kHeader - std::min(kUser, user.size() - at), '\xCD');
  }
  std::uint64_t size() const override { return size_; }
  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    while (result.bytes < buffer.size() && offset < size_) {
      const auto in_sector = static_cast<std::size_t>(offset % kUser);
      const std::size_t take = std::min({kUser - in_sector, buffer.size() - result.bytes,
                                         static_cast<std::size_t>(size_ - offset)});
      std::memcpy(buffer.data() + result.bytes, stored_.data() + stored_offset(offset), take);
      result.bytes += take;
      offset += take;
    }
    return result;
  }
  Location locate(std::uint64_t offset) const override {
    return {"disc.bin", stored_offset(offset), std::min(kUser - offset % kUser, size_ - offset),
            static_cast<std::int64_t>(offset / kUser)};
  }

 private:
  static constexpr std::size_t kUser = 2048;
  static constexpr std::size_t kHeader = 16;
  static constexpr std::size_t kSector = 2352;
  static std::uint64_t stored_offset(std::uint64_t offset) {
    return offset / kUser * kSector + kHeader + offset % kUser;
  }
  std::string stored_;
  std::size_t size_;
};

}  // namespace discern::tests

#endif
