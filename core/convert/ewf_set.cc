// SPDX-License-Identifier: Apache-2.0
// Work goes in batches of chunks. While one batch is hashed (in order, on one thread) and its
// chunks are compressed (on all), the batch before is written and the next one read.
#include "convert/ewf_set.h"

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <thread>

#include "digest/running_digests.h"
#include "image/libewf_handle.h"

namespace discern {
namespace {

constexpr std::uint32_t kChunk = 32768;  // bytes: 64 sectors of 512, as every program expects
constexpr std::size_t kBatchChunks = 128;

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

// ISA-L's level 2: seven times as fast as zlib's level 1 and within 1 % of its size, three times as
// fast as libdeflate's level 1 (tests/bench/README.md). Not thread-safe.
class Compressor {
 public:
  Compressor() : buffer_(ISAL_DEF_LVL2_DEFAULT), zeros_(kChunk) {
    const std::vector<std::byte> chunk(kChunk);
    const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
        libdeflate_alloc_compressor(1));
    if (!compressor) throw std::bad_alloc();
    zeros_.resize(libdeflate_zlib_compress(compressor.get(), chunk.data(), chunk.size(),
                                           zeros_.data(), zeros_.size()));
  }

  // A zlib stream of `bytes` in `out`; 0 when it is not shorter.
  std::size_t compress(Bytes bytes, std::span<std::byte> out) {
    if (bytes.size() == kChunk && all_zeros(bytes)) {
      std::ranges::copy(zeros_, out.begin());
      return zeros_.size();
    }
    isal_deflate_stateless_init(stream_.get());
    stream_->level = 2;
    stream_->level_buf = buffer_.data();
    stream_->level_buf_size = static_cast<std::uint32_t>(buffer_.size());
    stream_->gzip_flag = IGZIP_ZLIB;
    stream_->end_of_stream = 1;
    // Only read through: the field's type is that of zlib's.
    stream_->next_in =
        const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data()));
    stream_->avail_in = static_cast<std::uint32_t>(bytes.size());
    stream_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_->avail_out = static_cast<std::uint32_t>(std::min(out.size(), bytes.size() - 1));
    return isal_deflate_stateless(stream_.get()) == COMP_OK ? stream_->total_out : 0;
  }

 private:
  // Every byte is the one before it.
  static bool all_zeros(Bytes bytes) {
    return bytes[0] == std::byte{0} &&
           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
  }

  std::unique_ptr<isal_zstream> stream_ = std::make_unique<isal_zstream>();
  std::vector<std::uint8_t> buffer_;
  // A chunk of zeros by libdeflate: of what ISA-L makes of it, decoding takes ten times as long.
  std::vector<std::byte> zeros_;
};

struct Chunk {
  std::vector<std::byte> compressed;
  std::size_t length = 0;  // of `compressed`; 0: stored as it is
  std::uint32_t checksum = 0;
};

struct Batch {
  std::vector<std::byte> bytes;
  std::vector<ByteRange> bad;
  std::vector<Chunk> chunks{kBatchChunks};
  std::size_t count() const { return (bytes.size() + kChunk - 1) / kChunk; }
  Bytes chunk(std::size_t i) const {
    return Bytes(bytes).subspan(i * kChunk,
                                std::min<std::size_t>(kChunk, bytes.size() - i * kChunk));
  }
};

// Does task(worker, 0) .. task(worker, tasks - 1), in this order but side by side.
void side_by_side(std::size_t workers, std::size_t tasks,
                  const std::function<void(std::size_t worker, std::size_t task)>& task) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&](std::size_t worker) {
    for (std::size_t i = next++; i < tasks; i = next++) task(worker, i);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t worker = 1; worker < std::min(workers, tasks); ++worker)
    helpers.emplace_back(work, worker);
  work(0);
}

Error refused(const EwfError& error, const std::string& stem) {
  return {Errc::io, error.text(), stem};
}

class Writer {
 public:
  Writer(const View& view, const std::string& stem, std::size_t workers)
      : view_(view), stem_(stem), running_(running_digests(kAlgorithms)), compressors_(workers) {}

