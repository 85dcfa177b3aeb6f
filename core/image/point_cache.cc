// SPDX-License-Identifier: Apache-2.0
// A file of restart points, little-endian:
//
//      0  Head      magic, version, SHA-256 of the head without it and of both tables; facts of the
//                   evidence; the stream's range, limit and spacing; what decoding gave; counts
//     ..  points    40 bytes each
//     ..  CRCs      4 bytes for each piece of 64 KiB, chunk by chunk
//     ..  windows   32 KiB each, from the next multiple of 4096 on; read when they are needed
//
// The name is the SHA-256 of samples of the evidence (its first and last 64 KiB, and 32 blocks of 4
// KiB of the stream) and of the stream's range. Not of all its bytes: reading them would take
// longer than is gained. What proves that the points belong to the evidence is, beside the facts,
// that each piece decoded by them must have the CRC-32 that it had, and that these make up the
// payload's own.
//
// No state of a decoder is kept: positions and bytes of payload can be wrong, not dangerous.
#include "image/point_cache.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

namespace discern {
namespace {

namespace fs = std::filesystem;

using U32 = boost::endian::little_uint32_t;
using U64 = boost::endian::little_uint64_t;
using I64 = boost::endian::little_int64_t;
using Sha256 = std::array<std::byte, 32>;

constexpr std::string_view kMagic{"discern points\n\0", 16};  // its zero included
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kAlignment = 4096;
constexpr std::uint64_t kSampledEnd = 64U << 10U;
constexpr std::uint64_t kSampledBlock = 4096;
constexpr std::uint64_t kSampledBlocks = 32;

struct Head {
  std::array<char, 16> magic;
  U32 version, crc32;
  Sha256 sha256;
  U64 size, device, inode;
  I64 mtime_ns, ctime_ns, made_at;
  U64 offset, length, limit, spacing;
  U64 consumed, produced;
  U64 points, pieces, windows;
};
static_assert(sizeof(Head) == 176);

struct Point {
  U64 offset, bit, header_bit;
  U32 stored_left, window, history, zeros;
};
static_assert(sizeof(Point) == 40);

Sha256 sha256_of(Bytes bytes) {
  Sha256 digest{};
  (void)EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(),
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

template <class Record>
void append(std::vector<std::byte>& bytes, const Record& record) {
  const Bytes raw = std::as_bytes(std::span(&record, 1));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
}

// `tables` begins with the head.
Sha256 checksum_of(std::vector<std::byte> tables) {
  static_assert(offsetof(Head, sha256) == 24);
  std::fill_n(tables.begin() + offsetof(Head, sha256), sizeof(Sha256), std::byte{0});
  return sha256_of(tables);
}

Head head_of(const FileFacts& facts, const StreamOrigin& origin) {
  Head head{};
  kMagic.copy(head.magic.data(), head.magic.size());
  head.version = kVersion;
  head.size = facts.size;
  head.device = facts.device;
  head.inode = facts.inode;
  head.mtime_ns = facts.mtime_ns;
  head.ctime_ns = facts.ctime_ns;
  head.offset = origin.range.offset;
  head.length = origin.range.length;
  head.limit = origin.limit;
  head.spacing = origin.spacing;
  return head;
}

bool same_evidence(const Head& a, const Head& b) {
  return a.magic == b.magic && a.version == b.version && a.size == b.size && a.device == b.device &&
         a.inode == b.inode && a.mtime_ns == b.mtime_ns && a.ctime_ns == b.ctime_ns &&
         a.offset == b.offset && a.length == b.length && a.limit == b.limit &&
         a.spacing == b.spacing;
}

std::uint64_t tables_length(const Head& head) {
  return sizeof(Head) + head.points * sizeof(Point) + head.pieces * sizeof(U32);
}

std::uint64_t windows_offset(const Head& head) {
  return (tables_length(head) + kAlignment - 1) / kAlignment * kAlignment;
}

// True when the file is exactly as long as its head says.
bool counts_fit(const Head& head, std::uint64_t file_size) {
  if (head.points == 0 || head.points > file_size / sizeof(Point) ||
      head.pieces > file_size / sizeof(U32) || head.windows > file_size / kDeflateHistory)
    return false;
  return windows_offset(head) + head.windows * kDeflateHistory == file_size;
}

// The point at `index` when it can be one of this stream.
std::optional<RestartPoint> point_of(const Point& kept, const Head& head) {
  const std::uint64_t end = head.offset + head.length;
  if (kept.history > static_cast<std::uint32_t>(RestartPoint::History::kept) || kept.zeros > 1 ||
      kept.header_bit > kept.bit || kept.stored_left > 0xFFFF)
    return std::nullopt;
  const bool in_stream = kept.header_bit / 8 >= head.offset && kept.bit / 8 <= end;
  if (kept.zeros == 0 && !in_stream) return std::nullopt;
  RestartPoint point;
  point.offset = kept.offset;
  point.from = {kept.bit, kept.header_bit, kept.stored_left};
  point.history = static_cast<RestartPoint::History>(std::uint32_t{kept.history});
  point.zeros = kept.zeros == 1;
  point.window = kept.window;
  if (point.history == RestartPoint::History::kept && kept.window >= head.windows)
    return std::nullopt;
  return point;
}

// Both tables; nothing when they do not describe a payload of head.produced bytes with its CRC-32.
std::optional<RestartPoints> points_of(Bytes tables, const Head& head) {
  RestartPoints points;
  points.size = head.produced;
  for (std::uint64_t i = 0; i < head.points; ++i) {
    const auto kept = read_record<Point>(tables, sizeof(Head) + i * sizeof(Point));
    const auto point = kept ? point_of(*kept, head) : std::nullopt;
    if (!point) return std::nullopt;
    const bool rises = i == 0 ? point->offset == 0 : point->offset > points.points.back().offset;
    if (!rises || point->offset >= points.size) return std::nullopt;
    points.points.push_back(*point);
  }
  std::uint64_t piece = 0;
  std::uint32_t crc32 = 0;
  for (std::size_t i = 0; i < points.points.size(); ++i) {
    RestartPoint& point = points.points[i];
    const std::uint64_t length = points.chunk_end(i) - point.offset;
    point.piece = piece;
    if (point.zeros) {
      crc32 = joined_crc32(crc32, crc32_of_zeros(length), length);
      continue;
    }
    if (length > head.spacing + kDeflateOvershoot) return std::nullopt;
    for (std::uint64_t at = 0; at < length; at += kPieceSize, ++piece) {
      const auto kept = read_record<U32>(
          tables, sizeof(Head) + head.points * sizeof(Point) + piece * sizeof(U32));
      if (!kept || piece >= head.pieces) return std::nullopt;
      points.piece_crcs.push_back(*kept);
      crc32 = joined_crc32(crc32, *kept, std::min(kPieceSize, length - at));
    }
  }
  if (piece != head.pieces || crc32 != head.crc32) return std::nullopt;
  return points;
}

Error refused(const std::string& path, int number) {
  return {Errc::io, std::generic_category().message(number), path};
}

bool write_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

std::vector<std::byte> tables_of(const FileFacts& facts, const StreamOrigin& origin,
                                 const KeptStream& kept) {
  Head head = head_of(facts, origin);
  head.crc32 = kept.stream.crc32;
  head.made_at = kept.made_at;
  head.consumed = kept.stream.consumed;
  head.produced = kept.stream.produced;
  head.points = kept.points.points.size();
  head.pieces = kept.points.piece_crcs.size();
  head.windows = kept.points.windows.size() / kDeflateHistory;
  std::vector<std::byte> tables;
  append(tables, head);
  for (const RestartPoint& point : kept.points.points) {
    Point row{};
    row.offset = point.offset;
    row.bit = point.from.bit;
    row.header_bit = point.from.header_bit;
    row.stored_left = point.from.stored_left;
    row.window = point.window;
    row.history = static_cast<std::uint32_t>(point.history);
    row.zeros = point.zeros ? 1 : 0;
    append(tables, row);
  }
  for (const std::uint32_t crc32 : kept.points.piece_crcs) append(tables, U32(crc32));
  head.sha256 = checksum_of(tables);
  std::memcpy(tables.data(), &head, sizeof head);
  tables.resize(static_cast<std::size_t>(windows_offset(head)));
  return tables;
}

}  // namespace

std::optional<KeptStream> read_kept_stream(const SourcePtr& file, const FileFacts& facts,
                                           const StreamOrigin& origin) {
  const auto raw = read_exactly(*file, 0, std::min<std::uint64_t>(sizeof(Head), file->size()));
  const auto head = raw ? read_record<Head>(*raw) : std::nullopt;
  if (!head || !same_evidence(*head, head_of(facts, origin)) || !counts_fit(*head, file->size()))
    return std::nullopt;
  const auto tables = read_exactly(*file, 0, tables_length(*head));
  if (!tables || checksum_of(*tables) != head->sha256) return std::nullopt;
  auto points = points_of(*tables, *head);
  if (!points || head->produced > origin.limit || head->consumed > head->length ||
      head->length - head->consumed > kMostBehindStream)
    return std::nullopt;
  points->kept_windows =
      window_source(file, windows_offset(*head), head->windows * kDeflateHistory);
  return KeptStream{{StreamEnd::complete, head->consumed, head->produced, head->crc32},
                    std::move(*points),
                    head->made_at};
}

void seal_kept_stream(std::vector<std::byte>& file, const FileFacts& facts,
                      const StreamOrigin& origin) {
  const auto before = read_record<Head>(file);
  if (!before) return;
  Head head = head_of(facts, origin);
  head.crc32 = before->crc32;
  head.consumed = before->consumed;
  head.produced = before->produced;
  head.points = before->points;
  head.pieces = before->pieces;
  head.windows = before->windows;
  std::memcpy(file.data(), &head, sizeof head);
  if (!counts_fit(head, file.size())) return;
  head.sha256 =
      checksum_of({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(tables_length(head))});
  std::memcpy(file.data(), &head, sizeof head);
}

PointCache::PointCache(std::string folder, std::shared_ptr<const MappedFile> evidence)
    : folder_(std::move(folder)), evidence_(std::move(evidence)) {}

std::string PointCache::path_of(const StreamOrigin& origin) const {
  const std::uint64_t size = evidence_->size();
  std::vector<std::byte> samples;
  FileFacts content;
  content.size = size;
  append(samples, head_of(content, origin));
  const auto sample = [&](std::uint64_t offset, std::uint64_t length) {
    if (offset >= size) return;
    std::vector<std::byte> block(static_cast<std::size_t>(std::min(length, size - offset)));
    evidence_->read(offset, block);  // unreadable parts are zeros here, and bad for the decoder
    samples.insert(samples.end(), block.begin(), block.end());
  };
  sample(0, kSampledEnd);
  sample(size - std::min(size, kSampledEnd), kSampledEnd);
  for (std::uint64_t i = 0; i < kSampledBlocks; ++i)
    sample(origin.range.offset + origin.range.length / kSampledBlocks * i, kSampledBlock);
  std::string name;
  for (const std::byte byte : sha256_of(samples)) {
    std::array<char, 3> hex{};
    (void)std::snprintf(hex.data(), hex.size(), "%02x", std::to_integer<unsigned>(byte));
    name += hex.data();
  }
  return (fs::path(folder_) / (name + ".points")).string();
}

std::optional<KeptStream> PointCache::find(const StreamOrigin& origin) const {
  if (evidence_->facts().block_device) return std::nullopt;
  auto file = MappedFile::open(path_of(origin));
  if (!file) return std::nullopt;
  return read_kept_stream(*file, evidence_->facts(), origin);
}

Status PointCache::keep(const StreamOrigin& origin, const KeptStream& kept) const {
  const FileFacts& facts = evidence_->facts();
  std::error_code error;
  if (facts.block_device)
    return Error{Errc::unsupported, "points of a block device are not kept", facts.path};
  if (const auto change = evidence_->changed())
    return Error{Errc::unsupported, "the file changed meanwhile: " + *change, facts.path};
  const bool created = fs::create_directories(folder_, error);
  if (error) return refused(folder_, error.value());
  if (created) fs::permissions(folder_, fs::perms::owner_all, error);
  if (fs::equivalent(folder_, fs::absolute(facts.path, error).parent_path(), error))
    return Error{Errc::unsupported, "the folder of the evidence is no place for a cache", folder_};

  const std::string path = path_of(origin);
  std::string temporary = path + ".XXXXXX";
  const int file = mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return refused(folder_, errno);
  const std::vector<std::byte> tables = tables_of(facts, origin, kept);
  const bool written = write_all(file, tables) && write_all(file, kept.points.windows.bytes());
  const int number = errno;
  const bool closed = close(file) == 0;
  if (written && closed && std::rename(temporary.c_str(), path.c_str()) == 0) return Done{};
  const int last = written ? errno : number;
  (void)unlink(temporary.c_str());
  return refused(path, last);
}

}  // namespace discern
