// SPDX-License-Identifier: Apache-2.0
#include "image/imz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "core/image/container_builder.h"
#include "corpus.h"
#include "image/format_rows.h"

namespace discern {
namespace {

using tests::build_gzip;
using tests::build_zip;
using tests::Claim;
using tests::corpus;
using tests::Descriptor;
using tests::FailingSource;
using tests::file_bytes;
using tests::read_all;
using tests::runs;
using tests::sample_payload;
using tests::source_of;
using tests::TemporaryFolder;
using tests::ZipLayout;
using tests::ZipMember;

constexpr PayloadLimits kLimits = {.memory = 64ULL << 20U};

Result<Image> open_bytes(std::string_view bytes, const OpenOptions& options = {},
                         const PayloadLimits& limits = kLimits) {
  return open_imz(source_of(bytes), "test.imz", options, limits);
}

Result<Image> open_path(const std::string& path) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  return kImz.open(*file, {});
}

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

Severity worst(const Image& image) {
  Severity severity = Severity::note;
  for (const Finding& finding : image.findings) severity = std::max(severity, finding.severity);
  return severity;
}

std::string codes(const Image& image) {
  std::string text;
  for (const Finding& finding : image.findings) text += finding.code + ": " + finding.text + "\n";
  return text;
}

std::string payload_of(const Image& image) { return read_all(*image.main_view().source); }

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = file_bytes(path);
  return std::string(as_text(bytes));
}

// ---- real files ----

TEST(Imz, OpensTheSectorTestDiskAsItsRawTwin) {
  const auto imz = corpus("floppy/sector_test_360k.imz");
  const auto img = corpus("floppy/sector_test_360k.img");
  SKIP_WITHOUT(imz);
  SKIP_WITHOUT(img);
  const auto image = open_path(imz.string());
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->format, "imz");
  EXPECT_EQ(image->findings.size(), 0U) << codes(*image);
  ASSERT_EQ(image->files.size(), 1U);
  EXPECT_EQ(image->files[0].role, "image");
  ASSERT_EQ(image->views.size(), 1U);
  EXPECT_EQ(image->views[0].name, "media");
  EXPECT_EQ(image->views[0].sector_size, 512U);
  EXPECT_TRUE(image->views[0].derivation.starts_with(
      "inflated from entry sector_test.ima (deflate) at offset 45"))
      << image->views[0].derivation;
  EXPECT_TRUE(payload_of(*image) == text_of(img));
  ASSERT_EQ(image->stored_digests.size(), 1U);
  EXPECT_EQ(image->stored_digests[0].object, "view:media");
  EXPECT_EQ(image->stored_digests[0].algorithm, "crc32");
  EXPECT_EQ(image->stored_digests[0].value, "424defb0");  // 7z l -slt
  EXPECT_EQ(image->stored_digests[0].origin, "ZIP central directory");
  ASSERT_EQ(image->proofs.size(), 1U);
  EXPECT_EQ(as_text(image->proofs[0].value), "PK\x03\x04");
}

TEST(Imz, OpensTheDemoDisk) {
  const auto imz = corpus("floppy/demo.imz");
  SKIP_WITHOUT(imz);
  const auto image = open_path(imz.string());
  ASSERT_TRUE(image) << describe(image.error());
  // Figures of unzip -lv: 368640 bytes, CRC-32 f77ce99d, 2024-11-20 21:03.
  EXPECT_EQ(image->main_view().source->size(), 368640U);
  EXPECT_EQ(tests::crc32(payload_of(*image)), 0xF77CE99DU);
  EXPECT_EQ(image->main_view().derivation,
            "inflated from entry disk.ima (deflate) at offset 38, modified 2024-11-20 21:03:54 "
            "local time");
}

struct Maker {
  const char* name;
  const char* command;  // makes out.imz of disk.img in the current folder
};
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

class ImzMadeBy : public testing::TestWithParam<Maker> {};

