// SPDX-License-Identifier: Apache-2.0
// Expert Witness Format (EnCase .E01, SMART .s01), opened with libewf. A set of segment files:
//
//   0  8  "EVF" 09 0D 0A FF 00    8  1  01    9  2  LE16 segment number    11  2  00
//
// followed by sections, each with a descriptor of 76 bytes: 0 type (16 characters), 16 LE64 offset
// of the next descriptor, 24 LE64 size, 72 LE32 Adler-32. The last section of a set is "done", that
// of every other segment is "next". The medium is cut into chunks of usually 64 sectors, each
// either a zlib stream (with its Adler-32) or stored bytes with an Adler-32 behind them.
// Source: J. Metz, "Expert Witness Compression Format specification", libewf documentation.
//
// libewf reads the metadata. Chunks are found by ewf_layout.h, in mapped segments and without a
// lock; by libewf, whose handle is not thread-safe, in sets that are out of the ordinary. They are
// decoded and checked here, so that a chunk whose checksum fails becomes an unreadable range of
// exactly that chunk. libewf writes nothing to the standard streams unless a program asks it to.
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "image/ewf_layout.h"
#include "image/ewf_section.h"
#include "image/format_rows.h"
#include "image/libewf_handle.h"
#include "image/zlib_decompressor.h"

