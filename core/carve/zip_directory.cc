// SPDX-License-Identifier: Apache-2.0
// What stands behind the last entry of a ZIP archive:
//
//   APK signing block        only in APKs: size (8), pairs, size (8), "APK Sig Block 42"
//   50 4B 01 02 ...          one central header per entry (46 bytes, name, extra, comment), with
//                            the offset of its local header
//   50 4B 06 06, 06 07       zip64: end record and its locator, when counts or offsets need it
//   50 4B 05 06 ...          end record (22 bytes) and comment: the end
//
// Each central header must lead to a local one, counts and offsets of the end record must be those
// that were seen; otherwise the archive is damaged. When they lead to before the first header, the
// archive began there, and what was found is only its tail.
// Sources: PKWARE APPNOTE.TXT 6.3.10, clauses 4.3.12 to 4.3.16; Android APK Signature Scheme v2.
#include "carve/zip_directory.h"

#include <string>

#include "carve/validators.h"
#include "carve/zip_records.h"

namespace discern::zip {
namespace {

class DirectoryWalk {
 public:
  DirectoryWalk(Candidate& candidate, std::uint64_t offset) : candidate_(candidate), at_(offset) {}
  Verdict run(std::uint64_t entries);

 private:
  void skip_signing_block();
  std::optional<std::uint32_t> signature() {
    const auto value = record_at<little_uint32_t>(candidate_, at_);
    return value ? std::optional<std::uint32_t>(*value) : std::nullopt;
  }
  bool take_central();
  bool take_zip64_end();
  bool leads_to_local(const Central& central);
  std::uint64_t local_length();
  bool lack(std::uint64_t wanted) {
    wanted_ = wanted;
    return false;
  }
  void doubt(const std::string& what) {
    if (doubt_.empty()) doubt_ = what;
  }

  Candidate& candidate_;
  std::uint64_t at_;
  std::uint64_t start_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t wanted_ = sizeof(End);  // bytes of the record that could not be read
  std::string doubt_ = {};
};

void DirectoryWalk::skip_signing_block() {
  constexpr std::uint64_t kTail = 24;  // size and magic
  const auto size = record_at<little_uint64_t>(candidate_, at_);
  if (!size || *size < kTail || *size > candidate_.size()) return;
  const std::uint64_t end = at_ + sizeof(little_uint64_t) + *size;
  const auto magic = candidate_.at(end - 16, 16);
  if (magic && as_text(*magic) == "APK Sig Block 42") at_ = end;
}

bool DirectoryWalk::leads_to_local(const Central& central) {
  if (central.offset == kIn64) return true;  // far away, in the extra field
  const auto local = record_at<Local>(candidate_, central.offset);
  return local && central.offset < start_ && local->signature == kLocal &&
         local->method == central.method && local->name_length == central.name_length;
}

bool DirectoryWalk::take_central() {
  const auto central = record_at<Central>(candidate_, at_);
  if (!central) return lack(sizeof(Central));
  if (!leads_to_local(*central))
    doubt("central header at " + std::to_string(at_) + " leads to no local header");
  at_ += sizeof(Central) + central->name_length + central->extra_length + central->comment_length;
  ++count_;
  return true;
}

bool DirectoryWalk::take_zip64_end() {
  const auto end = record_at<Zip64End>(candidate_, at_);
  if (!end) return lack(sizeof(Zip64End));
  if (end->entries != count_ || end->directory_offset != start_ ||
      end->directory_length != end_ - start_)
    doubt("zip64 end record at " + std::to_string(at_) + " describes another directory");
  constexpr std::uint64_t kBeforeLength = 12;
  const std::uint64_t length = end->length;
  if (length > candidate_.size()) return true;
  at_ += kBeforeLength + length;
  const auto locator = record_at<Zip64Locator>(candidate_, at_);
  if (!locator) return lack(sizeof(Zip64Locator));
  if (locator->signature == kZip64Locator) at_ += sizeof(Zip64Locator);
  return true;
}

std::uint64_t DirectoryWalk::local_length() {
  const auto local = record_at<Local>(candidate_, at_);
  return local ? sizeof(Local) + local->name_length + local->extra_length : sizeof(Local);
}

Verdict DirectoryWalk::run(std::uint64_t entries) {
  skip_signing_block();
  start_ = at_;
  bool going_on = true;
  while (going_on && signature() == kCentral) going_on = take_central();
  end_ = at_;
  if (going_on && count_ > 0 && signature() == kZip64End) going_on = take_zip64_end();

  const auto end = going_on ? record_at<End>(candidate_, at_) : std::nullopt;
  if (!end) return broken_off(candidate_, at_, wanted_);
  if (end->signature != kEnd || count_ == 0) {
    // A local header that is cut was not taken for an entry.
    const std::uint64_t wanted = end->signature == kLocal ? local_length() : sizeof(End);
    if (wanted > candidate_.size() - at_) return broken_off(candidate_, at_, wanted);
    return {at_, Soundness::truncated, "no ZIP record at " + std::to_string(at_)};
  }
  constexpr std::uint16_t kCountIn64 = 0xFFFF;
  if ((end->entries != kCountIn64 && end->entries != (count_ & 0xFFFF)) ||
      (end->directory_offset != kIn64 && end->directory_offset != start_) ||
      (end->directory_length != kIn64 && end->directory_length != end_ - start_))
    doubt("end record at " + std::to_string(at_) + " describes another directory");
  if (count_ != entries)
    doubt(std::to_string(entries) + " entries, but " + std::to_string(count_) +
          " in the central directory");

  const std::uint64_t comment = at_ + sizeof(End);
  const std::uint64_t file_end = comment + end->comment_length;
  if (file_end > candidate_.size()) return broken_off(candidate_, comment, end->comment_length);
  if (end->directory_offset != kIn64 && end->directory_offset > start_)
    return {file_end, Soundness::truncated,
            "tail of an archive that begins " + std::to_string(end->directory_offset - start_) +
                " bytes before"};
  if (!doubt_.empty()) return {file_end, Soundness::damaged, doubt_};
  return {file_end, Soundness::complete, "end of central directory"};
}

}  // namespace

Verdict follow_directory(Candidate& candidate, std::uint64_t offset, std::uint64_t entries) {
  return DirectoryWalk(candidate, offset).run(entries);
}

}  // namespace discern::zip
