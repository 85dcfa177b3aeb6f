// SPDX-License-Identifier: Apache-2.0
// What lies in a folder. Not by the iterators of std::filesystem: those of libstdc++ 12 end the
// program when memory runs out (their advance() is noexcept and makes a path).
#ifndef DISCERN_FOLDER_H
#define DISCERN_FOLDER_H

#include <string>
#include <vector>

#include "discern/result.h"

namespace discern {

// Names of everything in `folder` but "." and "..", in the order of their bytes. "" is the working
// folder. Errc::missing, Errc::io: also when the folder could be read in part only.
Result<std::vector<std::string>> names_in(const std::string& folder);

struct FolderTree {
  std::vector<std::string> files;  // all that are no folders, relative to the top, sorted
  std::vector<Error> unread;       // folders that could not be read, or in part only
};
// Everything below `folder`. Symbolic links are not followed: they are among the files.
FolderTree files_below(const std::string& folder);

// Removes the file, or the folder with everything below it; that there is none is no error.
// Errc::io.
Status remove_whole(const std::string& path);

}  // namespace discern

#endif
