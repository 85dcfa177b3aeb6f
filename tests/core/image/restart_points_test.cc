// SPDX-License-Identifier: Apache-2.0
#include "image/restart_points.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/image/container_builder.h"
#include "corpus.h"

namespace discern {
namespace {

using tests::deflated;
using tests::FailingSource;
using tests::file_bytes;
using tests::read_all;
using tests::runs;
using tests::sample_payload;
using tests::source_of;
using tests::TemporaryFolder;

constexpr PayloadLimits kLimits = {.memory = 64ULL << 20U, .spacing = 1ULL << 16U};
constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

std::string noise(std::size_t size) {
  std::mt19937 random(size);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// What disk images have: text, zeros, bytes that do not compress, one byte all over.
std::string mixed_payload() {
  return sample_payload(400000) + std::string(500000, '\0') + noise(300000) +
         std::string(300000, 'x') + std::string(100000, '\0') + sample_payload(300001);
}

struct Stream {
  InflatedStream result;
  RestartPoints points;
};

Stream pointed(const ByteSource& source, std::uint64_t limit = kNoLimit) {
  Stream stream;
  stream.result = make_restart_points(source, {0, source.size()}, limit, kLimits, stream.points);
  return stream;
}

struct Compression {
  const char* name;
  const char* arguments;  // of Python's zlib.compressobj
};
void PrintTo(const Compression& compression, std::ostream* out) { *out << compression.name; }

class RestartPointsOf : public testing::TestWithParam<Compression> {};

TEST_P(RestartPointsOf, GiveEveryByteInAnyOrder) {
  const TemporaryFolder folder;
  const std::string payload = mixed_payload();
  (void)folder.write("payload", as_bytes(payload));
  if (!runs("cd " + folder.path().string() + " && python3 -c \"import zlib; c = zlib.compressobj(" +
            GetParam().arguments +
            "); d = open('payload', 'rb').read(); f = open('deflate', 'wb'); "
            "[f.write(c.compress(d[i:i + 99991]) + c.flush(zlib.Z_FULL_FLUSH if i % 2 else "
            "zlib.Z_NO_FLUSH)) for i in range(0, len(d), 99991)]; f.write(c.flush())\""))
    GTEST_SKIP() << "no Python";
  const auto bytes = file_bytes(folder.path() / "deflate");
  const SourcePtr container = source_of(as_text(bytes));
  Stream stream = pointed(*container);
  EXPECT_EQ(stream.result.end, StreamEnd::complete);
  EXPECT_EQ(stream.result.consumed, bytes.size());
  ASSERT_EQ(stream.result.produced, payload.size());
  EXPECT_EQ(stream.result.crc32, tests::crc32(payload));
  EXPECT_GT(stream.points.points.size(), 8U);
  const SourcePtr source = inflated_source(container, std::move(stream.points), "test.imz");
  std::mt19937 random(1);
  std::string part(5000, '\0');
  for (int i = 0; i < 500; ++i) {
    const std::size_t offset = random() % payload.size();
    const ReadResult got = source->read(offset, std::as_writable_bytes(std::span(part)));
    ASSERT_TRUE(got.complete()) << offset;
    ASSERT_TRUE(part.substr(0, got.bytes) == payload.substr(offset, part.size())) << offset;
  }
  EXPECT_TRUE(read_all(*source) == payload);
}

INSTANTIATE_TEST_SUITE_P(Zlib, RestartPointsOf,
                         testing::Values(Compression{"stored", "0, 8, -15"},
                                         Compression{"fast", "1, 8, -15"},
                                         Compression{"usual", "6, 8, -15"},
                                         Compression{"best", "9, 8, -15, 9"},
                                         Compression{"huffman_only", "6, 8, -15, 8, 2"},
                                         Compression{"runs", "6, 8, -15, 8, 3"},
                                         Compression{"fixed_codes", "6, 8, -15, 8, 4"}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(RestartPoints, NeedNoHistoryForZeros) {
  const std::string payload = std::string(8U << 20U, '\0') + "end";
  Stream stream = pointed(*source_of(deflated(payload)));
  ASSERT_EQ(stream.points.points.size(), 2U);
  EXPECT_TRUE(stream.points.points[0].zeros);
  EXPECT_EQ(stream.points.windows.size(), 0U);
  EXPECT_EQ(stream.result.crc32, tests::crc32(payload));
}

TEST(RestartPoints, OfTheDefaultSpacingTakeLessThan85MibForOneGib) {
  // Shown on a smaller payload without zeros.
  const std::string payload = sample_payload(32U << 20U);
  RestartPoints points;
  const std::string bytes = deflated(payload);
  make_restart_points(*source_of(bytes), {0, bytes.size()}, kNoLimit, {.memory = 64ULL << 20U},
                      points);
  EXPECT_LT(points.memory() * 32, 85ULL << 20U);
}

TEST(RestartPoints, StopAtTheLimit) {
  const std::string payload = sample_payload(200000);
  const std::string bytes = deflated(payload);
  const SourcePtr container = source_of(bytes);
  for (const std::uint64_t limit : {0, 1, 65535, 65536, 130000, 199999}) {
    Stream stream = pointed(*container, limit);
    EXPECT_EQ(stream.result.end, StreamEnd::over_limit);
    EXPECT_EQ(stream.result.produced, limit);
    EXPECT_EQ(stream.result.crc32, tests::crc32(payload.substr(0, limit)));
    const SourcePtr source = inflated_source(container, std::move(stream.points), "test.imz");
    if (limit > 0) EXPECT_TRUE(read_all(*source) == payload.substr(0, limit));
  }
  EXPECT_EQ(pointed(*container, payload.size()).result.end, StreamEnd::complete);
}

TEST(RestartPoints, GiveWhatStandsBeforeADamagedPlaceLikeTheWholeInflater) {
  const std::string payload = sample_payload(300000);
  const std::string good = deflated(payload);
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
    if (i % 3 == 0) bytes.resize(random() % bytes.size());
    const SourcePtr container = source_of(bytes);
    Inflater inflater;
    PayloadMemory memory;
    const InflatedStream whole = inflater.run(*container, {0, bytes.size()}, 1U << 20U, memory);
    Stream stream = pointed(*container, 1U << 20U);
    ASSERT_EQ(stream.result.end, whole.end) << i;
    // ISA-L takes up to three symbols at once; where the input is withheld from one of them, the
    // others may be lost with it.
    const std::uint64_t both = std::min(stream.result.produced, whole.produced);
    ASSERT_LE(std::max(stream.result.produced, whole.produced) - both, 2U) << i;
    if (stream.result.produced == whole.produced) ASSERT_EQ(stream.result.crc32, whole.crc32) << i;
    if (both == 0) continue;
    const SourcePtr source = inflated_source(container, std::move(stream.points), "test.imz");
    const std::string text = read_all(*source);
    ASSERT_EQ(text.size(), source->size());
    ASSERT_TRUE(text.substr(0, both) == as_text(memory.bytes()).substr(0, both)) << i;
  }
}

// A block of fixed codes (RFC 1951, 3.2.6): `literals` letters, then a match of 10 bytes that
// begins 100 bytes before.
std::string stream_that_reaches_back(int literals) {
  std::string bytes;
  int used = 0;
  const auto bit = [&](unsigned value) {
    if (used % 8 == 0) bytes += '\0';
    bytes.back() = static_cast<char>(bytes.back() | static_cast<char>(value << (used++ % 8)));
  };
  const auto number = [&](unsigned value, int bits) {
    for (int i = 0; i < bits; ++i) bit((value >> i) & 1U);
  };
  const auto code = [&](unsigned value, int bits) {
    for (int i = bits; i-- > 0;) bit((value >> i) & 1U);
  };
  number(1, 1);
  number(1, 2);
  for (int i = 0; i < literals; ++i) code(0x30U + 'a' + static_cast<unsigned>(i % 26), 8);
  code(8, 7);    // length 10
  code(13, 5);   // distances 97 to 128
  number(3, 5);  // 100
  for (int i = 0; i < 50; ++i) code(0x30U + 'z', 8);
  return bytes;
}

TEST(RestartPoints, AndTheWholeInflaterEndBeforeAMatchThatReachesBackTooFar) {
  for (const int literals : {1, 2, 50, 99}) {
    const std::string bytes = stream_that_reaches_back(literals);
    const SourcePtr container = source_of(bytes);
    Inflater inflater;
    PayloadMemory memory;
    const InflatedStream whole = inflater.run(*container, {0, bytes.size()}, 1U << 20U, memory);
    EXPECT_EQ(whole.end, StreamEnd::invalid);
    EXPECT_EQ(whole.produced, static_cast<std::uint64_t>(literals));
    EXPECT_EQ(memory.size(), static_cast<std::uint64_t>(literals));
    const InflatedStream parts = pointed(*container).result;
    EXPECT_EQ(parts.end, StreamEnd::invalid);
    EXPECT_EQ(parts.produced, static_cast<std::uint64_t>(literals));
    EXPECT_EQ(parts.crc32, whole.crc32);
  }
  EXPECT_EQ(pointed(*source_of(stream_that_reaches_back(100))).result.end, StreamEnd::cut);
}

TEST(InflatedSource, ReportsWhatTheContainerDoesNotGiveAnyMore) {
  const std::string payload = sample_payload(500000);
  const std::string bytes = deflated(payload);
  Stream stream = pointed(*source_of(bytes));
  const auto failing =
      std::make_shared<FailingSource>(source_of(bytes), ByteRange{bytes.size() / 2, 512});
  const SourcePtr source = inflated_source(failing, std::move(stream.points), "test.imz");
  std::string text(payload.size(), '?');
  const ReadResult got = source->read(0, std::as_writable_bytes(std::span(text)));
  ASSERT_EQ(got.bad.size(), 1U);  // the chunk's rest; the next one has its own point
  const ByteRange bad = got.bad[0];
  EXPECT_LT(bad.length, 3 * kLimits.spacing);
  EXPECT_TRUE(text.substr(0, bad.offset) == payload.substr(0, bad.offset));
  EXPECT_TRUE(text.substr(bad.offset, bad.length) == std::string(bad.length, '\0'));
  EXPECT_TRUE(text.substr(bad.end()) == payload.substr(bad.end()));
  EXPECT_GT(text.substr(bad.end()).size(), 100000U);
}

TEST(InflatedSource, DoesNotDeliverBytesThatBecameOthers) {
  const std::string payload = noise(300000);
  std::string bytes = deflated(payload);
  Stream stream = pointed(*source_of(bytes));
  ASSERT_EQ(stream.result.produced, payload.size());
  bytes[bytes.size() / 2] ^= 1;  // a literal of a stored block: decodes without an error
  const SourcePtr source = inflated_source(source_of(bytes), std::move(stream.points), "test.imz");
  std::string text(payload.size(), '?');
  const ReadResult got = source->read(0, std::as_writable_bytes(std::span(text)));
  ASSERT_EQ(got.bad.size(), 1U);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool bad = i >= got.bad[0].offset && i < got.bad[0].end();
    ASSERT_EQ(text[i], bad ? '\0' : payload[i]) << i;
  }
}

TEST(InflatedSource, IsReadByThreadsAtTheSameTime) {
  const std::string payload = mixed_payload();
  const std::string bytes = deflated(payload);
  const SourcePtr container = source_of(bytes);
  const SourcePtr source =
      inflated_source(container, std::move(pointed(*container).points), "test.imz");
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      std::string part(3000, '\0');
      for (int i = 0; i < 400; ++i) {
        const std::size_t offset = random() % (payload.size() - part.size());
        const ReadResult got = source->read(offset, std::as_writable_bytes(std::span(part)));
        wrong[t] += !got.complete() || payload.compare(offset, part.size(), part) != 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : wrong) EXPECT_EQ(count, 0);
}

TEST(DeflateDecoder, SurvivesPositionsThatNobodyMade) {
  const std::string bytes = deflated(mixed_payload());
  const SourcePtr container = source_of(bytes);
  std::mt19937_64 random(5);
  std::vector<std::byte> out(kDeflateHistory + 70000 + kDeflateOvershoot);
  for (int i = 0; i < 3000; ++i) {
    DeflateDecoder decoder(*container, container->size(), 4096);
    DeflatePosition position;
    position.bit = random() % (8 * bytes.size() + 99);
    position.header_bit = i % 3 == 0 ? 0 : random() % (position.bit + 2);
    position.stored_left = i % 5 == 0 ? static_cast<std::uint32_t>(random()) : 0;
    if (i % 7 == 0) position.bit = random();
    if (!decoder.go_to(position)) continue;
    const DeflateRun run = decoder.run(out.data() + kDeflateHistory, 70000, kDeflateHistory, false);
    EXPECT_LE(run.made, 70000 + kDeflateOvershoot);
  }
}

TEST(JoinedCrc32, IsTheCrcOfBothParts) {
  const std::string text = sample_payload(10000);
  for (const std::size_t cut : {0, 1, 7, 4096, 9999, 10000}) {
    EXPECT_EQ(joined_crc32(tests::crc32(text.substr(0, cut)), tests::crc32(text.substr(cut)),
                           text.size() - cut),
              tests::crc32(text));
    EXPECT_EQ(crc32_of_zeros(cut), tests::crc32(std::string(cut, '\0')));
  }
}

}  // namespace
}  // namespace discern