TEST_P(ImzMadeBy, GivesThePayloadWithoutFindings) {
  const TemporaryFolder folder;
  const std::string payload = sample_payload(368640);
  (void)folder.write("disk.img", as_bytes(payload));
  if (!runs("cd " + folder.path().string() + " && " + GetParam().command))
    GTEST_SKIP() << "cannot run: " << GetParam().command;
  const auto image = open_path((folder.path() / "out.imz").string());
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->findings.size(), 0U) << codes(*image);
  EXPECT_TRUE(payload_of(*image) == payload);
  ASSERT_EQ(image->stored_digests.size(), 1U);
  EXPECT_EQ(std::stoul(image->stored_digests[0].value, nullptr, 16), tests::crc32(payload));
  std::array<std::byte, 512> sector{};
  EXPECT_TRUE(image->main_view().source->read(51200, sector).complete());
  EXPECT_EQ(as_text(sector), payload.substr(51200, 512));
}

INSTANTIATE_TEST_SUITE_P(
    Tools, ImzMadeBy,
    testing::Values(Maker{"zip", "zip -q out.zip disk.img && mv out.zip out.imz"},
                    Maker{"zip_stored", "zip -q -0 out.zip disk.img && mv out.zip out.imz"},
                    Maker{"zip_descriptor", "zip -q -fd out.zip disk.img && mv out.zip out.imz"},
                    Maker{"zip_zip64", "zip -q -fz out.zip disk.img && mv out.zip out.imz"},
                    Maker{"zip_zip64_from_pipe",
                          "cat disk.img | zip -q -fz out.zip - && mv out.zip out.imz"},
                    Maker{"zip_to_pipe", "cat disk.img | zip -q - - | cat > out.imz"},
                    Maker{"zip_zip64_to_pipe", "cat disk.img | zip -q -fz - - | cat > out.imz"},
                    Maker{"7z", "7z a -tzip out.zip disk.img && mv out.zip out.imz"},
                    Maker{"7z_stored", "7z a -tzip -mx=0 out.zip disk.img && mv out.zip out.imz"},
                    Maker{"7z_from_pipe",
                          "cat disk.img | 7z a -tzip -sidisk.img out.zip && mv out.zip out.imz"},
                    Maker{"python",
                          "python3 -c \"import zipfile as z; z.ZipFile('out.imz','w',8)"
                          ".write('disk.img')\""},
                    Maker{"python_to_pipe",
                          "python3 -c \"import zipfile as z, sys; z.ZipFile(sys.stdout.buffer,"
                          "'w',8).write('disk.img')\" | cat > out.imz"},
                    Maker{"python_stored_to_pipe",
                          "python3 -c \"import zipfile as z, sys; z.ZipFile("
                          "sys.stdout.buffer,'w',0).write('disk.img')\" | cat "
                          "> out.imz"},
                    Maker{"gzip", "gzip -c disk.img > out.imz"},
                    Maker{"gzip_without_name", "gzip -n < disk.img > out.imz"},
                    Maker{"7z_gzip", "7z a -tgzip out.gz disk.img && mv out.gz out.imz"}),
    [](const auto& made) { return "by_" + std::string(made.param.name); });

class ImzRefused : public testing::TestWithParam<Maker> {};

TEST_P(ImzRefused, NamesWhatIsNotRead) {
  const TemporaryFolder folder;
  const std::string payload = sample_payload(65536);
  (void)folder.write("disk.img", as_bytes(payload));
  if (!runs("cd " + folder.path().string() + " && 7z a -tzip " + GetParam().command +
            " out.zip disk.img"))
    GTEST_SKIP() << "cannot run 7z";
  const auto image = open_path((folder.path() / "out.zip").string());
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::unsupported);
  EXPECT_NE(image.error().text.find(GetParam().name), std::string::npos) << image.error().text;
  EXPECT_EQ(image.error().offset, 0U);
}

INSTANTIATE_TEST_SUITE_P(Methods, ImzRefused,
                         testing::Values(Maker{"deflate64", "-mm=Deflate64"},
                                         Maker{"LZMA", "-mm=LZMA"}, Maker{"bzip2", "-mm=BZip2"},
                                         Maker{"PPMd", "-mm=PPMd"},
                                         Maker{"LZMA", "-mm=LZMA -psecret -mem=AES256"}));

// ---- cut and damaged ----

std::vector<std::pair<std::string, ZipLayout>> small_zips(const std::string& payload) {
  ZipMember deflate{.payload = payload};
  ZipMember stored = deflate;
  stored.method = 0;
  ZipMember piped = deflate;
  piped.descriptor = Descriptor::signed_32;
  ZipMember piped_stored = piped;
  piped_stored.method = 0;
  return {{"deflate", build_zip({deflate})},
          {"stored", build_zip({stored})},
          {"piped", build_zip({piped})},
          {"piped stored", build_zip({piped_stored})}};
}

