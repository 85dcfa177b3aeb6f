// SPDX-License-Identifier: Apache-2.0
// ZIP: entries one after the other, then a directory of them.
//
//   50 4B 03 04  local header: version, flags, method, time, date (2 each), CRC-32, packed size,
//                size (4 each), lengths of name and extra field (2 each): 30 bytes; name, extra
//                field, data, and with flag bit 3 a descriptor (zip_entry.cc)
//   ...
//   50 4B 01 02  central directory and end records (zip_directory.cc)
//
// Numbers are little-endian. Walking forward from the first local header finds the end without a
// search for the end record, which inner archives have as well. Entries that are stored or deflated
// are unpacked, and their CRC checked, on the way. Documents that are ZIP archives are told
// apart by their entries (zip_type.cc).
// Source: PKWARE APPNOTE.TXT 6.3.10, clause 4.3.
#include <string>
#include <utility>

#include "carve/validators.h"
#include "carve/zip_directory.h"
#include "carve/zip_entry.h"
#include "carve/zip_records.h"
#include "carve/zip_type.h"

namespace discern {

std::optional<Verdict> validate_zip(Candidate& candidate) {
  zip::EntryReader reader(candidate);
  zip::TypeGuess guess;
  std::string wrong;
  std::uint64_t entries = 0;
  std::uint64_t unchecked = 0;
  std::uint64_t offset = 0;
  ByteRange suspect;  // in the first entry that is wrong

  const auto verdict = [&](Verdict result) {
    result.type = guess.type();
    result.extension = result.type;
    result.suspect = suspect;
    if (result.soundness == Soundness::complete && !wrong.empty())
      result.soundness = Soundness::damaged;
    if (!wrong.empty()) result.end_reason = wrong + ", then " + result.end_reason;
    if (unchecked > 0)
      result.end_reason += ", " + std::to_string(unchecked) + " of " + std::to_string(entries) +
                           " entries cannot be checked";
    return result;
  };

  while (auto entry = reader.open(offset)) {
    const zip::Content content = reader.follow(*entry);
    guess.add(*entry, candidate);
    ++entries;
    offset = entry->end;
    if (content == zip::Content::lacking) return verdict(broken_off(candidate, entry->end, 1));
    if (suspect.length == 0 && (content == zip::Content::wrong || content == zip::Content::endless))
      suspect = {entry->header, reader.broken_at().value_or(entry->end) - entry->header};
    if (content == zip::Content::endless)
      return verdict({entry->end, Soundness::truncated,
                      "no end to the data of the entry at " + std::to_string(entry->header)});
    if (content == zip::Content::unchecked) ++unchecked;
    if (content == zip::Content::wrong && wrong.empty())
      wrong = "the entry at " + std::to_string(entry->header) + " does not match its CRC and size";
  }
  if (entries == 0) return std::nullopt;
  // A local header that is cut by the break is none.
  const auto here = number_at<boost::endian::little_uint32_t>(candidate, offset);
  if (suspect.length == 0 && here && *here != zip::kCentral) suspect = {offset, sizeof(zip::Local)};
  Verdict result = zip::follow_directory(candidate, offset, entries);
  if (suspect.length == 0 && result.length > offset)
    suspect = {offset, result.length - offset + sizeof(zip::Central)};
  return verdict(std::move(result));
}

}  // namespace discern
