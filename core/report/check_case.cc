// SPDX-License-Identifier: Apache-2.0
// A case folder against its manifest, its audit log and its signature. What is wrong is named file
// by file; nothing of the folder is trusted before its digest has been compared.

#include <filesystem>
#include <map>
#include <system_error>

#include "discern/case_folder.h"
#include "discern/folder.h"
#include "report/manifest.h"
#include "report/signature.h"

namespace discern {
namespace {

namespace fs = std::filesystem;
// How append_audit() begins each line; the signer is its last field.
constexpr std::string_view kEntryBegin = R"({"schema":"discern/audit/1","previous":")";

// Behind the manifest, so not in it.
bool is_seal(std::string_view name) {
  return name == kManifest || name == std::string(kManifest) + ".sig" ||
         name == std::string(kManifest) + ".tsq" || name == std::string(kManifest) + ".tsr";
}

// path -> digest of the lines of a manifest; problems for lines that are none.
std::map<std::string, std::string> entries_of(const std::string& manifest, CaseCheck& check) {
  std::map<std::string, std::string> entries;
  std::string last;
  std::size_t number = 0;
  const auto wrong = [&](std::string text) {
    check.problems.push_back(
        {"manifest", kManifest, "line " + std::to_string(number) + ": " + std::move(text)});
  };
  for (std::size_t at = 0; at < manifest.size();) {
    ++number;
    const std::size_t end = std::min(manifest.find('\n', at), manifest.size());
    std::string line = manifest.substr(at, end - at);
    at = end + 1;
    const bool escaped = line.starts_with('\\');
    if (escaped) line.erase(0, 1);
    if (line.size() < 67 || line.compare(64, 2, "  ") != 0 ||
        line.find_first_not_of("0123456789abcdef") != 64) {
      wrong("no digest and name");
      continue;
    }
    std::string path;
    for (std::size_t i = 66; i < line.size(); ++i) {
      if (escaped && line[i] == '\\' && i + 1 < line.size()) {
        ++i;
        path += line[i] == 'n' ? '\n' : line[i] == 'r' ? '\r' : line[i];
      } else {
        path += line[i];
      }
    }
    // A name that leads out of the folder is never opened.
    const fs::path normal = fs::path(path).lexically_normal();
    if (normal.is_absolute() || normal.string() != path || path.starts_with("..")) {
      wrong("a name outside the folder");
      continue;
    }
    if (!entries.emplace(path, line.substr(0, 64)).second) wrong("'" + path + "' is named twice");
    if (path <= last && number > 1) wrong("'" + path + "' is out of order");
    last = path;
  }
  return entries;
}

Status compare_files(const std::string& folder, const std::map<std::string, std::string>& named,
                     CaseCheck& check) {
  std::map<std::string, std::string> found;
  const FolderTree tree = files_below(folder);
  if (!tree.unread.empty()) return tree.unread.front();
  for (const std::string& path : tree.files) {
    if (is_seal(path)) continue;
    std::error_code ignored;
    if (!fs::is_regular_file(fs::symlink_status(folder + "/" + path, ignored))) {
      check.problems.push_back({"added", path, "is no file that examine writes"});
      continue;
    }
    const auto digest = sha256_of_file(folder + "/" + path);
    found[path] = digest ? *digest : describe(digest.error());
  }
  for (const auto& [path, digest] : named) {
    const auto there = found.find(path);
    if (there == found.end())
      check.problems.push_back({"missing", path, "is in the manifest and not in the folder"});
    else if (there->second != digest)
      check.problems.push_back({"changed", path, "is " + there->second + ", was " + digest});
  }
  for (const auto& [path, digest] : found)
    if (!named.contains(path)) check.problems.push_back({"added", path, "is not in the manifest"});
  return Done{};
}

// The chain; returns the signer that its last entry names.
std::string check_audit(const std::string& folder, CaseCheck& check) {
  const std::string text = text_of(folder + "/audit.jsonl");
  std::string previous(64, '0');
  std::string signer;
  const auto wrong = [&](std::string why) {
    check.problems.push_back(
        {"audit", "audit.jsonl",
         "entry " + std::to_string(check.audit_entries) + ": " + std::move(why)});
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    ++check.audit_entries;
    if (end == std::string::npos) {
      wrong("is cut");
      return signer;
    }
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(kEntryBegin) || line.size() < kEntryBegin.size() + 65 ||
        !line.ends_with("\"}")) {
      wrong("is no entry");
      return signer;
    }
    if (std::string_view(line).substr(kEntryBegin.size(), 64) != previous)
      wrong("does not follow on the entry before it: one was changed, removed or moved");
    previous = hex_digest(Algorithm::sha256, as_bytes(line));
    constexpr std::string_view kSigner = "\"signer\":\"";
    const std::size_t named = line.rfind(kSigner);
    signer.clear();
    if (named != std::string::npos)
      signer = line.substr(named + kSigner.size(), line.size() - 2 - named - kSigner.size());
  }
  if (check.audit_entries == 0) check.problems.push_back({"audit", "audit.jsonl", "has no entry"});
  return signer;
}

