// SPDX-License-Identifier: Apache-2.0
// Names as people may safely look at them, in a terminal, a table or a page.

#include "discern/timeline.h"
#include "timeline/utf8.h"

namespace discern {
namespace {

// C0, DEL and C1 controls; the line and paragraph separators and the directional overrides and
// isolates, with which a name can pretend to end in another extension.
bool is_misleading(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

ShownName show_name(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  ShownName shown;
  shown.text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const Utf8Step step = utf8_step(bytes, at);
    if (step.valid && !is_misleading(step.code_point)) {
      shown.text.append(bytes, at, step.length);
    } else {
      shown.clean = false;
      for (const char c : bytes.substr(at, step.length)) {
        const auto byte = static_cast<unsigned char>(c);
        shown.text += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      }
    }
    at += step.length;
  }
  return shown;
}

}  // namespace discern