namespace discern {
namespace {

using ewf::FileHeader;
using ewf::kMostSections;
using ewf::Section;

constexpr std::string_view kSignature("EVF\x09\x0D\x0A\xFF\x00", 8);

// Bound of ours: EnCase offers chunks of up to 32768 sectors.
constexpr std::uint32_t kLargestChunk = std::uint32_t{32768} * 4096;

class EwfSource final : public ByteSource {
 public:
  // `layout` as far as the set is in order; libewf finds the chunks otherwise.
  EwfSource(EwfHandle handle, std::optional<EwfLayout> layout, std::uint64_t size,
            std::uint32_t chunk_size, std::uint32_t sector_size, std::string file)
      : handle_(std::move(handle)),
        layout_(std::move(layout)),
        size_(size),
        chunk_size_(chunk_size),
        sector_size_(sector_size),
        file_(std::move(file)) {}

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    if (offset >= size_) return result;
    result.bytes = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset));
    for (std::size_t done = 0; done < result.bytes;) {
      const std::uint64_t chunk = (offset + done) / chunk_size_;
      const auto skip = static_cast<std::size_t>((offset + done) % chunk_size_);
      const std::size_t whole = length_of(chunk);
      const std::size_t part = std::min(whole - skip, result.bytes - done);
      const auto out = buffer.subspan(done, part);
      if (!(part == whole ? decode(chunk, out) : copy(chunk, skip, out))) {
        std::fill(out.begin(), out.end(), std::byte{0});
        result.bad.push_back({offset + done, part});
      }
      done += part;
    }
    result.bad = merged(std::move(result.bad));
    return result;
  }

  void will_read(std::uint64_t offset, std::uint64_t length) const override {
    if (!layout_ || length == 0 || offset >= size_) return;
    const auto first = layout_->chunk(offset / chunk_size_);
    const auto last =
        layout_->chunk((offset + (std::min(length, size_ - offset) - 1)) / chunk_size_);
    if (!first || !last) return;
    // Two segments at most meet in what is announced at a time.
    const bool one = first->segment == last->segment;
    const ByteSource& segment = layout_->segment(first->segment);
    const std::uint64_t end = one ? last->stored.end() : segment.size();
    segment.will_read(first->stored.offset, end - first->stored.offset);
    if (!one) layout_->segment(last->segment).will_read(0, last->stored.end());
  }

  Location locate(std::uint64_t offset) const override {
    const auto chunk = layout_ ? layout_->chunk(offset / chunk_size_) : std::nullopt;
    const ByteSource* segment = chunk ? &layout_->segment(chunk->segment) : nullptr;
    const std::uint64_t left = chunk_size_ - offset % chunk_size_;
    return {.file = segment ? segment->locate(chunk->stored.offset).file : file_,
            .length = std::min(layout_ ? left : size_, size_ - offset),
            .lba = static_cast<std::int64_t>(offset / sector_size_)};
  }

 private:
  // Chunks that small reads come back to. Slot = chunk modulo the number of slots.
  struct Slot {
    std::uint64_t chunk = ~std::uint64_t{0};
    bool good = false;
    std::vector<std::byte> bytes;
  };
  static constexpr std::size_t kSlots = 16;

  std::size_t length_of(std::uint64_t chunk) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(chunk_size_, size_ - chunk * chunk_size_));
  }

  bool copy(std::uint64_t chunk, std::size_t skip, std::span<std::byte> out) const {
    const std::lock_guard lock(slots_mutex_);
    Slot& slot = slots_[chunk % kSlots];
    if (slot.chunk != chunk) {
      slot.bytes.resize(length_of(chunk));
      slot.good = decode(chunk, slot.bytes);
      slot.chunk = chunk;
    }
    if (slot.good)
      std::copy_n(slot.bytes.begin() + static_cast<std::ptrdiff_t>(skip), out.size(), out.begin());
    return slot.good;
  }

  // Fills `out`, which is as long as the chunk; false when any of it is missing or unproved.
  bool decode(std::uint64_t chunk, std::span<std::byte> out) const {
    return layout_ ? decode_mapped(chunk, out) : decode_by_libewf(chunk, out);
  }

  bool decode_mapped(std::uint64_t index, std::span<std::byte> out) const {
    const auto chunk = layout_->chunk(index);
    // Longer ones only waste time: a chunk that does not compress is stored.
    if (!chunk || chunk->stored.length > 2 * std::uint64_t{chunk_size_} + 1024) return false;
    const ByteSource& segment = layout_->segment(chunk->segment);
    auto bytes = segment.view(chunk->stored.offset, chunk->stored.length);
    std::vector<std::byte> copy;
    if (!bytes || !segment.failed(chunk->stored).empty()) {
      auto read = read_exactly(segment, chunk->stored.offset, chunk->stored.length);
      if (!read) return false;
      copy = std::move(*read);
      bytes = copy;
    }
    if (chunk->compressed) return inflate(*bytes, out);
    const auto checksum = read_record<ewf::little_uint32_t>(*bytes, out.size());
    return checksum && check(*bytes, true, *checksum, out);
  }

  bool decode_by_libewf(std::uint64_t chunk, std::span<std::byte> out) const {
    // Compressed chunks that grew are stored instead, by every known writer; the slack is for
    // those that are not.
    const std::size_t capacity = std::size_t{chunk_size_} + chunk_size_ / 8 + 1024;
    const auto stored = std::make_unique_for_overwrite<std::byte[]>(capacity);
    std::int8_t compressed = 0;
    std::int8_t has_checksum = 0;
    std::uint32_t checksum = 0;
    std::array<std::uint8_t, 4> checksum_bytes = {};
    ssize_t length = -1;
    {
      const std::lock_guard lock(handle_mutex_);
      const auto start = static_cast<off64_t>(chunk * chunk_size_);
      if (libewf_handle_seek_offset(handle_.get(), start, SEEK_SET, nullptr) != start) return false;
      length = libewf_handle_read_chunk(handle_.get(), stored.get(), capacity, &compressed,
                                        checksum_bytes.data(), &checksum, &has_checksum, nullptr);
    }
    if (length <= 0) return false;
    const std::span<std::byte> bytes(stored.get(), static_cast<std::size_t>(length));
    return compressed != 0 ? inflate(bytes, out) : check(bytes, has_checksum != 0, checksum, out);
  }

  // Whole, and as its Adler-32 says.
  bool inflate(Bytes bytes, std::span<std::byte> out) const {
    Decompressor decompressor = take_decompressor();
    const auto result = libdeflate_zlib_decompress(decompressor.get(), bytes.data(), bytes.size(),
                                                   out.data(), out.size(), nullptr);
    const std::lock_guard lock(idle_mutex_);
    idle_.push_back(std::move(decompressor));
    return result == LIBDEFLATE_SUCCESS;
  }

  // One for each thread that reads at the time.
  Decompressor take_decompressor() const {
    {
      const std::lock_guard lock(idle_mutex_);
      if (!idle_.empty()) {
        Decompressor decompressor = std::move(idle_.back());
        idle_.pop_back();
        return decompressor;
      }
    }
    Decompressor decompressor = make_decompressor();
    if (!decompressor) throw std::bad_alloc();
    return decompressor;
  }

  // A stored chunk: `bytes` may count the checksum behind the data.
  static bool check(Bytes bytes, bool has_checksum, std::uint32_t checksum,
                    std::span<std::byte> out) {
    if (bytes.size() < out.size()) return false;
    std::copy_n(bytes.begin(), out.size(), out.begin());
    return !has_checksum || libdeflate_adler32(1, out.data(), out.size()) == checksum;
  }

  EwfHandle handle_;
  std::optional<EwfLayout> layout_;
  std::uint64_t size_;
  std::uint32_t chunk_size_;
  std::uint32_t sector_size_;
  std::string file_;
  mutable std::mutex handle_mutex_;
  mutable std::mutex idle_mutex_;
  mutable std::vector<Decompressor> idle_;
  mutable std::mutex slots_mutex_;
  mutable std::array<Slot, kSlots> slots_ = {};
};

