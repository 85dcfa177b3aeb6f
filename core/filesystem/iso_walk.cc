// SPDX-License-Identifier: Apache-2.0
// The newest session is listed as it is, then of each older one what the newer ones do not show:
// files that were removed, or replaced by others of the same path.
#include "filesystem/iso_walk.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "filesystem/iso_merge.h"
#include "filesystem/iso_sessions.h"
#include "filesystem/unix_mode.h"

namespace discern {
namespace {

// Longer paths are cut to where their directory stands: their sum grows with the square of the
// depth.
constexpr std::size_t kLongestPath = 4096;

class Walk {
 public:
  Walk(const WalkTarget& target, const EntrySink& sink, ViewBytes& view)
      : target_(target), sink_(sink), view_(view) {}

  // False when the walk is to stop.
  bool session(const IsoSession& session, int number, bool newest) {
    number_ = number;
    newest_ = newest;
    std::vector<IsoTree> trees;
    for (const IsoDescriptor& descriptor : session.descriptors) {
      if (!deliver_descriptor(descriptor)) return false;
      trees.push_back(read_iso_tree(descriptor, iso_address(target_, descriptor), view_));
    }
    // A supplementary descriptor of the same tree adds nothing.
    const auto merged = merge_iso_trees(trees);
    tell_differences(session, trees, merged);
    return tree(merged);
  }

 private:
  struct Open {
    std::uint32_t node = 0;
    std::uint32_t next = 0;
    std::string path;
    bool orphan = false;
  };

  static std::string_view kind_of(const IsoDescriptor& descriptor) {
    if (descriptor.type == 1) return "Primary";
    return descriptor.names == IsoNames::joliet ? "Joliet" : "Supplementary";
  }

  bool deliver(Entry&& entry) {
    entry.session = number_;
    entry.source = "iso9660";
    entry.volume_start = target_.volume.start;
    return sink_(std::move(entry));
  }

  bool deliver_descriptor(const IsoDescriptor& descriptor) {
    Entry entry;
    entry.path =
        "/" + descriptor.label + " (" + std::string(kind_of(descriptor)) + " Volume Descriptor)";
    entry.id = "descriptor-" + std::to_string((descriptor.offset - target_.volume.start) / 2048);
    entry.type = 'v';
    entry.mode = "v/v---------";
    entry.size = 2048;
    entry.runs.push_back({0, 2048, descriptor.offset});
    entry.record_offset = descriptor.offset;
    entry.times = descriptor.times;
    if (!newest_) entry.state = EntryState::hidden_by_session;
    return deliver(std::move(entry));
  }

  void tell_differences(const IsoSession& session, const std::vector<IsoTree>& trees,
                        const std::vector<IsoMergedNode>& merged) {
    if (trees.size() < 2) return;
    const auto tell = [&](const char* code, const char* which, auto only) {
      const auto count = std::count_if(merged.begin() + 1, merged.end(), only);
      if (count > 0)
        view_.find(code, Severity::warning, session.descriptors.front().offset,
                   std::to_string(count) + " files or directories are in " + which +
                       " directory tree only; they are listed");
    };
    tell("only-in-primary", "the primary",
         [](const IsoMergedNode& node) { return !node.in_others; });
    tell("only-in-supplementary", "a supplementary (Joliet)",
         [](const IsoMergedNode& node) { return !node.in_first; });
  }

  bool tree(const std::vector<IsoMergedNode>& merged) {
    std::vector<std::uint32_t> parents;
    parents.reserve(merged.size());
    for (const IsoMergedNode& node : merged) parents.push_back(node.parent);
    const IsoChildren children = children_of(parents);
    std::vector<Open> stack = {{0, children.begin[0], "", false}};
    while (!stack.empty()) {
      Open& open = stack.back();
      if (open.next == children.begin[open.node + 1]) {
        stack.pop_back();
        continue;
      }
      const std::uint32_t number = children.nodes[open.next++];
      const IsoMergedNode& node = merged[number];
      std::string path = open.path + "/" + node.name;
      const bool orphan = open.orphan || node.node->only_in_path_table;
      if (!entry(node, path, orphan)) return false;
      if (path.size() > kLongestPath) {
        view_.find("long-path", Severity::note, node.node->record_offset,
                   "the path is too long; what lies below is listed under $Deep");
        path = "/$Deep/" + id_of(node);
      }
      stack.push_back({number, children.begin[number], std::move(path), orphan});
    }
    return true;
  }

  std::string id_of(const IsoMergedNode& node) const {
    return (newest_ ? "" : "session" + std::to_string(number_) + "-") + std::to_string(node.id);
  }

  bool entry(const IsoMergedNode& merged, const std::string& path, bool orphan) {
    if (++entries_ % 1024 == 0 && !view_.go_on(merged.node->record_offset - target_.volume.start))
      return false;
    const IsoNode& node = *merged.node;
    if (number_ > 0) {
      std::string key = path;
      if (!node.is_directory())
        key += '\0' + std::to_string(node.extent) + '+' + std::to_string(node.size);
      if (!shown_.insert(std::move(key)).second && !newest_) return true;
    }
    Entry entry;
    entry.path = path;
    entry.id = id_of(merged);
    entry.type = node.is_directory() ? 'd' : 'r';
    entry.mode = node.is_directory() ? "d/d---------" : "r/r---------";
    if (const auto mode = node.rock_ridge.mode) {
      entry.type = unix_type(*mode);
      entry.mode = unix_mode(*mode);
    }
    entry.size = node.size;
    entry.uid = node.rock_ridge.uid;
    entry.gid = node.rock_ridge.gid;
    entry.state = !newest_ ? EntryState::hidden_by_session
                  : orphan ? EntryState::orphan
                           : EntryState::allocated;
    entry.times = node.times;
    entry.runs = node.runs;
    if (const std::uint64_t over = node.size % 2048; over != 0 && !node.runs.empty())
      entry.slack = 2048 - over;
    entry.record_offset = node.record_offset;
    entry.link_target = node.rock_ridge.link;
    return deliver(std::move(entry));
  }

  const WalkTarget& target_;
  const EntrySink& sink_;
  ViewBytes& view_;
  int number_ = 0;
  bool newest_ = true;
  std::uint64_t entries_ = 0;
  std::unordered_set<std::string> shown_ = {};
};

}  // namespace

Status walk_iso(const WalkTarget& target, const EntrySink& sink, Findings& findings) {
  ViewBytes view(target, "iso9660", findings);
  const std::vector<IsoSession> sessions = find_iso_sessions(target, view);
  if (sessions.empty())
    return Error{Errc::not_this, "no primary volume descriptor with a root directory",
                 target.view.name, target.volume.start};
  Walk walk(target, sink, view);
  const bool several = sessions.size() > 1;
  for (std::size_t i = sessions.size(); i-- > 0;)
    if (!walk.session(sessions[i], several ? static_cast<int>(i) + 1 : 0, i + 1 == sessions.size()))
      break;
  if (view.cancelled()) return Error{Errc::cancelled, "stopped", target.view.name};
  return Done{};
}

}  // namespace discern