TEST(Imz, DeliversAPrefixOfThePayloadWhereverTheContainerIsCut) {
  const std::string payload = sample_payload(2048);
  for (const auto& [name, zip] : small_zips(payload)) {
    std::size_t last = 0;
    for (std::size_t length = 0; length < zip.bytes.size(); ++length) {
      SCOPED_TRACE(name + " cut at " + std::to_string(length));
      const auto image = open_bytes(std::string_view(zip.bytes).substr(0, length));
      if (length < zip.data[0]) {
        ASSERT_FALSE(image);
        EXPECT_TRUE(image.error().code == Errc::corrupt || image.error().code == Errc::not_this);
      }
      if (!image) {
        EXPECT_EQ(last, 0U) << describe(image.error());
        continue;
      }
      EXPECT_EQ(worst(*image), Severity::damage) << codes(*image);
      EXPECT_NE(find(*image, "imz.directory-missing"), nullptr);
      std::string got = payload_of(*image);
      // Of stored data without a size, nothing tells the start of a cut descriptor from data.
      if (name == "piped stored" && length > zip.data[0] + payload.size())
        got.resize(payload.size());
      ASSERT_EQ(got, payload.substr(0, got.size()));
      EXPECT_GE(got.size(), last);  // more container never gives less payload
      last = got.size();
      if (got.size() < payload.size()) {
        const Finding* cut = find(*image, "imz.truncated");
        ASSERT_NE(cut, nullptr) << codes(*image);
        EXPECT_EQ(cut->where.offset, length);
        EXPECT_NE(cut->text.find(std::to_string(got.size())), std::string::npos) << cut->text;
      }
      if (length >= zip.directory) EXPECT_EQ(got.size(), payload.size());
    }
  }
}

TEST(Imz, GivesACutPayloadItsDeclaredSizeWithABadTail) {
  const std::string payload = sample_payload(65536);
  const ZipLayout zip = build_zip({{.payload = payload}});
  const auto image = open_bytes(std::string_view(zip.bytes).substr(0, zip.directory / 2));
  ASSERT_TRUE(image);
  const ByteSource& media = *image->main_view().source;
  EXPECT_EQ(media.size(), payload.size());
  std::vector<std::byte> all(payload.size());
  const ReadResult got = media.read(0, all);
  ASSERT_EQ(got.bad.size(), 1U);
  EXPECT_EQ(got.bad[0].end(), payload.size());
  EXPECT_GT(got.bad[0].offset, payload.size() / 3);
  EXPECT_EQ(find(*image, "imz.truncated")->text,
            "the deflate stream is cut off; the first " + std::to_string(got.bad[0].offset) +
                " of 65536 payload bytes are delivered; there is no CRC to prove them");
}

// The decoder must not withhold what it has: zlib gives every whole symbol of a cut stream. Ours
// may hold back the literals of one lookup, which are at most three.
TEST(Imz, DeliversAsMuchOfACutStreamAsZlib) {
  const auto imz = corpus("floppy/sector_test_360k.imz");
  SKIP_WITHOUT(imz);
  const TemporaryFolder folder;
  const std::string script =
      "python3 -c \"import zlib,sys; f=open('" + imz.string() +
      "','rb').read()\nfor n in range(0,1860,7): print(len(zlib.decompressobj(-15)"
      ".decompress(f[45:45+n])))\" > " +
      (folder.path() / "lengths").string();
  if (std::system(script.c_str()) != 0) GTEST_SKIP() << "cannot run python3";
  std::ifstream lengths(folder.path() / "lengths");
  const std::string bytes = text_of(imz);
  for (std::size_t cut = 0; cut < 1860; cut += 7) {
    std::size_t zlib = 0;
    ASSERT_TRUE(lengths >> zlib);
    const auto image = open_bytes(std::string_view(bytes).substr(0, 45 + cut));
    const std::size_t ours = image ? payload_of(*image).size() : 0;
    EXPECT_LE(ours, zlib);
    EXPECT_GE(ours + 3, zlib) << "cut at " << cut;
  }
}