  Status open(const Image& image, EwfFlavour flavour, const CaseData& data) {
    libewf_handle_t* raw = nullptr;
    EwfError error;
    if (libewf_handle_initialize(&raw, &error.error) != 1) return refused(error, stem_);
    handle_.reset(raw);
    std::string name = stem_;
    std::array<char*, 1> names = {name.data()};
    if (libewf_handle_open(raw, names.data(), 1, LIBEWF_OPEN_WRITE, &error.error) != 1)
      return refused(error, stem_);
    const std::uint32_t sector = view_.sector_size;
    const auto medium = image.disc ? LIBEWF_MEDIA_TYPE_OPTICAL : LIBEWF_MEDIA_TYPE_FIXED;
    if (libewf_handle_set_format(
            raw, flavour == EwfFlavour::ewfx ? LIBEWF_FORMAT_EWFX : LIBEWF_FORMAT_ENCASE6,
            &error.error) != 1 ||
        libewf_handle_set_bytes_per_sector(raw, sector, &error.error) != 1 ||
        libewf_handle_set_sectors_per_chunk(raw, kChunk / sector, &error.error) != 1 ||
        libewf_handle_set_media_size(raw, view_.source->size(), &error.error) != 1 ||
        libewf_handle_set_media_type(raw, static_cast<std::uint8_t>(medium), &error.error) != 1 ||
        libewf_handle_set_media_flags(raw, LIBEWF_MEDIA_FLAG_PHYSICAL, &error.error) != 1 ||
        libewf_handle_set_compression_values(raw, LIBEWF_COMPRESSION_FAST, 0, &error.error) != 1 ||
        libewf_handle_set_error_granularity(raw, 1, &error.error) != 1)
      return refused(error, stem_);
    if (!set_text("case_number", data.case_number) ||
        !set_text("evidence_number", data.evidence_number) ||
        !set_text("examiner_name", data.examiner) || !set_text("description", data.description) ||
        !set_text("notes", data.notes) ||
        !set_text("acquiry_software_version", "discern " DISCERN_VERSION))
      return Error{Errc::io, "libewf refuses a text of the case data", stem_};
    return add_disc(image);
  }

  Status write_all(const Progress& progress) {
    std::array<Batch, 3> batches;
    const std::uint64_t size = view_.source->size();
    const std::uint64_t step = std::uint64_t{kBatchChunks} * kChunk;
    const std::uint64_t steps = (size + step - 1) / step;
    read(batches[0], 0);
    Batch none;
    for (std::uint64_t i = 0; i <= steps; ++i) {
      Batch& now = i < steps ? batches[i % 3] : none;
      Batch& next = batches[(i + 1) % 3];
      const Batch& before = i > 0 ? batches[(i - 1) % 3] : none;
      bad_.insert(bad_.end(), now.bad.begin(), now.bad.end());
      side_by_side(compressors_.size(), now.count() + 3, [&](std::size_t worker, std::size_t task) {
        if (task == 0) hash(now);
        if (task == 1) write(before);
        if (task == 2 && i + 1 < steps) read(next, (i + 1) * step);
        if (task > 2) compress(now, task - 3, compressors_[worker]);
      });
      if (!failure_.empty()) return Error{Errc::io, failure_, stem_};
      if (progress && !progress("writing", std::min(i * step, size), size))
        return Error{Errc::cancelled, "stopped before everything was written", stem_};
    }
    bad_ = merged(std::move(bad_));
    return Done{};
  }

  Status finish(EwfFlavour flavour) {
    EwfError error;
    digests_ = finish_all(running_, kAlgorithms);
    std::vector<ByteRange> errors = bad_;
    errors.insert(errors.end(), view_.fillers.begin(), view_.fillers.end());
    for (const ByteRange& range : merged(std::move(errors))) {
      const std::uint64_t first = range.offset / view_.sector_size;
      const std::uint64_t end = (range.end() + view_.sector_size - 1) / view_.sector_size;
      if (libewf_handle_append_acquiry_error(handle_.get(), first, end - first, &error.error) != 1)
        return refused(error, stem_);
    }
    auto md5 = bytes_of(digests_[0].hex);
    auto sha1 = bytes_of(digests_[1].hex);
    if (libewf_handle_set_md5_hash(handle_.get(), md5.data(), md5.size(), &error.error) != 1 ||
        libewf_handle_set_sha1_hash(handle_.get(), sha1.data(), sha1.size(), &error.error) != 1)
      return refused(error, stem_);
    if (flavour == EwfFlavour::ewfx && !set_hash_text("SHA256", digests_[2].hex))
      return Error{Errc::io, "libewf refuses the SHA-256", stem_};
    if (libewf_handle_write_finalize(handle_.get(), &error.error) < 0) return refused(error, stem_);
    libewf_handle_t* raw = handle_.release();
    const bool closed = libewf_handle_close(raw, &error.error) == 0;
    libewf_handle_free(&raw, nullptr);
    if (!closed) return refused(error, stem_);
    return Done{};
  }

  EwfSet set() { return {{}, std::move(digests_), std::move(bad_)}; }

 private:
  static constexpr std::array<Algorithm, 3> kAlgorithms = {Algorithm::md5, Algorithm::sha1,
                                                           Algorithm::sha256};

