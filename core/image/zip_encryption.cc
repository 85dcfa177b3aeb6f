// SPDX-License-Identifier: Apache-2.0
// ZipCrypto (PKWARE APPNOTE.TXT 6.3.10, clause 6.1): a stream cipher of three 32-bit keys that each
// plain byte changes. In front of the data stand 12 encrypted bytes; the last one is the high byte
// of the CRC-32, or of the DOS time when a data descriptor follows. A wrong password passes 1 time
// in 256.
//
// WinZip AES (https://www.winzip.com/en/support/aes-encryption/): method 99, the real one in the
// extra field 0x9901:
//
//   0  version   1 = AE-1, with CRC-32; 2 = AE-2, CRC-32 is 0
//   2  "AE"
//   4  strength  1, 2, 3 = keys of 128, 192, 256 bits
//   5  method
//
// The data is: salt (half a key's length), 2 bytes to check the password with, the bytes
// encrypted in counter mode, 10 bytes HMAC-SHA1 of these. Key, HMAC key and the check come from
// PBKDF2-HMAC-SHA1 of password and salt, 1000 rounds. The counter is little-endian, 1 for the first
// block.
#include "image/zip_encryption.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "image/zip_records.h"

namespace discern {
namespace {

constexpr std::uint64_t kHeaderLength = 12;
constexpr std::uint64_t kCheckLength = 2;
constexpr std::uint64_t kCodeLength = 10;
constexpr int kRounds = 1000;
constexpr std::size_t kBlock = 64U << 10U;
constexpr std::uint16_t kStrongFlag = 1U << 6U;

std::uint64_t key_length(const ZipAes& aes) { return 8 + 8ULL * aes.strength; }
std::uint64_t salt_length(const ZipAes& aes) { return key_length(aes) / 2; }

Error wrong_password(const std::string& path, const ZipEntry& entry,
                     const ZipEncryption& encryption) {
  return {
      Errc::missing,
      "the password does not open entry " + shown_name(entry.name) + " (" + encryption.name + ")",
      path, entry.header_offset};
}

// Reads [offset, offset + buffer.size()) of a container in which `range` is encrypted; `decrypt`
// reads what lies in it.
template <class Decrypt>
ReadResult read_around(const ByteSource& container, ByteRange range, std::uint64_t offset,
                       std::span<std::byte> buffer, Decrypt decrypt) {
  ReadResult result;
  if (offset >= container.size()) return result;
  result.bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), container.size() - offset));
  const std::uint64_t end = offset + result.bytes;
  const auto part = [&](std::uint64_t from, std::uint64_t to, auto read) {
    from = std::max(from, offset);
    to = std::min(to, end);
    if (from >= to) return;
    const std::vector<ByteRange> bad =
        read(from, buffer.subspan(static_cast<std::size_t>(from - offset),
                                  static_cast<std::size_t>(to - from)));
    result.bad.insert(result.bad.end(), bad.begin(), bad.end());
  };
  const auto plain = [&](std::uint64_t at, std::span<std::byte> bytes) {
    return container.read(at, bytes).bad;
  };
  part(0, range.offset, plain);
  part(range.offset, range.end(), decrypt);
  part(range.end(), end, plain);
  result.bad = merged(std::move(result.bad));
  return result;
}

// ---- ZipCrypto ----

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ (0xEDB88320U & (0U - (value & 1U)));
    table[i] = value;
  }
  return table;
}();

struct Keys {
  std::uint32_t a = 0x12345678;
  std::uint32_t b = 0x23456789;
  std::uint32_t c = 0x34567890;

  void update(std::uint8_t plain) {
    a = kCrcTable[(a ^ plain) & 0xFFU] ^ (a >> 8U);
    b = (b + (a & 0xFFU)) * 134775813U + 1;
    c = kCrcTable[(c ^ (b >> 24U)) & 0xFFU] ^ (c >> 8U);
  }
  void decrypt(std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) {
      const std::uint32_t mixed = (c | 2U) & 0xFFFFU;
      const auto key = static_cast<std::uint8_t>((mixed * (mixed ^ 1U)) >> 8U);
      byte ^= std::byte{key};
      update(std::to_integer<std::uint8_t>(byte));
    }
  }
};