TEST(Imz, NeverDeliversAChangedPayloadWithoutDamageFinding) {
  const std::string payload = sample_payload(256);
  for (const auto& [name, zip] : small_zips(payload)) {
    for (std::size_t at = 0; at < zip.bytes.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        std::string bytes = zip.bytes;
        bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
        const auto image = open_bytes(bytes);
        if (!image) continue;
        SCOPED_TRACE(name + " byte " + std::to_string(at) + " bit " + std::to_string(bit));
        if (payload_of(*image) != payload || image->main_view().source->size() != payload.size())
          EXPECT_EQ(worst(*image), Severity::damage) << codes(*image);
      }
    }
  }
}

TEST(Imz, SurvivesAnySingleFlipInTheHeadersWithThePayload) {
  // One damaged field outside the data never costs the payload: another place has the same figure.
  // Exceptions: what makes the local header's variable part longer or shorter, flags and method.
  const std::string payload = sample_payload(1024);
  const ZipLayout zip = build_zip({{.payload = payload}});
  std::size_t lost = 0;
  for (std::size_t at = 0; at < zip.bytes.size(); ++at) {
    const bool data = at >= zip.data[0] && at < zip.directory;
    const bool lengths = at >= 26 && at < 30;
    const bool flags_and_method = at >= zip.directory + 8 && at < zip.directory + 12;
    if (data || lengths || flags_and_method) continue;
    std::string bytes = zip.bytes;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    const auto image = open_bytes(bytes);
    if (!image || payload_of(*image) != payload) {
      ++lost;
      ADD_FAILURE() << "byte " << at << ": " << (image ? codes(*image) : describe(image.error()));
    }
  }
  EXPECT_EQ(lost, 0U);
}

TEST(Imz, ReportsAWrongCrcWithBothFigures) {
  const std::string payload = sample_payload(2048);
  ZipMember member{.payload = payload};
  member.local.crc32 = member.central.crc32 = 0x12345678;
  for (const std::uint16_t method : {0, 8}) {
    member.method = method;
    const auto image = open_bytes(build_zip({member}).bytes);
    ASSERT_TRUE(image);
    EXPECT_EQ(payload_of(*image), payload);
    const Finding* crc = find(*image, "imz.crc-mismatch");
    ASSERT_NE(crc, nullptr);
    EXPECT_EQ(crc->severity, Severity::damage);
    EXPECT_NE(crc->text.find("12345678"), std::string::npos);
    std::array<char, 9> computed{};
    (void)std::snprintf(computed.data(), computed.size(), "%08x", tests::crc32(payload));
    EXPECT_NE(crc->text.find(computed.data()), std::string::npos) << crc->text;
    EXPECT_EQ(image->stored_digests.at(0).value, "12345678");
  }
}

TEST(Imz, StopsAtTheDeclaredSizeWhenTheStreamGoesOn) {
  const std::string payload = sample_payload(100000);
  ZipMember member{.payload = payload};
  member.local.size = member.central.size = 4096;
  const auto image = open_bytes(build_zip({member}).bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), payload.substr(0, 4096));
  ASSERT_NE(find(*image, "imz.size-mismatch"), nullptr);
  EXPECT_EQ(find(*image, "imz.size-mismatch")->severity, Severity::damage);
}

TEST(Imz, TakesTheSizeThatTheCrcProvesWhenOnePlaceLies) {
  const std::string payload = sample_payload(8192);
  for (const std::uint16_t method : {0, 8}) {
    for (const std::uint32_t lie : {4096U, 16384U}) {
      for (const bool local : {false, true}) {
        ZipMember member{.payload = payload, .method = method};
        (local ? member.local : member.central).size = lie;
        const auto image = open_bytes(build_zip({member}).bytes);
        ASSERT_TRUE(image);
        EXPECT_EQ(payload_of(*image), payload) << method << " " << lie << " " << local;
        EXPECT_EQ(image->main_view().source->size(), payload.size());
        EXPECT_EQ(worst(*image), Severity::warning) << codes(*image);
        const Finding* mismatch = find(*image, "imz.header-mismatch");
        ASSERT_NE(mismatch, nullptr);
        EXPECT_EQ(mismatch->where.offset, 22U);
      }
    }
  }
}

