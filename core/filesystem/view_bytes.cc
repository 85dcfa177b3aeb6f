// SPDX-License-Identifier: Apache-2.0
#include "filesystem/view_bytes.h"

#include <algorithm>

namespace discern {

ViewBytes::~ViewBytes() {
  for (const auto& [code, rest] : counts_)
    if (rest.count > kShown)
      findings_.push_back({code,
                           rest.severity,
                           {},
                           std::to_string(rest.count - kShown) + " more findings of this kind"});
}

Piece ViewBytes::read(std::uint64_t offset, std::uint64_t length) {
  Piece piece;
  if (offset >= size()) return piece;
  length = std::min(length, size() - offset);
  if (const auto view = source().view(offset, length)) {
    piece.bytes = *view;
    return piece;
  }
  piece.copy.resize(static_cast<std::size_t>(length));
  const ReadResult got = source().read(offset, piece.copy);
  piece.bytes = Bytes(piece.copy).first(got.bytes);
  piece.complete = got.complete();
  for (const ByteRange& bad : got.bad)
    find("unreadable", Severity::damage, bad.offset,
         std::to_string(bad.length) + " bytes of the file system's structures cannot be read");
  return piece;
}

void ViewBytes::find(std::string_view code, Severity severity, std::uint64_t offset,
                     std::string text) {
  std::string whole = prefix_ + "." + std::string(code);
  Rest& rest = counts_[whole];
  rest.severity = std::max(rest.severity, severity);
  if (++rest.count > kShown) return;
  Place place;
  if (offset < size()) {
    const Location at = source().locate(offset);
    place = {std::string(at.file), at.offset, at.lba};
  }
  findings_.push_back(
      {std::move(whole), severity, std::move(place),
       std::move(text) + " (" + target_.view.name + " offset " + std::to_string(offset) + ")"});
}

bool ViewBytes::go_on(std::uint64_t done) {
  if (!target_.progress || target_.progress("file systems", done, target_.volume.size)) return true;
  cancelled_ = true;
  return false;
}

}  // namespace discern
