// SPDX-License-Identifier: Apache-2.0
// The fields of the JSON contract, one function per kind of object. The JSON Lines records and
// report.json are both made of them.
#ifndef DISCERN_REPORT_RECORDS_H
#define DISCERN_REPORT_RECORDS_H

#include <span>
#include <string_view>

#include "discern/json.h"
#include "discern/report.h"

namespace discern {

// `name` as show_name() shows it, and the exact bytes under "<key>_hex" when that replaced some.
void add_name(JsonWriter& json, std::string_view key, std::string_view name);
void add_ranges(JsonWriter& json, std::string_view key, std::span<const ByteRange> ranges);

// Each adds fields to an open object.
void add_fields(JsonWriter& json, const View& view);
void add_fields(JsonWriter& json, const DigestSet& digests);
void add_fields(JsonWriter& json, const Verification& verification);
void add_fields(JsonWriter& json, const MismatchArea& area);
void add_fields(JsonWriter& json, const View& view, const CarvedFile& file);
void add_fields(JsonWriter& json, const Finding& finding);

// Adds the members "geometry", "disc", "volumes", "proofs" and "stored_digests".
void add_structure(JsonWriter& json, const Image& image);

}  // namespace discern

#endif