void check_signature(const std::string& folder, const std::string& signer,
                     const std::string& audit_signer, CaseCheck& check) {
  const std::string file = std::string(kManifest) + ".sig";
  const std::string signature = text_of(folder + "/" + file);
  const auto wrong = [&](std::string why) {
    check.problems.push_back({"signature", file, std::move(why)});
  };
  check.signature = "none";
  if (signature.empty()) {
    if (!audit_signer.empty())
      wrong("is missing; the audit log says that " + audit_signer + " signed");
    else if (!signer.empty())
      wrong("is missing");
    return;
  }
  const auto by = verify_signature(text_of(folder + "/" + kManifest), signature);
  if (!by) {
    wrong(by.error().text);
    return;
  }
  check.signature = *by;
  if (*by != audit_signer)
    wrong("is by " + *by + "; the audit log names " +
          (audit_signer.empty() ? "no signer" : audit_signer));
  if (signer.empty()) return;
  const auto wanted = public_signer(signer);
  if (!wanted)
    wrong(describe(wanted.error()));
  else if (*wanted != *by)
    wrong("is by " + *by + ", not by " + *wanted);
}

void check_timestamp(const std::string& folder, CaseCheck& check) {
  const std::string base = folder + "/" + kManifest;
  check.timestamp = "none";
  const std::string manifest = text_of(base);
  const std::string query = text_of(base + ".tsq");
  const std::string reply = text_of(base + ".tsr");
  if (!query.empty()) {
    check.timestamp = "requested";
    if (const Status about = query_is_about(query, manifest); !about)
      check.problems.push_back({"timestamp", std::string(kManifest) + ".tsq", about.error().text});
  }
  if (!reply.empty()) {
    const auto time = time_of_reply(reply, manifest);
    if (time)
      check.timestamp = *time;
    else
      check.problems.push_back({"timestamp", std::string(kManifest) + ".tsr", time.error().text});
  }
}

}  // namespace

bool is_case_folder(const std::string& path) {
  std::error_code why;
  return fs::is_directory(path, why) && fs::is_regular_file(path + "/" + kManifest, why);
}

Result<CaseCheck> check_case_folder(const std::string& folder, const std::string& signer) {
  if (!is_case_folder(folder))
    return Error{Errc::io, "is no case folder: it has no " + std::string(kManifest), folder};
  CaseCheck check;
  const auto named = entries_of(text_of(folder + "/" + kManifest), check);
  check.files = named.size();
  if (const Status compared = compare_files(folder, named, check); !compared)
    return compared.error();
  const std::string audit_signer = check_audit(folder, check);
  check_signature(folder, signer, audit_signer, check);
  check_timestamp(folder, check);
  return check;
}

}  // namespace discern