// Keys are remembered for each 64 KiB as far as reading came, so that going back costs no more than
// one such block. Without a byte of the container, all keys after it are lost.
class ZipCryptoSource final : public ByteSource {
 public:
  ZipCryptoSource(SourcePtr container, ByteRange range, Keys keys)
      : container_(std::move(container)), range_(range), keys_{keys} {}

  std::uint64_t size() const override { return container_->size(); }
  Location locate(std::uint64_t offset) const override { return container_->locate(offset); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    return read_around(*container_, range_, offset, buffer,
                       [&](std::uint64_t at, std::span<std::byte> part) {
                         return decrypt(at - range_.offset, part);
                       });
  }

 private:
  // `at` counts from the encrypted range's first byte; bad ranges are the container's.
  std::vector<ByteRange> decrypt(std::uint64_t at, std::span<std::byte> out) const {
    const std::uint64_t end = at + out.size();
    std::vector<std::byte> block(kBlock);
    std::size_t number = 0;
    Keys keys = nearest(at / kBlock, number);
    std::uint64_t done = at;  // bytes of `out` up to here are there
    for (; done < end; ++number) {
      const std::uint64_t start = std::uint64_t{number} * kBlock;
      const auto length =
          static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, range_.length - start));
      const std::span<std::byte> bytes = std::span(block).first(length);
      const ReadResult got = container_->read(range_.offset + start, bytes);
      const std::uint64_t good =
          got.complete() ? got.bytes : got.bad.front().offset - (range_.offset + start);
      keys.decrypt(bytes.first(static_cast<std::size_t>(good)));
      const std::uint64_t from = std::max(start, done);
      const std::uint64_t to = std::min(start + good, end);
      if (from < to) {
        std::memcpy(out.data() + (from - at), bytes.data() + (from - start),
                    static_cast<std::size_t>(to - from));
        done = to;
      }
      if (good < length) break;
      remember(number + 1, keys);
    }
    if (done == end) return {};
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(done - at), out.end(), std::byte{0});
    return {{range_.offset + done, end - done}};
  }

  Keys nearest(std::uint64_t wanted, std::size_t& number) const {
    const std::lock_guard lock(mutex_);
    number = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, keys_.size() - 1));
    return keys_[number];
  }

  void remember(std::size_t number, const Keys& keys) const {
    const std::lock_guard lock(mutex_);
    if (number == keys_.size()) keys_.push_back(keys);
  }

  SourcePtr container_;
  ByteRange range_;
  mutable std::mutex mutex_;
  mutable std::vector<Keys> keys_;  // at each multiple of kBlock; guarded by mutex_
};

Result<DecryptedEntry> decrypt_zip_crypto(const SourcePtr& container, const std::string& path,
                                          const ZipEntry& entry, const ZipEncryption& encryption,
                                          ByteRange data, const std::string& password) {
  auto header = read_exactly(*container, data.offset, kHeaderLength);
  if (!header) return header.error();
  Keys keys;
  for (const char c : password) keys.update(static_cast<std::uint8_t>(c));
  keys.decrypt(*header);
  const auto check = std::to_integer<std::uint8_t>(header->back());
  const bool by_time = (entry.flags & kDescriptorFlag) != 0 && check == entry.dos_time >> 8U;
  const bool by_crc = entry.crc32 && check == *entry.crc32 >> 24U;
  if (!by_time && !by_crc) return wrong_password(path, entry, encryption);
  const ByteRange range{data.offset + kHeaderLength, data.length - kHeaderLength};
  return DecryptedEntry{std::make_shared<ZipCryptoSource>(container, range, keys)};
}