  static std::vector<std::uint8_t> bytes_of(const std::string& hex) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    return bytes;
  }

  bool set_text(const std::string& id, const std::string& text) {
    if (text.empty()) return true;
    return libewf_handle_set_utf8_header_value(
               handle_.get(), reinterpret_cast<const std::uint8_t*>(id.data()), id.size(),
               reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), nullptr) == 1;
  }

  bool set_hash_text(const std::string& id, const std::string& text) {
    return libewf_handle_set_utf8_hash_value(
               handle_.get(), reinterpret_cast<const std::uint8_t*>(id.data()), id.size(),
               reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), nullptr) == 1;
  }

  // Sessions and tracks, in sectors of the view.
  Status add_disc(const Image& image) {
    if (!image.disc || !view_.first_lba) return Done{};
    EwfError error;
    const std::int64_t origin = view_.first_lba->value;
    const std::uint64_t sectors = view_.source->size() / view_.sector_size;
    const auto part = [&](std::int64_t first, std::uint64_t count) {
      const auto start = static_cast<std::uint64_t>(std::max<std::int64_t>(first - origin, 0));
      return std::pair(start, start < sectors ? std::min(count, sectors - start) : 0);
    };
    for (const Session& session : image.disc->sessions) {
      if (session.tracks.empty()) continue;
      const std::int64_t length = session.end().value - session.first().value;
      const auto [start, count] = part(
          session.first().value, static_cast<std::uint64_t>(std::max<std::int64_t>(length, 0)));
      if (count > 0 && libewf_handle_append_session(handle_.get(), start, count, &error.error) != 1)
        return refused(error, stem_);
      for (const Track& track : session.tracks) {
        const auto [from, number] = part(track.first.value, track.sectors);
        if (number > 0 &&
            libewf_handle_append_track(handle_.get(), from, number, &error.error) != 1)
          return refused(error, stem_);
      }
    }
    return Done{};
  }

  void read(Batch& batch, std::uint64_t offset) const {
    const std::uint64_t step = std::uint64_t{kBatchChunks} * kChunk;
    batch.bytes.resize(static_cast<std::size_t>(std::min(step, view_.source->size() - offset)));
    batch.bad = view_.source->read(offset, batch.bytes).bad;
  }

  void hash(const Batch& batch) {
    for (RunningDigests& each : running_) each.update(batch.bytes);
  }

  static void compress(Batch& batch, std::size_t i, Compressor& compressor) {
    const Bytes bytes = batch.chunk(i);
    Chunk& chunk = batch.chunks[i];
    chunk.compressed.resize(kChunk);
    chunk.length = compressor.compress(bytes, chunk.compressed);
    if (chunk.length == 0) chunk.checksum = libdeflate_adler32(1, bytes.data(), bytes.size());
  }

  void write(const Batch& batch) {
    for (std::size_t i = 0; i < batch.count() && failure_.empty(); ++i) {
      const Bytes bytes = batch.chunk(i);
      const Chunk& chunk = batch.chunks[i];
      const bool stored = chunk.length == 0;
      // libewf takes buffers that it does not change without const.
      auto* data = const_cast<std::byte*>(stored ? bytes.data() : chunk.compressed.data());
      const std::size_t length = stored ? bytes.size() : chunk.length;
      std::array<std::uint8_t, 4> checksum = {};
      for (std::size_t k = 0; k < 4; ++k)
        checksum[k] = static_cast<std::uint8_t>(chunk.checksum >> (8 * k));
      EwfError error;
      if (libewf_handle_write_chunk(handle_.get(), data, length, bytes.size(), stored ? 0 : 1,
                                    checksum.data(), chunk.checksum, stored ? 1 : 0,
                                    &error.error) <= 0)
        failure_ = error.text();
    }
  }

  const View& view_;
  const std::string& stem_;
  std::vector<RunningDigests> running_;
  std::vector<Compressor> compressors_;
  EwfHandle handle_;
  std::vector<ByteRange> bad_;
  std::vector<Digest> digests_;
  std::string failure_;
};

std::vector<std::string> segments_of(const std::string& first) {
  char** names = nullptr;
  int count = 0;
  if (libewf_glob(first.c_str(), first.size(), LIBEWF_FORMAT_UNKNOWN, &names, &count, nullptr) != 1)
    return {first};
  std::vector<std::string> result(names, names + count);
  libewf_glob_free(names, count, nullptr);
  return result;
}

}  // namespace

Result<EwfSet> write_ewf_set(const Image& image, const View& view, EwfFlavour flavour,
                             const std::string& stem, const CaseData& data, int threads,
                             const Progress& progress) {
  const std::uint64_t size = view.source->size();
  if (size == 0 || size % view.sector_size != 0 || kChunk % view.sector_size != 0)
    return Error{Errc::unsupported,
                 "EWF holds whole sectors of 512 to 4096 bytes; view " + view.name + " has " +
                     std::to_string(size) + " bytes in sectors of " +
                     std::to_string(view.sector_size),
                 image.path};
  for (const std::string* text :
       {&data.case_number, &data.evidence_number, &data.examiner, &data.description, &data.notes})
    if (text->find_first_of("\t\r\n") != std::string::npos)
      return Error{Errc::unsupported, "case data of EWF is one line each, without tabs",
                   image.path};
  if (const Status tested = digest_self_test(); !tested) return tested.error();
  const auto workers = threads > 0 ? static_cast<std::size_t>(threads)
                                   : std::max(1U, std::thread::hardware_concurrency());
  Writer writer(view, stem, workers);
  if (const Status opened = writer.open(image, flavour, data); !opened) return opened.error();
  if (const Status written = writer.write_all(progress); !written) return written.error();
  if (const Status finished = writer.finish(flavour); !finished) return finished.error();
  EwfSet set = writer.set();
  set.segments = segments_of(stem + (flavour == EwfFlavour::ewfx ? ".e01" : ".E01"));
  return set;
}

}  // namespace discern
