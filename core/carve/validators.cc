// SPDX-License-Identifier: Apache-2.0
#include "carve/validators.h"

#include <algorithm>
#include <array>

namespace discern {

std::span<const Validator> validators() {
  using namespace std::string_view_literals;
  static constexpr std::array<Validator, 5> kTable = {{
      {"jpeg", "JPEG image", "jpg", "\xFF\xD8\xFF"sv, validate_jpeg},
      {"png", "PNG image", "png", "\x89PNG\r\n\x1A\n"sv, validate_png},
      {"gif", "GIF image", "gif", "GIF8"sv, validate_gif},
      {"pdf", "PDF document", "pdf", "%PDF-"sv, validate_pdf},
      {"zip", "ZIP archive (docx, xlsx, pptx, odt, ods, odp, epub, jar and apk told apart)", "zip",
       "PK\3\4"sv, validate_zip},
  }};
  return kTable;
}

const Validator* find_validator(std::string_view id) {
  const auto rows = validators();
  const auto row = std::ranges::find(rows, id, &Validator::id);
  return row == rows.end() ? nullptr : &*row;
}

std::string_view name_of(Soundness soundness) {
  switch (soundness) {
    case Soundness::complete:
      return "complete";
    case Soundness::truncated:
      return "truncated";
    case Soundness::damaged:
      return "damaged";
  }
  return "";
}

}  // namespace discern
