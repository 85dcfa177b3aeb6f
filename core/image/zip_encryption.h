// SPDX-License-Identifier: Apache-2.0
// Encrypted ZIP entries: traditional PKWARE ("ZipCrypto") and WinZip AES.
#ifndef DISCERN_IMAGE_ZIP_ENCRYPTION_H
#define DISCERN_IMAGE_ZIP_ENCRYPTION_H

#include <cstdint>
#include <optional>
#include <string>

#include "discern/result.h"
#include "discern/source.h"
#include "image/zip.h"

namespace discern {

// Set in the flags of an encrypted entry: its figures for the data count what stands around it.
struct ZipEncryption {
  std::string name;            // "ZipCrypto", "WinZip AES-256 (AE-2)"
  std::uint64_t in_front = 0;  // bytes in front of the encrypted data
  std::uint64_t behind = 0;    // and behind it
  // AE-2 has no CRC-32; the authentication code stands for it.
  bool without_crc32 = false;
};

// How the entry is encrypted; nothing when it is not. Errc::unsupported for "strong encryption" of
// PKWARE and unknown strengths of AES.
Result<std::optional<ZipEncryption>> zip_encryption(const std::string& path, const ZipEntry& entry);

// The container with the entry's data as plain bytes in their place; everything else in it is as it
// was. `data` is where the entry's data stands, what is in front and behind included. Thread-safe.
//
// Errc::missing  no password, or a wrong one
// Errc::corrupt  the data is cut off before its first byte
struct DecryptedEntry {
  SourcePtr container;
  // AES: whether the authentication code is that of the data; absent when it, or a part of the
  // data, cannot be read, and for ZipCrypto.
  std::optional<bool> authentic = {};
};
Result<DecryptedEntry> decrypt_zip_entry(const SourcePtr& container, const std::string& path,
                                         const ZipEntry& entry, const ZipEncryption& encryption,
                                         ByteRange data, const std::string& password);

}  // namespace discern

#endif