// ---- WinZip AES ----

class AesSource final : public ByteSource {
 public:
  AesSource(SourcePtr container, ByteRange range, std::vector<unsigned char> key)
      : container_(std::move(container)), range_(range), key_(std::move(key)) {}
  ~AesSource() override { OPENSSL_cleanse(key_.data(), key_.size()); }

  std::uint64_t size() const override { return container_->size(); }
  Location locate(std::uint64_t offset) const override { return container_->locate(offset); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    return read_around(*container_, range_, offset, buffer,
                       [&](std::uint64_t at, std::span<std::byte> part) {
                         std::vector<ByteRange> bad = container_->read(at, part).bad;
                         if (!decrypt(at - range_.offset, part)) bad = {{at, part.size()}};
                         for (const ByteRange& each : bad)
                           std::fill_n(part.begin() + static_cast<std::ptrdiff_t>(each.offset - at),
                                       each.length, std::byte{0});
                         return bad;
                       });
  }

 private:
  static constexpr std::size_t kAesBlock = 16;

  // OpenSSL's counter mode counts big-endian; so the counters are encrypted as plain blocks.
  bool decrypt(std::uint64_t at, std::span<std::byte> bytes) const {
    const EVP_CIPHER* const cipher = key_.size() == 16   ? EVP_aes_128_ecb()
                                     : key_.size() == 24 ? EVP_aes_192_ecb()
                                                         : EVP_aes_256_ecb();
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    if (!context || EVP_EncryptInit_ex(context.get(), cipher, nullptr, key_.data(), nullptr) != 1)
      return false;
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    std::array<unsigned char, 256 * kAesBlock> stream{};
    std::uint64_t counter = at / kAesBlock + 1;
    std::size_t skip = at % kAesBlock;
    while (!bytes.empty()) {
      stream.fill(0);
      for (std::size_t i = 0; i < stream.size(); i += kAesBlock, ++counter) {
        const boost::endian::little_uint64_t value(counter);
        std::memcpy(stream.data() + i, &value, sizeof value);
      }
      int length = 0;
      if (EVP_EncryptUpdate(context.get(), stream.data(), &length, stream.data(),
                            static_cast<int>(stream.size())) != 1)
        return false;
      const std::size_t count = std::min(bytes.size(), stream.size() - skip);
      for (std::size_t i = 0; i < count; ++i) bytes[i] ^= std::byte{stream[skip + i]};
      bytes = bytes.subspan(count);
      skip = 0;
    }
    return true;
  }

  SourcePtr container_;
  ByteRange range_;
  std::vector<unsigned char> key_;
};

using Mac = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

Mac hmac_sha1(std::span<const unsigned char> key) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
      EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
  Mac mac(algorithm ? EVP_MAC_CTX_new(algorithm.get()) : nullptr, EVP_MAC_CTX_free);
  std::array<char, 5> sha1{"SHA1"};
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", sha1.data(), 0),
                                   OSSL_PARAM_construct_end()};
  if (mac && EVP_MAC_init(mac.get(), key.data(), key.size(), parameters) != 1) mac.reset();
  return mac;
}

std::optional<bool> authentic(const ByteSource& container, ByteRange encrypted,
                              std::span<const unsigned char> key) {
  const auto code = read_exactly(container, encrypted.end(), kCodeLength);
  const Mac mac = hmac_sha1(key);
  if (!code || !mac) return std::nullopt;
  std::vector<std::byte> block(1U << 20U);
  for (std::uint64_t at = encrypted.offset; at < encrypted.end();) {
    const auto part = std::span(block).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), encrypted.end() - at)));
    const ReadResult got = container.read(at, part);
    if (!got.complete() || got.bytes != part.size()) return std::nullopt;
    EVP_MAC_update(mac.get(), reinterpret_cast<const unsigned char*>(part.data()), part.size());
    at += part.size();
  }
  std::array<std::byte, 20> computed{};
  std::size_t length = 0;
  if (EVP_MAC_final(mac.get(), reinterpret_cast<unsigned char*>(computed.data()), &length,
                    computed.size()) != 1)
    return std::nullopt;
  return std::equal(code->begin(), code->end(), computed.begin());
}