Probed probe(const ProbeInput& input) {
  if (!has_text_at(input.head, 0, kSignature)) return {};
  const Bytes magic = input.head.first(kSignature.size());
  return {.fit = Fit::strong,
          .proofs = {{input.path, 0, {magic.begin(), magic.end()}, "EWF segment file header"}}};
}

// disk.E07 -> disk.E<number>; nothing for extensions of another pattern.
std::optional<std::string> segment_path(const std::string& path, unsigned number) {
  if (path.size() < 4 || path[path.size() - 4] != '.' || number > 99) return std::nullopt;
  std::string result = path;
  result[path.size() - 2] = static_cast<char>('0' + number / 10);
  result[path.size() - 1] = static_cast<char>('0' + number % 10);
  return result;
}

// The segments of the set that exist, in order, found by the name of the first one.
std::vector<std::string> segments_of(const std::string& first) {
  char** names = nullptr;
  int count = 0;
  EwfError error;
  if (libewf_glob(first.c_str(), first.size(), LIBEWF_FORMAT_UNKNOWN, &names, &count,
                  &error.error) != 1 ||
      count <= 0)
    return {first};
  std::vector<std::string> result(names, names + count);
  libewf_glob_free(names, count, nullptr);
  return result;
}

// Whether the set goes on behind this segment: its last section says so.
bool goes_on(const ByteSource& segment) {
  std::uint64_t offset = sizeof(FileHeader);
  for (std::uint64_t count = 0; count < kMostSections; ++count) {
    const auto bytes = read_exactly(segment, offset, sizeof(Section));
    if (!bytes) return false;
    const Section section = *read_record<Section>(*bytes);
    if (section.name() == "next") return true;
    if (section.name() == "done" || section.next <= offset) return false;
    offset = section.next;
  }
  return false;
}

