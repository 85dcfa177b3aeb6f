// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_REPORT_MANIFEST_H
#define DISCERN_REPORT_MANIFEST_H

#include <string>

#include "discern/result.h"

namespace discern {

inline constexpr char kManifest[] = "MANIFEST.sha256";

// The whole file; empty when it cannot be read.
std::string text_of(const std::string& path);
// Errc::io names the file.
Result<std::string> sha256_of_file(const std::string& path);

// Lines for `sha256sum -c`, one per regular file below `folder` (the manifest and what seals it
// aside), sorted by path. Symbolic links are not followed. Errc::io names the file that could not
// be read.
Result<std::string> manifest_of(const std::string& folder);

}  // namespace discern

#endif
