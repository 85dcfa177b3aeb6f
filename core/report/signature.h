// SPDX-License-Identifier: Apache-2.0
// Signatures and time stamps over bytes in memory. Signers are named "ed25519 SHA256:<base64>" as
// ssh-keygen -l does, or "cms SHA256:<base64>" over the certificate's DER.
#ifndef DISCERN_REPORT_SIGNATURE_H
#define DISCERN_REPORT_SIGNATURE_H

#include <string>

#include "discern/result.h"

namespace discern {

// Text of a .sig file over `bytes` by the private key in `key_file`.
Result<std::string> make_signature(const std::string& bytes, const std::string& key_file);
// Who signed. Errc::corrupt: no signature over these bytes.
Result<std::string> verify_signature(const std::string& bytes, const std::string& signature);
// The name of the signer whose public key (one line, SSH) or certificate (PEM) this is.
Result<std::string> public_signer(const std::string& file);

// RFC 3161.
Result<std::string> timestamp_query(const std::string& bytes);
Status query_is_about(const std::string& query, const std::string& bytes);
// The time a reply states ("2026-01-02T03:04:05Z"). The authority's certificate is not judged here:
// `openssl ts -verify` does, against a certificate that the reader trusts.
Result<std::string> time_of_reply(const std::string& reply, const std::string& bytes);

}  // namespace discern

#endif
