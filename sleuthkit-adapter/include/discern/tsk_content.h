// SPDX-License-Identifier: Apache-2.0
// What stands in a file, as libtsk reads it: resident and compressed parts included.
#ifndef DISCERN_TSK_CONTENT_H
#define DISCERN_TSK_CONTENT_H

#include <memory>

#include "discern/entry.h"
#include "discern/result.h"
#include "discern/source.h"
#include "discern/tsk_image.h"

namespace discern {

// Opens contents of entries that walk_file_systems() delivered from the same view. Sources outlive
// it; all of them read one after the other, because a file system of libtsk is no thing for
// threads.
class TskContents {
 public:
  explicit TskContents(TskImage image);

  // A source of entry.size bytes; bad from where libtsk's content ends (of deleted files it may be
  // shorter). Where libtsk reports an error, or read of the view what cannot be
  // read, the range asked for is bad as a whole: libtsk does not say which part of it is.
  //
  // Errc::missing  the entry has no content in libtsk's eyes
  // Errc::corrupt  libtsk opens the file system or the file no more
  Result<SourcePtr> open(const Entry& entry) const;

 private:
  struct State;
  class Content;
  std::shared_ptr<State> state_;
};

}  // namespace discern

#endif
