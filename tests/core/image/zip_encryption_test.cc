// SPDX-License-Identifier: Apache-2.0
// The archives are made by Info-ZIP, 7-Zip and libarchive.
#include "image/zip_encryption.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/image/container_builder.h"
#include "corpus.h"
#include "image/imz.h"

namespace discern {
namespace {

using tests::FailingSource;
using tests::file_bytes;
using tests::read_all;
using tests::runs;
using tests::sample_payload;
using tests::source_of;
using tests::TemporaryFolder;

constexpr PayloadLimits kLimits = {.memory = 64ULL << 20U};
constexpr PayloadLimits kSmall = {.whole = 1000, .memory = 1U << 24U, .spacing = 1U << 16U};

struct Maker {
  const char* name;
  const char* encryption;
  const char* command;  // makes out.zip of disk.img with the password "secret"
};
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

const Finding* find(const Image& image, std::string_view code) {
  for (const Finding& finding : image.findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

bool damaged(const Image& image) {
  return std::any_of(image.findings.begin(), image.findings.end(),
                     [](const Finding& each) { return each.severity == Severity::damage; });
}

// Of whole sectors: text, and a part that does not compress, so that the data is larger than one
// block of keys.
const std::string& payload() {
  static const std::string text = [] {
    std::string bytes = sample_payload(300000);
    std::mt19937 random(1);
    for (int i = 0; i < 200096; ++i) bytes += static_cast<char>(random());
    return bytes;
  }();
  return text;
}

class EncryptedZip : public testing::TestWithParam<Maker> {
 protected:
  void SetUp() override {
    const TemporaryFolder folder;
    (void)folder.write("disk.img", as_bytes(payload()));
    if (!runs("cd " + folder.path().string() + " && " + GetParam().command))
      GTEST_SKIP() << "cannot run: " << GetParam().command;
    const auto bytes = file_bytes(folder.path() / "out.zip");
    zip_ = as_text(bytes);
  }
  static Result<Image> open(std::string_view bytes, const std::string& password = "secret",
                            const PayloadLimits& limits = kLimits) {
    return open_imz(source_of(bytes), "test.imz", {.password = password}, limits);
  }
  bool aes() const { return std::string_view(GetParam().encryption).starts_with("WinZip"); }

  std::string zip_;
};

TEST_P(EncryptedZip, OpensWithItsPassword) {
  for (const PayloadLimits& limits : {kLimits, kSmall}) {
    const auto image = open(zip_, "secret", limits);
    ASSERT_TRUE(image) << describe(image.error());
    for (const Finding& finding : image->findings) ADD_FAILURE() << finding.code << finding.text;
    const ByteSource& media = *image->main_view().source;
    EXPECT_TRUE(read_all(media) == payload());
    EXPECT_NE(image->main_view().derivation.find(GetParam().encryption), std::string::npos)
        << image->main_view().derivation;
    EXPECT_EQ(image->main_view().derivation.find("secret"), std::string::npos);
    std::mt19937 random(2);
    std::string part(700, '\0');
    for (int i = 0; i < 100; ++i) {
      const std::size_t offset = random() % (payload().size() - part.size());
      ASSERT_TRUE(media.read(offset, std::as_writable_bytes(std::span(part))).complete());
      ASSERT_EQ(payload().compare(offset, part.size(), part), 0) << offset;
    }
  }
}

TEST_P(EncryptedZip, SaysWhichEncryptionWithoutAPassword) {
  const auto image = open(zip_, "");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Errc::missing);
  EXPECT_NE(image.error().text.find(GetParam().encryption), std::string::npos);
  EXPECT_NE(image.error().text.find("--password-file"), std::string::npos);
}

TEST_P(EncryptedZip, DoesNotPassOffAWrongPasswordsBytesAsData) {
  int refused = 0;
  for (int i = 0; i < 600; i += aes() ? 100 : 1) {
    const auto image = open(zip_, "wrong" + std::to_string(i));
    if (!image) {
      refused += image.error().text.find("password") != std::string::npos;
      EXPECT_EQ(image.error().text.find("wrong" + std::to_string(i)), std::string::npos);
      continue;
    }
    ASSERT_TRUE(damaged(*image)) << i;
    ASSERT_TRUE(std::any_of(image->findings.begin(), image->findings.end(),
                            [](const Finding& each) {
                              return each.text.find("the password may be wrong") !=
                                     std::string::npos;
                            }))
        << i;
  }
  EXPECT_GE(refused, aes() ? 6 : 580);
}

TEST_P(EncryptedZip, DeliversWhatIsLeftOfACutArchive) {
  for (std::size_t length = 0; length < zip_.size(); length += length < 120 ? 1 : 8111) {
    const auto image = open(std::string_view(zip_).substr(0, length));
    if (!image) continue;
    const std::string text = read_all(*image->main_view().source);
    ASSERT_TRUE(damaged(*image)) << length;
    ASSERT_TRUE(payload().starts_with(text)) << length;
    if (length > 200000) ASSERT_GT(text.size(), 100000U) << length;
  }
}

TEST_P(EncryptedZip, FindsAChangedByte) {
  std::string bytes = zip_;
  bytes[bytes.size() / 2] ^= 1;
  const auto image = open(bytes);
  ASSERT_TRUE(image);
  EXPECT_TRUE(damaged(*image));
  EXPECT_EQ(find(*image, "imz.authentication") != nullptr, aes());
}

TEST_P(EncryptedZip, ReportsUnreadableBytesOfTheContainer) {
  const auto image =
      open_imz(std::make_shared<FailingSource>(source_of(zip_), ByteRange{zip_.size() / 2, 512}),
               "test.imz", {.password = "secret"}, kLimits);
  ASSERT_TRUE(image);
  EXPECT_NE(find(*image, "imz.unreadable"), nullptr);
  std::string text(payload().size(), '?');
  const ReadResult got =
      image->main_view().source->read(0, std::as_writable_bytes(std::span(text)));
  ASSERT_EQ(got.bad.size(), 1U);
  EXPECT_TRUE(payload().starts_with(text.substr(0, got.bad[0].offset)));
  EXPECT_GT(got.bad[0].offset, 100000U);
}

INSTANTIATE_TEST_SUITE_P(
    Tools, EncryptedZip,
    testing::Values(
        Maker{"zip", "ZipCrypto", "zip -q -P secret out.zip disk.img"},
        Maker{"zip_stored", "ZipCrypto", "zip -q -0 -P secret out.zip disk.img"},
        Maker{"zip_zip64", "ZipCrypto", "zip -q -fz -P secret out.zip disk.img"},
        Maker{"zip_to_pipe", "ZipCrypto", "cat disk.img | zip -q -P secret - - | cat > out.zip"},
        Maker{"sevenzip", "ZipCrypto", "7z a -tzip -psecret -mem=ZipCrypto out.zip disk.img"},
        Maker{"sevenzip_aes128", "WinZip AES-128",
              "7z a -tzip -psecret -mem=AES128 out.zip disk.img"},
        Maker{"sevenzip_aes192", "WinZip AES-192",
              "7z a -tzip -psecret -mem=AES192 out.zip disk.img"},
        Maker{"sevenzip_aes256", "WinZip AES-256",
              "7z a -tzip -psecret -mem=AES256 out.zip disk.img"},
        Maker{"sevenzip_aes256_stored", "WinZip AES-256",
              "7z a -tzip -psecret -mem=AES256 -mx=0 out.zip disk.img"},
        Maker{"libarchive", "ZipCrypto",
              "bsdtar --format zip --options zip:encryption=traditional --passphrase secret "
              "-cf out.zip disk.img"},
        Maker{"libarchive_aes128", "WinZip AES-128",
              "bsdtar --format zip --options zip:encryption=aes128 --passphrase secret "
              "-cf out.zip disk.img"},
        Maker{"libarchive_aes256", "WinZip AES-256",
              "bsdtar --format zip --options zip:encryption=aes256 --passphrase secret "
              "-cf out.zip disk.img"}),
    [](const auto& made) { return std::string(made.param.name); });

}  // namespace
}  // namespace discern
