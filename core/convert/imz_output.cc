// SPDX-License-Identifier: Apache-2.0
// One deflated entry with sizes and CRC-32 in its local header, which is written last: readers that
// know no data descriptor take it, too. Records: image/zip_records.h. From 4 GiB on as ZIP64
// (APPNOTE 4.5.3); the space for its extra field is always there then.
#include <zlib.h>

#include <limits>

#include "convert/output_formats.h"
#include "image/zip_records.h"

namespace discern {
namespace {

constexpr std::uint16_t kDeflate = 8;
constexpr std::uint16_t kFirstDay = 0x21;  // 1980-01-01: the same bytes at each run
// Above this size deflated data, which may be longer, might not fit 32 bits.
constexpr std::uint64_t kSmall = 0xF0000000;

class Deflater {
 public:
  explicit Deflater(OutputFile& file) : file_(file) {
    // Negative: no zlib header around the stream.
    ready_ = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() {
    if (ready_) deflateEnd(&stream_);
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  Status add(Bytes bytes) {
    crc_ = static_cast<std::uint32_t>(
        crc32_z(crc_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
    size_ += bytes.size();
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min<std::size_t>(bytes.size(), std::size_t{1} << 30));
      if (const Status done = run(part, Z_NO_FLUSH); !done) return done;
      bytes = bytes.subspan(part.size());
    }
    return Done{};
  }
  Status finish() { return run({}, Z_FINISH); }
  std::uint32_t crc() const { return crc_; }
  std::uint64_t size() const { return size_; }

 private:
  Status run(Bytes part, int flush) {
    if (!ready_) return Error{Errc::io, "zlib has no memory", file_.path()};
    std::array<std::byte, 65536> out;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(part.data()));
    stream_.avail_in = static_cast<uInt>(part.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out.data());
      stream_.avail_out = out.size();
      if (deflate(&stream_, flush) == Z_STREAM_ERROR)
        return Error{Errc::io, "zlib refused", file_.path()};
      if (const Status done = file_.append(Bytes(out).first(out.size() - stream_.avail_out)); !done)
        return done;
    } while (stream_.avail_out == 0);
    return Done{};
  }

  OutputFile& file_;
  z_stream stream_ = {};
  bool ready_ = false;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
};

struct Zip64Field {
  U16 id, length;
  U64 size, compressed;
};
static_assert(sizeof(Zip64Field) == 20);

template <class Record>
Bytes bytes_of(const Record& record) {
  return std::as_bytes(std::span(&record, 1));
}

class ZipFile {
 public:
  ZipFile(OutputFile& file, std::string entry, std::uint64_t size)
      : file_(file), entry_(std::move(entry)), wide_(size > kSmall) {}

  Status begin() { return write_local(true); }

  Status finish(const Deflater& deflater) {
    const std::uint64_t start =
        sizeof(LocalRecord) + entry_.size() + (wide_ ? sizeof(Zip64Field) : 0);
    crc_ = deflater.crc();
    size_ = deflater.size();
    compressed_ = file_.size() - start;
    if (const Status done = write_local(false); !done) return done;
    return write_directory();
  }

 private:
  std::uint16_t version() const { return wide_ ? 45 : 20; }
  std::uint32_t in_32(std::uint64_t value) const {
    return wide_ ? kSee64 : static_cast<std::uint32_t>(value);
  }
  Zip64Field field() const {
    return {U16(1), U16(sizeof(Zip64Field) - 4), U64(size_), U64(compressed_)};
  }

  Status write_local(bool first) {
    const LocalRecord record = {U32(kLocalSignature),
                                U16(version()),
                                U16(0),
                                U16(kDeflate),
                                U16(0),
                                U16(kFirstDay),
                                U32(crc_),
                                U32(in_32(compressed_)),
                                U32(in_32(size_)),
                                U16(static_cast<std::uint16_t>(entry_.size())),
                                U16(wide_ ? sizeof(Zip64Field) : 0)};
    std::uint64_t at = 0;
    const auto put = [&](Bytes bytes) {
      const std::uint64_t here = at;
      at += bytes.size();
      return first ? file_.append(bytes) : file_.overwrite(here, bytes);
    };
    if (const Status done = put(bytes_of(record)); !done) return done;
    if (const Status done = put(as_bytes(entry_)); !done) return done;
    return wide_ ? put(bytes_of(field())) : Status(Done{});
  }

  Status write_directory() {
    const std::uint64_t start = file_.size();
    const CentralRecord record = {U32(kCentralSignature),
                                  U16(version()),
                                  U16(version()),
                                  U16(0),
                                  U16(kDeflate),
                                  U16(0),
                                  U16(kFirstDay),
                                  U32(crc_),
                                  U32(in_32(compressed_)),
                                  U32(in_32(size_)),
                                  U16(static_cast<std::uint16_t>(entry_.size())),
                                  U16(wide_ ? sizeof(Zip64Field) : 0),
                                  U16(0),
                                  U16(0),
                                  U16(0),
                                  U32(0),
                                  U32(0)};
    for (const Bytes part : {bytes_of(record), as_bytes(entry_)})
      if (const Status done = file_.append(part); !done) return done;
    if (wide_)
      if (const Status done = file_.append(bytes_of(field())); !done) return done;
    const std::uint64_t length = file_.size() - start;
    if (wide_) {
      const std::uint64_t end64 = file_.size();
      const End64Record end = {U32(kEnd64Signature),
                               U64(sizeof(End64Record) - 12),
                               U16(45),
                               U16(45),
                               U32(0),
                               U32(0),
                               U64(1),
                               U64(1),
                               U64(length),
                               U64(start)};
      const Locator64Record locator = {U32(kLocator64Signature), U32(0), U64(end64), U32(1)};
      for (const Bytes part : {bytes_of(end), bytes_of(locator)})
        if (const Status done = file_.append(part); !done) return done;
    }
    const EndRecord end = {
        U32(kEndSignature), U16(0), U16(0), U16(1), U16(1), U32(static_cast<std::uint32_t>(length)),
        U32(in_32(start)),  U16(0)};
    return file_.append(bytes_of(end));
  }

  OutputFile& file_;
  std::string entry_;
  bool wide_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t compressed_ = 0;
};

}  // namespace

Status write_imz(OutputJob& job) {
  const std::string entry = job.stem() + ".ima";
  if (entry.size() > std::numeric_limits<std::uint16_t>::max())
    return Error{Errc::unsupported, "too long a name", job.name()};
  auto file = job.create(job.name());
  if (!file) return file.error();
  ZipFile zip(*file, entry, job.view().source->size());
  if (const Status done = zip.begin(); !done) return done;
  Deflater deflater(*file);
  const auto digest = job.copy(job.view().source, "view:" + job.view().name,
                               [&](Bytes bytes) { return deflater.add(bytes); });
  if (!digest) return digest.error();
  if (const Status done = deflater.finish(); !done) return done;
  if (const Status done = zip.finish(deflater); !done) return done;
  if (const Status done = file->close(); !done) return done;
  auto written = job.written_view(job.name(), "imz", "media");
  if (!written) return written.error();
  job.expect("view:media", *digest, std::move(*written));
  return Done{};
}

}  // namespace discern
