// SPDX-License-Identifier: Apache-2.0
#include "discern/image_walk.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "discern/filesystem.h"
#include "discern/run_source.h"
#include "discern/tsk_content.h"
#include "discern/tsk_image.h"
#include "discern/volume.h"

namespace discern {
namespace {

// Image::volumes are those of the main view and of its overlay.
std::vector<Volume> volumes_of(const WalkedImage& walked) {
  if (&walked.view == &walked.image->main_view() || walked.view.name == "overlay")
    return walked.image->volumes;
  return find_volumes(walked.view).volumes;
}

std::vector<Lba> session_starts(const Image& image) {
  std::vector<Lba> starts;
  if (image.disc)
    for (const Session& session : image.disc->sessions) starts.push_back(session.first());
  return starts;
}

}  // namespace

Result<OwnWalk> walk_by_ours(const WalkedImage& walked, const Progress& progress,
                             const EntrySink& sink, Findings& findings) {
  OwnWalk own;
  const EntrySink watched = [&](Entry&& entry) {
    own.stopped = !sink(std::move(entry));
    return !own.stopped;
  };
  for (const Volume& volume : volumes_of(walked)) {
    const Walker* const walker = find_walker(volume.filesystem);
    if (!walker || own.stopped) continue;
    const WalkTarget target{walked.view, volume, session_starts(*walked.image), progress};
    const Status done = walker->walk(target, watched, findings);
    if (!done && done.error().code == Errc::cancelled) return done.error();
    if (!done)
      findings.push_back({volume.filesystem + ".not-walked", Severity::damage,
                          Place{.file = walked.image->path, .offset = done.error().offset},
                          "volume at " + std::to_string(volume.start) + ": " + done.error().text});
    own.starts.insert(volume.start);
  }
  return own;
}

Status walk_by_tsk(const WalkedImage& walked, const TskWalkOptions& options, const EntrySink& sink,
                   Findings& findings) {
  auto tsk = open_tsk_image(walked.image, walked.view);
  if (!tsk) return tsk.error();
  return walk_file_systems(*tsk, options, sink, findings);
}

Status walk_image(const WalkedImage& walked, const Progress& progress, const EntrySink& sink,
                  Findings& findings) {
  const auto own = walk_by_ours(walked, progress, sink, findings);
  if (!own) return own.error();
  if (own->stopped) return Done{};
  const auto left = [&](std::uint64_t start) { return !own->starts.contains(start); };
  return walk_by_tsk(walked, {progress, left}, sink, findings);
}

struct EntryContents::State {
  explicit State(const WalkedImage& image) : walked(image) {}
  WalkedImage walked;
  std::mutex mutex = {};
  std::optional<TskContents> by_tsk = {};
};

EntryContents::EntryContents(const WalkedImage& walked) : state_(std::make_shared<State>(walked)) {}

Result<SourcePtr> EntryContents::open(const Entry& entry) const {
  State& state = *state_;
  if (entry.size == 0 || !entry.source.starts_with("libtsk "))
    return run_source(state.walked.view.source, entry);
  const std::lock_guard lock(state.mutex);
  if (!state.by_tsk) {
    auto tsk = open_tsk_image(state.walked.image, state.walked.view);
    if (!tsk) return tsk.error();
    state.by_tsk.emplace(*std::move(tsk));
  }
  return state.by_tsk->open(entry);
}

}  // namespace discern