TEST(Imz, DeliversAStreamThatEndsBeforeItsDeclaredSize) {
  const std::string payload = sample_payload(8192);
  ZipMember member{.payload = payload};
  member.local.size = member.central.size = 1U << 30U;
  const auto image = open_bytes(build_zip({member}).bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), payload);
  EXPECT_EQ(find(*image, "imz.size-mismatch")->severity, Severity::warning);  // the CRC holds
}

TEST(Imz, FollowsTheStreamBeyondACompressedSizeThatIsTooSmall) {
  const std::string payload = sample_payload(8192);
  ZipMember member{.payload = payload};
  member.local.compressed = member.central.compressed = 100;
  const auto image = open_bytes(build_zip({member}).bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), payload);
  EXPECT_EQ(worst(*image), Severity::warning);
  EXPECT_NE(find(*image, "imz.size-mismatch")->text.find("compressed size"), std::string::npos);
}

TEST(Imz, DoesNotBelieveAnEnormousSizeOfACutContainer) {
  ZipMember member{.payload = sample_payload(8192)};
  member.local.size = member.central.size = 0xFFFFFFF0;
  for (const std::uint16_t method : {0, 8}) {
    member.method = method;
    const ZipLayout zip = build_zip({member});
    const auto image = open_bytes(std::string_view(zip.bytes).substr(0, zip.directory - 50));
    ASSERT_TRUE(image);
    EXPECT_LE(image->main_view().source->size(), 8192U);
    EXPECT_NE(find(*image, "imz.truncated"), nullptr);
  }
}

TEST(Imz, ReadsPayloadsTooLargeForMemoryThroughRestartPoints) {
  const std::string payload = sample_payload(1U << 20U);
  constexpr PayloadLimits kSmall = {.whole = 100000, .memory = 1U << 20U, .spacing = 1U << 16U};
  for (const std::string& bytes :
       {build_zip({{.payload = payload}}).bytes, build_gzip(payload),
        build_gzip(payload.substr(0, 500000)) + build_gzip(payload.substr(500000)),
        build_zip({{.payload = payload, .descriptor = Descriptor::signed_32}}).bytes}) {
    const auto image = open_bytes(bytes, {}, kSmall);
    ASSERT_TRUE(image) << describe(image.error());
    EXPECT_EQ(image->findings.size(), 0U) << codes(*image);
    EXPECT_NE(image->main_view().derivation.find("restart points"), std::string::npos);
    EXPECT_TRUE(payload_of(*image) == payload);
    for (const PayloadLimits limits :
         {kLimits, PayloadLimits{.whole = 1U << 20U, .memory = 1U << 20U}})
      EXPECT_EQ(open_bytes(bytes, {}, limits)->main_view().derivation.find("restart points"),
                std::string::npos);
    const auto refused =
        open_bytes(bytes, {}, {.whole = 100000, .memory = 50000, .spacing = 1U << 16U});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::limit);
  }
}

TEST(Imz, DeliversTheSameOfCutArchivesWithAndWithoutRestartPoints) {
  const std::string payload = sample_payload(300000);
  const std::string zip = build_zip({{.payload = payload}}).bytes;
  const std::string gzip = build_gzip(payload);
  for (const std::string_view bytes : {std::string_view(zip), std::string_view(gzip)}) {
    for (std::size_t length = 60; length < bytes.size(); length += length < 200 ? 7 : 997) {
      const auto whole = open_bytes(bytes.substr(0, length));
      const auto parts = open_bytes(bytes.substr(0, length), {},
                                    {.whole = 1000, .memory = 1U << 20U, .spacing = 1U << 16U});
      ASSERT_EQ(whole.has_value(), parts.has_value()) << length;
      if (!whole) continue;
      ASSERT_EQ(codes(*whole), codes(*parts)) << length;
      ASSERT_TRUE(payload_of(*whole) == payload_of(*parts)) << length;
      ASSERT_EQ(whole->main_view().source->size(), parts->main_view().source->size()) << length;
    }
  }
}

