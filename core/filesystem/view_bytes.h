// SPDX-License-Identifier: Apache-2.0
// What a walker reads and reports: bytes of the view, in place where they are mapped, and findings
// that name the place in the evidence.
#ifndef DISCERN_FILESYSTEM_VIEW_BYTES_H
#define DISCERN_FILESYSTEM_VIEW_BYTES_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "discern/filesystem.h"

namespace discern {

// Bytes that a walker looks at. They stay where they are when the piece is moved.
struct Piece {
  Bytes bytes = {};
  bool complete = true;  // no byte of it is unreadable; what is unreadable reads as zero
  std::vector<std::byte> copy = {};
};

// A hostile volume has as many anomalies as records: of each code the first hundred are told one by
// one, the rest is counted when the walk ends.
class ViewBytes {
 public:
  // Findings carry codes `prefix`.something.
  ViewBytes(const WalkTarget& target, std::string prefix, Findings& findings)
      : target_(target), prefix_(std::move(prefix)), findings_(findings) {}
  ~ViewBytes();
  ViewBytes(const ViewBytes&) = delete;
  ViewBytes& operator=(const ViewBytes&) = delete;

  std::uint64_t size() const { return target_.view.source->size(); }
  const ByteSource& source() const { return *target_.view.source; }

  // As much of [offset, offset + length) as the view has. Unreadable bytes become a finding.
  Piece read(std::uint64_t offset, std::uint64_t length);

  // `offset` counts in the view.
  void find(std::string_view code, Severity severity, std::uint64_t offset, std::string text);

  // False when the caller wants the walk to stop.
  bool go_on(std::uint64_t done);
  bool cancelled() const { return cancelled_; }

 private:
  static constexpr std::size_t kShown = 100;
  const WalkTarget& target_;
  std::string prefix_;
  Findings& findings_;
  struct Rest {
    std::size_t count = 0;
    Severity severity = Severity::note;
  };
  std::map<std::string, Rest, std::less<>> counts_ = {};
  bool cancelled_ = false;
};

}  // namespace discern

#endif