Result<EwfHandle> open_handle(const std::vector<std::string>& paths) {
  libewf_handle_t* raw = nullptr;
  EwfError error;
  if (libewf_handle_initialize(&raw, &error.error) != 1) return Error{Errc::limit, error.text()};
  EwfHandle handle(raw);
  std::vector<char*> names;
  std::vector<std::string> copies = paths;
  names.reserve(copies.size());
  for (std::string& each : copies) names.push_back(each.data());
  if (libewf_handle_open(raw, names.data(), static_cast<int>(names.size()), LIBEWF_OPEN_READ,
                         &error.error) != 1)
    return Error{Errc::corrupt, error.text(), paths.front()};
  return handle;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// libewf gives texts in pairs of functions, one for the size (end mark included), one for the
// bytes. Empty when there is no such text.
template <class SizeOf, class Get, class... Key>
std::string text_of(SizeOf size_of, Get get, libewf_handle_t* handle, Key... key) {
  std::size_t size = 0;
  if (size_of(handle, key..., &size, nullptr) != 1 || size <= 1) return {};
  std::string text(size, '\0');
  if (get(handle, key..., reinterpret_cast<std::uint8_t*>(text.data()), size, nullptr) != 1)
    return {};
  text.resize(std::min(text.find('\0'), size));
  return text;
}

const std::uint8_t* key_bytes(const std::string& id) {
  return reinterpret_cast<const std::uint8_t*>(id.data());
}

// Case number, examiner and the like, as whoever acquired the image typed them.
void add_header_values(libewf_handle_t* handle, Image& image) {
  std::uint32_t count = 0;
  if (libewf_handle_get_number_of_header_values(handle, &count, nullptr) != 1) return;
  for (std::uint32_t index = 0; index < count; ++index) {
    std::string id = text_of(libewf_handle_get_header_value_identifier_size,
                             libewf_handle_get_header_value_identifier, handle, index);
    const std::string value =
        text_of(libewf_handle_get_utf8_header_value_size, libewf_handle_get_utf8_header_value,
                handle, key_bytes(id), id.size());
    if (id.empty() || value.empty()) continue;
    std::replace(id.begin(), id.end(), '_', ' ');
    id += ": ";
    id += value;
    image.findings.push_back(
        {"ewf.header", Severity::note, Place{.file = image.files.front().path()}, std::move(id)});
  }
}

// MD5 and SHA-1 (some writers add others) over the medium, as computed when the image was made.
void add_stored_digests(libewf_handle_t* handle, Image& image) {
  std::uint32_t count = 0;
  if (libewf_handle_get_number_of_hash_values(handle, &count, nullptr) != 1) return;
  for (std::uint32_t index = 0; index < count; ++index) {
    const std::string id = text_of(libewf_handle_get_hash_value_identifier_size,
                                   libewf_handle_get_hash_value_identifier, handle, index);
    const std::string value =
        text_of(libewf_handle_get_utf8_hash_value_size, libewf_handle_get_utf8_hash_value, handle,
                key_bytes(id), id.size());
    if (id.empty() || value.empty()) continue;
    image.stored_digests.push_back(
        {"view:media", lower(id), lower(value), "stored in " + image.files.back().name()});
  }
}

// Sectors that could not be read when the image was made; the image holds a filler for them. The
// granularity is how many sectors the acquiring tool gave up at once.
std::vector<ByteRange> add_acquisition_errors(libewf_handle_t* handle, std::uint64_t sector_size,
                                              std::uint64_t size, Image& image) {
  std::vector<ByteRange> fillers;
  std::uint32_t count = 0;
  if (libewf_handle_get_number_of_acquiry_errors(handle, &count, nullptr) != 1) return fillers;
  std::uint32_t granularity = 0;
  libewf_handle_get_error_granularity(handle, &granularity, nullptr);
  for (std::uint32_t index = 0; index < count; ++index) {
    std::uint64_t first = 0;
    std::uint64_t sectors = 0;
    if (libewf_handle_get_acquiry_error(handle, index, &first, &sectors, nullptr) != 1) break;
    const std::uint64_t whole = size / sector_size;
    if (first < whole)
      fillers.push_back({first * sector_size, std::min(sectors, whole - first) * sector_size});
    image.findings.push_back(
        {"ewf.acquisition-error", Severity::damage,
         Place{.file = image.files.front().path(), .lba = static_cast<std::int64_t>(first)},
         std::to_string(sectors) + " sectors from " + std::to_string(first) +
             " on could not be read when the image was made; what stands for them is a filler" +
             (granularity > 1
                  ? "; the tool gave up " + std::to_string(granularity) + " sectors at a time"
                  : "")});
  }
  return merged(std::move(fillers));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the signature of Format::open
Result<Image> open(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  std::string first = file->facts().path;
  const auto header = read_exactly(*file, 0, sizeof(FileHeader));
  if (!header) return Error{Errc::corrupt, "the EWF file header is cut", first};
  const unsigned number = read_record<FileHeader>(*header)->segment;
  if (number != 1) {
    const auto path = segment_path(first, 1);
    std::error_code ignored;
    if (!path || !std::filesystem::exists(*path, ignored))
      return Error{Errc::missing,
                   "this is segment " + std::to_string(number) + " of the set; the first one" +
                       (path ? ", " + *path + "," : "") + " is missing",
                   first};
    first = *path;
  }

  Image image;
  const std::vector<std::string> paths = segments_of(first);
  for (const std::string& path : paths) {
    auto segment = MappedFile::open(path);
    if (!segment) return segment.error();
    image.files.push_back({"segment", std::move(*segment)});
  }
  if (goes_on(*image.files.back().source)) {
    const auto next = segment_path(paths.back(), static_cast<unsigned>(paths.size()) + 1);
    return Error{Errc::missing,
                 "segment " + std::to_string(paths.size() + 1) +
                     (next ? " (" + *next + ")" : std::string()) + " of the set is missing",
                 first};
  }

  auto handle = open_handle(paths);
  if (!handle) return handle.error();
  std::uint64_t size = 0;
  std::uint32_t chunk_size = 0;
  std::uint32_t sector_size = 0;
  EwfError error;
  if (libewf_handle_get_media_size(handle->get(), &size, &error.error) != 1 ||
      libewf_handle_get_chunk_size(handle->get(), &chunk_size, &error.error) != 1 ||
      libewf_handle_get_bytes_per_sector(handle->get(), &sector_size, &error.error) != 1)
    return Error{Errc::corrupt, error.text(), first};
  if (size == 0) return Error{Errc::corrupt, "the EWF volume section declares no medium", first};
  if (sector_size == 0) return Error{Errc::corrupt, "sectors of 0 bytes", first};
  if (chunk_size == 0 || chunk_size > kLargestChunk)
    return Error{Errc::corrupt, "chunks of " + std::to_string(chunk_size) + " bytes", first};

  add_header_values(handle->get(), image);
  add_stored_digests(handle->get(), image);
  std::vector<ByteRange> fillers = add_acquisition_errors(handle->get(), sector_size, size, image);
  EwfLayout::Segments segments;
  for (const EvidenceFile& each : image.files) segments.push_back(each.source);
  auto layout = EwfLayout::of(segments, size / chunk_size + (size % chunk_size != 0));
  const std::string derivation = "chunks of the EWF set, unpacked and checked";
  image.views.push_back(
      {.name = "media",
       .sector_size = sector_size,
       .source = std::make_shared<EwfSource>(std::move(*handle), std::move(layout), size,
                                             chunk_size, sector_size, first),
       .derivation = derivation,
       .fillers = std::move(fillers)});
  return image;
}

}  // namespace

constinit const Format kEwf = {
    .id = "ewf",
    .name = "Expert Witness image (EnCase E01, SMART s01)",
    .extensions = "e01 s01",
    .probe = probe,
    .open = open,
};

}  // namespace discern