TEST(Imz, DeliversWhatComesBeforeUnreadableBytesOfTheContainer) {
  const std::string payload = sample_payload(65536);
  for (const std::uint16_t method : {0, 8}) {
    const ZipLayout zip = build_zip({{.payload = payload, .method = method}});
    const std::uint64_t middle = zip.data[0] + (zip.directory - zip.data[0]) / 2;
    const auto image =
        open_imz(std::make_shared<FailingSource>(source_of(zip.bytes), ByteRange{middle, 512}),
                 "test.imz", {}, kLimits);
    ASSERT_TRUE(image);
    const Finding* unreadable = find(*image, "imz.unreadable");
    ASSERT_NE(unreadable, nullptr) << codes(*image);
    EXPECT_EQ(unreadable->severity, Severity::damage);
    EXPECT_EQ(find(*image, "imz.crc-mismatch"), nullptr);
    EXPECT_EQ(image->main_view().source->size(), payload.size());
    const std::string got = payload_of(*image);
    EXPECT_GT(got.size(), payload.size() / 3);
    EXPECT_EQ(got, payload.substr(0, got.size()));
    if (method == 8) EXPECT_EQ(unreadable->where.offset, middle);
  }
}

TEST(Imz, SaysWhichFieldsOfTheLocalHeaderDisagree) {
  const std::string payload = sample_payload(2048);
  ZipMember member{.payload = payload};
  member.local = {.name = "other.im", .method = 0, .crc32 = 1, .compressed = 2, .size = 3};
  const auto image = open_bytes(build_zip({member}).bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), payload);
  std::vector<std::uint64_t> offsets;
  for (const Finding& finding : image->findings) {
    EXPECT_EQ(finding.code, "imz.header-mismatch");
    offsets.push_back(finding.where.offset.value_or(0));
  }
  EXPECT_THAT(offsets, testing::ElementsAre(8, 14, 18, 22, 30));  // APPNOTE 4.3.7
}

TEST(Imz, ReportsADescriptorThatIsMissingOrDisagrees) {
  const std::string payload = sample_payload(2048);
  ZipMember member{.payload = payload, .descriptor = Descriptor::signed_32};
  ZipLayout zip = build_zip({member});
  zip.bytes[zip.directory - 1] ^= 1;  // size in the descriptor
  auto image = open_bytes(zip.bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), payload);
  EXPECT_NE(find(*image, "imz.descriptor-mismatch"), nullptr) << codes(*image);
  member.descriptor = Descriptor::none;
  member.flags = 8;
  image = open_bytes(build_zip({member}).bytes);
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), payload);
  EXPECT_NE(find(*image, "imz.descriptor-missing"), nullptr) << codes(*image);
}

TEST(Imz, AcceptsEveryFormOfDescriptor) {
  const std::string payload = sample_payload(2048);
  for (const Descriptor form :
       {Descriptor::signed_32, Descriptor::unsigned_32, Descriptor::signed_64}) {
    for (const bool cut : {false, true}) {
      const ZipLayout zip = build_zip({{.payload = payload, .descriptor = form}});
      const auto image =
          open_bytes(std::string_view(zip.bytes).substr(0, cut ? zip.directory : zip.bytes.size()));
      ASSERT_TRUE(image);
      EXPECT_EQ(payload_of(*image), payload);
      EXPECT_EQ(find(*image, "imz.crc-missing"), nullptr) << codes(*image);
      EXPECT_EQ(image->stored_digests.at(0).origin,
                cut ? "ZIP data descriptor" : "ZIP central directory");
      if (!cut) EXPECT_TRUE(image->findings.empty()) << codes(*image);
    }
  }
}

TEST(Imz, ReportsBytesBetweenTheDataAndTheDirectory) {
  const ZipLayout zip = build_zip({{.payload = sample_payload(2048), .gap = "hidden message"}});
  const auto image = open_bytes(zip.bytes);
  ASSERT_TRUE(image);
  const Finding* unused = find(*image, "imz.unused-bytes");
  ASSERT_NE(unused, nullptr);
  EXPECT_EQ(unused->where.offset, zip.directory - 14);
}

// ---- which entry ----

TEST(Imz, TakesTheOnlyEntryThatIsNamedLikeAnImage) {
  const std::string payload = sample_payload(1000);
  const auto image = open_bytes(build_zip({{.name = "readme.txt", .payload = sample_payload(512)},
                                           {.name = "boot/", .payload = "", .method = 0},
                                           {.name = "boot/DISK1.IMG", .payload = payload}})
                                    .bytes);
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(payload_of(*image), payload);
  EXPECT_EQ(find(*image, "imz.other-entries")->text, "not opened: readme.txt (512 bytes)");
}

