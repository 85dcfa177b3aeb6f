// SPDX-License-Identifier: Apache-2.0
// The Sleuth Kit's case database (SQLite, as tsk_loaddb and Autopsy make it): what it leaves empty
// of an image that libtsk did not open as EWF.
#ifndef DISCERN_CASE_DATABASE_H
#define DISCERN_CASE_DATABASE_H

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "discern/result.h"

namespace discern {

// What is known of an image. Empty texts fill nothing.
struct CaseImage {
  std::uint64_t size = 0;  // of the view that libtsk reads
  std::string md5 = {};    // of the view, lower-case hex
  std::string sha1 = {};
  std::string sha256 = {};
  std::string acquisition_details = {};
};

// filled: was empty. same: stood there already. kept: another value stands there, and still does.
enum class CaseAction { filled, same, kept };
std::string_view name_of(CaseAction action);

struct CaseValue {
  std::int64_t object = 0;  // obj_id of the data source
  std::string column;       // "md5", "sha1", "sha256", "acquisition_details"
  CaseAction action = CaseAction::filled;
  std::string value;  // that of `image`
  std::string found;  // what stood there before
};

// Fills the rows of tsk_image_info and data_source_info whose first image name `is_image` accepts,
// in one transaction: all of it or nothing.
//
// Errc::missing      no such file, or no image of that name in the database
// Errc::unsupported  no case database, or one of a schema without these columns
// Errc::corrupt      the image is of another size in the database
// Errc::io           SQLite's words: locked, read-only, disk full ...
Result<std::vector<CaseValue>> fill_case_database(
    const std::string& path, const CaseImage& image,
    const std::function<bool(const std::string& name)>& is_image);

}  // namespace discern

#endif