Result<DecryptedEntry> decrypt_aes(const SourcePtr& container, const std::string& path,
                                   const ZipEntry& entry, const ZipEncryption& encryption,
                                   ByteRange data, const std::string& password) {
  const auto length = static_cast<std::size_t>(key_length(*entry.aes));
  const auto head = read_exactly(*container, data.offset, encryption.in_front);
  if (!head) return head.error();
  const auto salt = static_cast<int>(salt_length(*entry.aes));
  std::vector<unsigned char> keys(2 * length + kCheckLength);
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(head->data()), salt, kRounds,
                        EVP_sha1(), static_cast<int>(keys.size()), keys.data()) != 1)
    return Error{Errc::unsupported, "no PBKDF2-HMAC-SHA1 in this OpenSSL", path};
  const bool right = std::memcmp(keys.data() + 2 * length, head->data() + salt, kCheckLength) == 0;
  if (!right) return wrong_password(path, entry, encryption);
  const ByteRange encrypted{data.offset + encryption.in_front,
                            data.length - encryption.in_front - encryption.behind};
  DecryptedEntry result;
  result.authentic = authentic(*container, encrypted, std::span(keys).subspan(length, length));
  result.container = std::make_shared<AesSource>(
      container, encrypted,
      std::vector<unsigned char>(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(length)));
  OPENSSL_cleanse(keys.data(), keys.size());
  return result;
}

}  // namespace

Result<std::optional<ZipEncryption>> zip_encryption(const std::string& path,
                                                    const ZipEntry& entry) {
  const auto refuse = [&](const std::string& what) {
    return Error{Errc::unsupported,
                 "entry " + shown_name(entry.name) + " is encrypted with " + what +
                     "; ZipCrypto and WinZip AES are read",
                 path, entry.header_offset};
  };
  if (entry.aes) {
    const ZipAes& aes = *entry.aes;
    if (aes.strength < 1 || aes.strength > 3 || aes.version < 1 || aes.version > 2) {
      return refuse("WinZip AES of version " + std::to_string(aes.version) + ", strength " +
                    std::to_string(aes.strength));
    }
    return std::optional(ZipEncryption{"WinZip AES-" + std::to_string(8 * key_length(aes)) +
                                           " (AE-" + std::to_string(aes.version) + ")",
                                       salt_length(aes) + kCheckLength, kCodeLength,
                                       aes.version == 2});
  }
  if (entry.method == 99) return refuse("WinZip AES without its extra field");
  if ((entry.flags & kEncryptedFlag) == 0) return std::optional<ZipEncryption>();
  if ((entry.flags & kStrongFlag) != 0) return refuse("PKWARE strong encryption");
  return std::optional(ZipEncryption{"ZipCrypto", kHeaderLength, 0, false});
}

Result<DecryptedEntry> decrypt_zip_entry(const SourcePtr& container, const std::string& path,
                                         const ZipEntry& entry, const ZipEncryption& encryption,
                                         ByteRange data, const std::string& password) {
  if (password.empty()) {
    return Error{Errc::missing,
                 "entry " + shown_name(entry.name) + " is encrypted with " + encryption.name +
                     "; give the password with --password-file or --password",
                 path, entry.header_offset};
  }
  if (data.length < encryption.in_front + encryption.behind) {
    return Error{Errc::corrupt,
                 "the encrypted data of entry " + shown_name(entry.name) + " is cut off", path,
                 data.offset};
  }
  return entry.aes ? decrypt_aes(container, path, entry, encryption, data, password)
                   : decrypt_zip_crypto(container, path, entry, encryption, data, password);
}

}  // namespace discern
