// SPDX-License-Identifier: Apache-2.0
#include "image_types.h"

#include <algorithm>
#include <array>

#include "discern/rescue_map.h"

namespace discern {
namespace {

// Ids of rows of formats(). Rows that come later than this library's knowledge are ours: what TSK
// reads is a short, settled list.
constexpr std::array<std::string_view, 3> kReadByTsk = {"raw", "split", "ewf"};

constexpr std::size_t kHead = 65536;  // what ProbeInput::head promises

}  // namespace

bool is_ours(const Format& format) { return std::ranges::count(kReadByTsk, format.id) == 0; }

// Even numbers: bit 0 would make TSK_IMG_TYPE_ISRAW true.
TSK_IMG_TYPE_ENUM type_of_format(const Format& format) {
  return static_cast<TSK_IMG_TYPE_ENUM>(kOurTypes + 2 * (&format - formats().data()));
}

const Format* format_of_type(TSK_IMG_TYPE_ENUM type) {
  for (const Format& format : formats())
    if (is_ours(format) && type_of_format(format) == type) return &format;
  return nullptr;
}

bool may_be_ours(const std::string& path) {
  if (find_unread_record(path)) return true;
  const auto file = MappedFile::open(path);
  if (!file) return false;
  const std::vector<std::byte> head = read_head(**file, kHead);
  const ProbeInput input{path, *file, head};
  return std::ranges::any_of(formats(), [&](const Format& format) {
    return is_ours(format) && format.probe(input).fit == Fit::strong;
  });
}

bool is_ours(const Image& image) {
  const Format* const format = find_format(image.format);
  return (format && is_ours(*format)) ||
         std::ranges::any_of(image.files, [](const EvidenceFile& file) {
           return file.role == "map" || file.role == "log";
         });
}

}  // namespace discern
