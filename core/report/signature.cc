// SPDX-License-Identifier: Apache-2.0
// Two kinds of signatures, told apart by how they begin:
//
//   -----BEGIN SSH SIGNATURE-----   Ed25519 (PROTOCOL.sshsig of OpenSSH, namespace "file"):
//       "SSHSIG", uint32 1, string public key, string "file", string "", string "sha512",
//       string signature; what is signed is
//       "SSHSIG", string "file", string "", string "sha512", string SHA-512 of the bytes
//   DER                             detached CMS (RFC 5652) with an EC key and its certificate
//
// Verified elsewhere with `ssh-keygen -Y verify` and `openssl cms -verify -inform DER`.
#include "report/signature.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "discern/bytes.h"
#include "discern/case_folder.h"
#include "report/free.h"
#include "report/manifest.h"
#include "report/openssl.h"

namespace discern {
namespace {

using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Free<CMS_ContentInfo_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

constexpr std::string_view kSshBegin = "-----BEGIN SSH SIGNATURE-----";
constexpr std::string_view kSshEnd = "-----END SSH SIGNATURE-----";
constexpr std::string_view kSshType = "ssh-ed25519";
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSignatureSize = 64;

Bio memory(const std::string& bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// As ssh-keygen prints: base64 without padding.
std::string fingerprint(std::string_view kind, std::string_view bytes) {
  std::string text = base64(hashed(EVP_sha256(), bytes));
  text.erase(text.find_last_not_of('=') + 1);
  return std::string(kind) + " SHA256:" + text;
}

// ---- the wire format of SSH: uint32 length in network order, then the bytes -----------------

std::string wire(std::string_view bytes) {
  std::string out;
  for (const int shift : {24, 16, 8, 0})
    out += static_cast<char>(static_cast<std::uint32_t>(bytes.size()) >> shift & 0xFF);
  return out.append(bytes);
}

std::optional<std::string_view> take(std::string_view& text) {
  if (text.size() < 4) return std::nullopt;
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length = length << 8 | raw(text)[i];
  if (length > text.size() - 4) return std::nullopt;
  const std::string_view part = text.substr(4, static_cast<std::size_t>(length));
  text.remove_prefix(4 + static_cast<std::size_t>(length));
  return part;
}

std::string ssh_public(std::string_view key) { return wire(kSshType) + wire(key); }

std::string ssh_message(const std::string& bytes) {
  return "SSHSIG" + wire("file") + wire("") + wire("sha512") + wire(hashed(EVP_sha512(), bytes));
}

// openssh-key-v1 without a passphrase (PROTOCOL.key of OpenSSH): the seed of its Ed25519 key.
std::optional<std::string> openssh_seed(const std::string& text) {
  constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
  constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return std::nullopt;
  const auto blob = from_base64(
      std::string_view(text).substr(begin + kBegin.size(), end - begin - kBegin.size()));
  constexpr std::string_view kMagic("openssh-key-v1\0", 15);
  if (!blob || !blob->starts_with(kMagic)) return std::nullopt;
  std::string_view rest = std::string_view(*blob).substr(kMagic.size());
  const auto cipher = take(rest);
  const auto kdf = take(rest);
  const auto options = take(rest);
  if (!cipher || *cipher != "none" || !kdf || !options || rest.size() < 4) return std::nullopt;
  rest.remove_prefix(4);  // number of keys
  const auto public_key = take(rest);
  const auto secrets = take(rest);
  if (!public_key || !secrets || secrets->size() < 8) return std::nullopt;
  std::string_view inner = secrets->substr(8);  // two equal check numbers
  const auto type = take(inner);
  const auto key = take(inner);
  const auto secret = take(inner);
  if (!type || *type != kSshType || !key || !secret || secret->size() != 2 * kKeySize)
    return std::nullopt;
  return std::string(secret->substr(0, kKeySize));
}

// ---- keys ------------------------------------------------------------------------------------

struct Signer {
  Key key;
  Certificate certificate;  // of EC keys
  std::string public_key;   // raw, of Ed25519 keys
  std::string name() const {
    if (!certificate) return fingerprint("ed25519", ssh_public(public_key));
    unsigned char* der = nullptr;
    const int length = i2d_X509(certificate.get(), &der);
    if (length <= 0) return "cms";
    const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return fingerprint("cms", bytes);
  }
};

int no_passphrase(char*, int, int, void*) { return -1; }

Result<Signer> read_signer(const std::string& file) {
  const std::string text = text_of(file);
  if (text.empty()) return Error{Errc::io, "cannot be read, or is empty", file};
  Signer signer;
  if (const auto seed = openssh_seed(text))
    signer.key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(*seed), kKeySize));
  else
    signer.key.reset(PEM_read_bio_PrivateKey(memory(text).get(), nullptr, no_passphrase, nullptr));
  if (!signer.key)
    return corrupt_by_openssl(
        "no private key without a passphrase is in this file (PEM, or OpenSSH Ed25519)", file);
  if (EVP_PKEY_get_base_id(signer.key.get()) == EVP_PKEY_ED25519) {
    std::array<unsigned char, kKeySize> key{};
    std::size_t length = key.size();
    if (EVP_PKEY_get_raw_public_key(signer.key.get(), key.data(), &length) != 1)
      return corrupt_by_openssl("its public key cannot be had", file);
    signer.public_key.assign(reinterpret_cast<const char*>(key.data()), length);
    return signer;
  }
  if (EVP_PKEY_get_base_id(signer.key.get()) != EVP_PKEY_EC)
    return corrupt_by_openssl("the key is neither EC nor Ed25519", file);
  signer.certificate.reset(PEM_read_bio_X509(memory(text).get(), nullptr, no_passphrase, nullptr));
  if (!signer.certificate)
    return corrupt_by_openssl(
        "an EC key signs as CMS, which needs its certificate in the same file", file);
  if (X509_check_private_key(signer.certificate.get(), signer.key.get()) != 1)
    return corrupt_by_openssl("the certificate is of another key", file);
  return signer;
}

// ---- making and verifying ---------------------------------------------------------------------

Result<std::string> ssh_signature(const std::string& bytes, const Signer& signer) {
  const std::string message = ssh_message(bytes);
  const Context context(EVP_MD_CTX_new());
  std::array<unsigned char, kSignatureSize> out{};
  std::size_t length = out.size();
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, signer.key.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &length, raw(message), message.size()) != 1)
    return corrupt_by_openssl("OpenSSL does not sign with this key");
  const std::string_view signature(reinterpret_cast<const char*>(out.data()), length);
  const std::string blob = std::string("SSHSIG\0\0\0\1", 10) + wire(ssh_public(signer.public_key)) +
                           wire("file") + wire("") + wire("sha512") +
                           wire(wire(kSshType) + wire(signature));
  const std::string encoded = base64(blob);
  std::string text = std::string(kSshBegin) + "\n";
  for (std::size_t at = 0; at < encoded.size(); at += 70) text += encoded.substr(at, 70) + "\n";
  return text + std::string(kSshEnd) + "\n";
}

