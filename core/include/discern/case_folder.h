// SPDX-License-Identifier: Apache-2.0
// Checking a case folder: every file against the manifest, the chain of the audit log, signature
// and time stamp. Needs nothing but the folder.
#ifndef DISCERN_CASE_FOLDER_H
#define DISCERN_CASE_FOLDER_H

#include <string>
#include <vector>

#include "discern/report.h"
#include "discern/result.h"

namespace discern {

// One thing that is wrong. code: "changed", "missing", "added", "manifest", "audit", "signature",
// "timestamp". `file` is relative to the folder.
struct CaseProblem {
  std::string code;
  std::string file;
  std::string text;
};

struct CaseCheck {
  std::size_t files = 0;  // that the manifest names
  std::size_t audit_entries = 0;
  std::string signature;  // "none", or who signed: "ed25519 SHA256:...", "CMS CN=..."
  std::string timestamp;  // "none", "requested", or the time that the reply states
  std::vector<CaseProblem> problems;
};

// True for a folder that has a MANIFEST.sha256.
bool is_case_folder(const std::string& path);

// Errc::io when the folder or its manifest cannot be read at all. `signer`: file with the public
// key (SSH one-line form) or certificate (PEM) that must have signed; empty: whoever the audit log
// names.
Result<CaseCheck> check_case_folder(const std::string& folder, const std::string& signer = {});

// ---- the audit log -----------------------------------------------------------------------
// audit.jsonl: one JSON object a line; "previous" is the SHA-256 of the line before, without its
// end, and 64 zeros in the first.

// SHA-256 of the last line; 64 zeros when there is no log.
Result<std::string> audit_head(const std::string& folder);
// Appends what this run did. `signer`: fingerprint of the key that will sign, or empty.
Status append_audit(const std::string& folder, const Examination& examination,
                    const std::string& signer);

// ---- signing -------------------------------------------------------------------------------

// "ed25519 SHA256:..." (SSH) or "cms SHA256:..." (of the certificate): what audit and check name.
// Errc::corrupt when the file has no usable private key: PEM of an EC key with its certificate, or
// an Ed25519 key in PEM or OpenSSH form without a passphrase.
Result<std::string> signer_of(const std::string& key_file);
// Writes MANIFEST.sha256.sig: SSH signature (namespace "file") with Ed25519, detached CMS with EC.
Status sign_case_folder(const std::string& folder, const std::string& key_file);
// Writes MANIFEST.sha256.tsq, an RFC 3161 query for a time stamp authority.
Status write_timestamp_query(const std::string& folder);
// Copies a reply to MANIFEST.sha256.tsr. Errc::corrupt when it is not about this manifest.
Status take_timestamp_reply(const std::string& folder, const std::string& reply_file);

}  // namespace discern

#endif
