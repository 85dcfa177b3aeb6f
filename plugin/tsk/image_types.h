// SPDX-License-Identifier: Apache-2.0
// Which formats are ours inside a TSK program, and the TSK_IMG_TYPE_ENUM values that stand for them
// between `-i imz` on its command line and tsk_img_open().
#ifndef DISCERN_PLUGIN_TSK_IMAGE_TYPES_H
#define DISCERN_PLUGIN_TSK_IMAGE_TYPES_H

#include <tsk/libtsk.h>

#include <string>
#include <string_view>

#include "discern/image.h"

namespace discern {

// Formats that libtsk reads well by itself stay its own.
bool is_ours(const Format& format);

// Null for types that are not ours.
const Format* format_of_type(TSK_IMG_TYPE_ENUM type);
TSK_IMG_TYPE_ENUM type_of_format(const Format& format);

// The bit that all our types share; no libtsk uses it.
inline constexpr int kOurTypes = 0x2000;

// Whether a file carries the signature of a format of ours, or a map beside it says which parts of
// it are fillers: libtsk would take those for data. Reads the file's head only.
bool may_be_ours(const std::string& path);

// The same of the opened image, for certain.
bool is_ours(const Image& image);

}  // namespace discern

#endif