Result<std::string> verify_ssh(const std::string& bytes, const std::string& text) {
  const std::size_t end = text.find(kSshEnd);
  if (end == std::string::npos) return corrupt_by_openssl("is cut");
  const auto blob =
      from_base64(std::string_view(text).substr(kSshBegin.size(), end - kSshBegin.size()));
  constexpr std::string_view kMagic("SSHSIG\0\0\0\1", 10);
  if (!blob || !blob->starts_with(kMagic)) return corrupt_by_openssl("is no SSH signature");
  std::string_view rest = std::string_view(*blob).substr(kMagic.size());
  const auto public_key = take(rest);
  const auto name_space = take(rest);
  const auto reserved = take(rest);
  const auto hash = take(rest);
  const auto signature = take(rest);
  if (!public_key || !name_space || !reserved || !hash || !signature || !rest.empty())
    return corrupt_by_openssl("is no whole SSH signature");
  std::string_view key_rest = *public_key;
  const auto key_type = take(key_rest);
  const auto key = take(key_rest);
  std::string_view value_rest = *signature;
  const auto value_type = take(value_rest);
  const auto value = take(value_rest);
  if (!key_type || *key_type != kSshType || !key || key->size() != kKeySize || !value_type ||
      *value_type != kSshType || !value || value->size() != kSignatureSize)
    return corrupt_by_openssl("is not by an Ed25519 key");
  if (*name_space != "file" || *hash != "sha512")
    return corrupt_by_openssl("is an SSH signature for another purpose");
  const Key opened(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(*key), kKeySize));
  const Context context(EVP_MD_CTX_new());
  const std::string message = ssh_message(bytes);
  if (!opened || !context ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, opened.get()) != 1 ||
      EVP_DigestVerify(context.get(), raw(*value), value->size(), raw(message), message.size()) !=
          1)
    return corrupt_by_openssl("is not over this manifest");
  return fingerprint("ed25519", *public_key);
}

