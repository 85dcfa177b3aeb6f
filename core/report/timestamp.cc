// SPDX-License-Identifier: Apache-2.0
// Time stamps after RFC 3161: the query that a time stamp authority answers, and what its reply
// says.
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

#include "discern/bytes.h"
#include "discern/case_folder.h"
#include "report/free.h"
#include "report/manifest.h"
#include "report/openssl.h"
#include "report/signature.h"

namespace discern {
namespace {

using Request = std::unique_ptr<TS_REQ, Free<TS_REQ_free>>;
using Reply = std::unique_ptr<TS_RESP, Free<TS_RESP_free>>;
using Imprint = std::unique_ptr<TS_MSG_IMPRINT, Free<TS_MSG_IMPRINT_free>>;
using Algor = std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>>;
using Number = std::unique_ptr<ASN1_INTEGER, Free<ASN1_INTEGER_free>>;
using Big = std::unique_ptr<BIGNUM, Free<BN_free>>;

Status is_about(TS_MSG_IMPRINT* imprint, const std::string& bytes) {
  const ASN1_OCTET_STRING* said = imprint ? TS_MSG_IMPRINT_get_msg(imprint) : nullptr;
  if (!said || std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(said)),
                                static_cast<std::size_t>(ASN1_STRING_length(said))) !=
                   hashed(EVP_sha256(), bytes))
    return corrupt_by_openssl("is about other bytes than this manifest");
  return Done{};
}

// "20260102030405Z", with a fraction as it may be, as RFC 3339.
std::string written(const ASN1_GENERALIZEDTIME* time) {
  const std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                         static_cast<std::size_t>(ASN1_STRING_length(time)));
  if (text.size() < 15) return text;
  return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2) + "T" +
         text.substr(8, 2) + ":" + text.substr(10, 2) + ":" + text.substr(12);
}

}  // namespace

Result<std::string> timestamp_query(const std::string& bytes) {
  std::string digest = hashed(EVP_sha256(), bytes);
  const Request request(TS_REQ_new());
  const Imprint imprint(TS_MSG_IMPRINT_new());
  const Algor algorithm(X509_ALGOR_new());
  std::array<unsigned char, 8> random{};
  const Number nonce(ASN1_INTEGER_new());
  if (!request || !imprint || !algorithm || !nonce || RAND_bytes(random.data(), 8) != 1)
    return corrupt_by_openssl("OpenSSL has no memory or no random numbers");
  random[0] &= 0x7F;
  const Big number(BN_bin2bn(random.data(), 8, nullptr));
  X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
  if (!number || !BN_to_ASN1_INTEGER(number.get(), nonce.get()) ||
      TS_REQ_set_version(request.get(), 1) != 1 ||
      TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) != 1 ||
      TS_MSG_IMPRINT_set_msg(imprint.get(), reinterpret_cast<unsigned char*>(digest.data()),
                             static_cast<int>(digest.size())) != 1 ||
      TS_REQ_set_msg_imprint(request.get(), imprint.get()) != 1 ||
      TS_REQ_set_nonce(request.get(), nonce.get()) != 1 ||
      TS_REQ_set_cert_req(request.get(), 1) != 1)
    return corrupt_by_openssl("OpenSSL refuses the query");
  unsigned char* der = nullptr;
  const int length = i2d_TS_REQ(request.get(), &der);
  if (length <= 0) return corrupt_by_openssl("OpenSSL refuses the query");
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

Status query_is_about(const std::string& query, const std::string& bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(query.data());
  const Request request(d2i_TS_REQ(nullptr, &at, static_cast<long>(query.size())));
  if (!request) return corrupt_by_openssl("is no query for a time stamp");
  return is_about(TS_REQ_get_msg_imprint(request.get()), bytes);
}

Result<std::string> time_of_reply(const std::string& reply, const std::string& bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(reply.data());
  const Reply opened(d2i_TS_RESP(nullptr, &at, static_cast<long>(reply.size())));
  TS_TST_INFO* const info = opened ? TS_RESP_get_tst_info(opened.get()) : nullptr;
  if (!info) return corrupt_by_openssl("is no reply with a time stamp");
  if (const Status about = is_about(TS_TST_INFO_get_msg_imprint(info), bytes); !about)
    return about.error();
  return written(TS_TST_INFO_get_time(info));
}

Status write_timestamp_query(const std::string& folder) {
  const std::string manifest = folder + "/" + kManifest;
  const auto query = timestamp_query(text_of(manifest));
  if (!query) return query.error();
  return write_whole_file(manifest + ".tsq", [&](std::ostream& out) { out << *query; });
}

Status take_timestamp_reply(const std::string& folder, const std::string& reply_file) {
  const std::string manifest = folder + "/" + kManifest;
  const std::string reply = text_of(reply_file);
  const auto time = time_of_reply(reply, text_of(manifest));
  if (!time) return Error{time.error().code, time.error().text, reply_file};
  return write_whole_file(manifest + ".tsr", [&](std::ostream& out) { out << reply; });
}

}  // namespace discern