TEST(Imz, TakesASingleEntryOfAnyNameByItsSize) {
  EXPECT_TRUE(open_bytes(build_zip({{.name = "-", .payload = sample_payload(1024)}}).bytes));
  EXPECT_TRUE(open_bytes(build_zip({{.name = "big", .payload = sample_payload(81920)},
                                    {.name = "small", .payload = sample_payload(512)}})
                             .bytes));
}

TEST(Imz, AsksForAnEntryWhenSeveralMayBeTheImage) {
  const std::string second = sample_payload(2048);
  const ZipLayout zip = build_zip(
      {{.name = "a.img", .payload = sample_payload(1024)}, {.name = "b\n.ima", .payload = second}});
  auto image = open_bytes(zip.bytes);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::ambiguous);
  EXPECT_EQ(image.error().text,
            "several entries may be the image, choose one with --entry: a.img (1024 bytes), "
            "b\\x0a.ima (2048 bytes)");
  image = open_bytes(zip.bytes, {.entry = "b\n.ima"});
  ASSERT_TRUE(image);
  EXPECT_EQ(payload_of(*image), second);
  image = open_bytes(zip.bytes, {.entry = "c.img"});
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
}

TEST(Imz, RefusesArchivesWithoutADiskImage) {
  // The names of an OOXML document; an empty archive is an end record alone (APPNOTE 4.3.16).
  const auto document =
      open_bytes(build_zip({{.name = "[Content_Types].xml", .payload = "<a/>"},
                            {.name = "word/document.xml", .payload = sample_payload(1024)}})
                     .bytes);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, Errc::unsupported);
  EXPECT_EQ(document.error().text,
            "ZIP archive without a disk image; entries: [Content_Types].xml (4 bytes), "
            "word/document.xml (1024 bytes)");
  const auto empty = open_bytes(build_zip({}).bytes);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, Errc::unsupported);
  const auto text = open_bytes(build_zip({{.name = "a.txt", .payload = "hello"}}).bytes);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, Errc::unsupported);
}

TEST(Imz, RefusesEmptyPayloads) {
  const auto by_name =
      open_bytes(build_zip({{.name = "a.img", .payload = ""}}).bytes, {.entry = "a.img"});
  ASSERT_FALSE(by_name);
  EXPECT_EQ(by_name.error().code, Errc::corrupt);
  const auto stored = open_bytes(build_zip({{.name = "a.img", .payload = "", .method = 0}}).bytes,
                                 {.entry = "a.img"});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Errc::corrupt);
  const auto gzip = open_bytes(build_gzip(""));
  ASSERT_FALSE(gzip);
  EXPECT_EQ(gzip.error().code, Errc::corrupt);
  EXPECT_EQ(open_bytes("").error().code, Errc::corrupt);
  EXPECT_EQ(open_bytes("x").error().code, Errc::not_this);
}

// ---- probing ----

Probed probe(const std::string& path, std::string_view bytes) {
  const SourcePtr source = source_of(bytes);
  const auto head = read_head(*source, 65536);
  return kImz.probe({path, source, head});
}

TEST(Imz, IsRecognisedByItsFirstBytes) {
  EXPECT_EQ(probe("a.img", build_zip({{.payload = "x"}}).bytes).fit, Fit::strong);
  EXPECT_EQ(probe("a.img", build_gzip("x")).fit, Fit::strong);
  EXPECT_EQ(probe("a.imz", build_zip({}).bytes).fit, Fit::strong);
  EXPECT_EQ(probe("a.imz", "\x1f\x8b").fit, Fit::none);
  EXPECT_EQ(probe("a.imz", "").fit, Fit::none);
  EXPECT_EQ(probe("a.imz", std::string(4096, '\0')).fit, Fit::none);
}

TEST(Imz, IsRecognisedBehindAProgramOrByNameButNotAtTheEndOfARawDisk) {
  const std::string raw(1024, '\0');
  const std::vector<ZipMember> members = {{.payload = sample_payload(512)}};
  EXPECT_EQ(probe("a.exe", build_zip(members, "MZ" + raw).bytes).fit, Fit::strong);
  EXPECT_EQ(probe("A.IMZ", build_zip(members, raw).bytes).fit, Fit::strong);
  EXPECT_EQ(probe("a.img", build_zip(members, raw).bytes).fit, Fit::none);
  EXPECT_EQ(probe("a.exe", "MZ" + raw).fit, Fit::none);
}

}  // namespace
}  // namespace discern
