// SPDX-License-Identifier: Apache-2.0
// Every file system of a view, by our own walkers and by libtsk where there is none, and the
// contents of the entries.
#ifndef DISCERN_IMAGE_WALK_H
#define DISCERN_IMAGE_WALK_H

#include <memory>
#include <set>

#include "discern/entry.h"
#include "discern/finding.h"
#include "discern/image.h"
#include "discern/progress.h"
#include "discern/result.h"
#include "discern/source.h"
#include "discern/tsk_walk.h"

namespace discern {

// `view` is one of image->views. As libtsk may take part, walks must run with TZ=UTC: see
// tsk_image.h.
struct WalkedImage {
  std::shared_ptr<const Image> image;
  const View& view;
};

// Delivers the entries of each file system in walking order: of our own walkers first, then those
// of libtsk in the volumes that are left. A volume whose file system cannot be walked is a finding
// (`fat16.not-walked`, `tsk.file-system` ...), and the walk goes on with the next one. The sink's
// false ends it, successfully.
//
// Errc::cancelled    progress said so
// Errc::unsupported  libtsk does not take the view
Status walk_image(const WalkedImage& walked, const Progress& progress, const EntrySink& sink,
                  Findings& findings);

// The two halves of it, for who compares them.
struct OwnWalk {
  std::set<std::uint64_t> starts = {};  // of the volumes that our walkers walked
  bool stopped = false;                 // by the sink
};
Result<OwnWalk> walk_by_ours(const WalkedImage& walked, const Progress& progress,
                             const EntrySink& sink, Findings& findings);
Status walk_by_tsk(const WalkedImage& walked, const TskWalkOptions& options, const EntrySink& sink,
                   Findings& findings);

// Contents of entries that a walk of the same view delivered: by their runs, and through libtsk
// (resident and compressed parts) where libtsk listed them. Opens libtsk when first needed.
// Thread-safe; copies share it, and sources outlive it.
class EntryContents {
 public:
  explicit EntryContents(const WalkedImage& walked);

  // Errors as those of TskContents::open() and open_tsk_image().
  Result<SourcePtr> open(const Entry& entry) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace discern

#endif