Result<std::string> cms_signature(const std::string& bytes, const Signer& signer) {
  const Bio in = memory(bytes);
  const Cms cms(CMS_sign(signer.certificate.get(), signer.key.get(), nullptr, in.get(),
                         CMS_DETACHED | CMS_BINARY));
  const Bio out(BIO_new(BIO_s_mem()));
  if (!cms || !out || i2d_CMS_bio(out.get(), cms.get()) != 1)
    return corrupt_by_openssl("OpenSSL does not sign with this key");
  char* data = nullptr;
  const long length = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(length));
}

// Over these bytes and by the certificate in it; whether that one is trusted is the reader's to
// say.
Result<std::string> verify_cms(const std::string& bytes, const std::string& text) {
  const Cms cms(d2i_CMS_bio(memory(text).get(), nullptr));
  if (!cms) return corrupt_by_openssl("is no CMS signature");
  const Bio in = memory(bytes);
  if (CMS_verify(cms.get(), nullptr, nullptr, in.get(), nullptr,
                 CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY | CMS_DETACHED) != 1)
    return corrupt_by_openssl("is not over this manifest");
  STACK_OF(X509)* const signers = CMS_get0_signers(cms.get());
  std::string name;
  if (signers && sk_X509_num(signers) == 1) {
    Signer signer;
    signer.certificate.reset(X509_dup(sk_X509_value(signers, 0)));
    if (signer.certificate) name = signer.name();
  }
  sk_X509_free(signers);
  if (name.empty()) return corrupt_by_openssl("has not exactly one signer");
  return name;
}

}  // namespace

Result<std::string> make_signature(const std::string& bytes, const std::string& key_file) {
  const auto signer = read_signer(key_file);
  if (!signer) return signer.error();
  return signer->certificate ? cms_signature(bytes, *signer) : ssh_signature(bytes, *signer);
}

Result<std::string> verify_signature(const std::string& bytes, const std::string& signature) {
  if (signature.starts_with(kSshBegin)) return verify_ssh(bytes, signature);
  return verify_cms(bytes, signature);
}

Result<std::string> public_signer(const std::string& file) {
  const std::string text = text_of(file);
  if (text.starts_with(kSshType)) {
    const std::size_t begin = text.find(' ');
    const std::size_t end = text.find_first_of(" \n", begin + 1);
    if (begin != std::string::npos)
      if (const auto blob = from_base64(std::string_view(text).substr(
              begin + 1, end == std::string::npos ? end : end - begin - 1)))
        return fingerprint("ed25519", *blob);
  }
  Signer signer;
  signer.certificate.reset(PEM_read_bio_X509(memory(text).get(), nullptr, no_passphrase, nullptr));
  if (!signer.certificate)
    return corrupt_by_openssl("neither an SSH public key nor a certificate", file);
  return signer.name();
}

Result<std::string> signer_of(const std::string& key_file) {
  const auto signer = read_signer(key_file);
  if (!signer) return signer.error();
  return signer->name();
}

Status sign_case_folder(const std::string& folder, const std::string& key_file) {
  const std::string manifest = folder + "/" + kManifest;
  const auto signature = make_signature(text_of(manifest), key_file);
  if (!signature) return signature.error();
  return write_whole_file(manifest + ".sig", [&](std::ostream& out) { out << *signature; });
}

}  // namespace discern
