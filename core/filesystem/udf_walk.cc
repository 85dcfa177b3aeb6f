// SPDX-License-Identifier: Apache-2.0
// A directory's content is a row of file identifier descriptors (ECMA-167 part 4, 14.4; tag 257):
//
//   18 characteristics: 1 hidden 2 directory 4 deleted 8 parent 10 stream directory   19 length of
//   the name 20 long address of the ICB   36 LE16 length of implementation use   38 that, then the
//   name; filled up to a multiple of 4
//
// File set descriptor (14.1; tag 256): 16 recorded, 112 128 logical volume's identifier, 400 long
// address of the root directory's ICB.
//
// On write-once discs the newest VAT shows the volume as it is; of each older one is listed what
// the newer ones do not show.
#include "filesystem/udf_walk.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "filesystem/udf_file.h"
#include "filesystem/unix_mode.h"

namespace discern {
namespace {

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kLongestLink = 65'536;

struct Identifier {
  std::string name;
  UdfBlock icb = {};
  std::uint8_t characteristics = 0;
  std::uint64_t offset = 0;  // in the view
};

// A link's target: path components (part 4, 14.16.1): type, length, 2 bytes, name. 1 and 2 root,
// 3 "..", 4 ".", 5 a name.
std::string link_of(Bytes content) {
  std::string link;
  for (std::size_t at = 0; at + 4 <= content.size() && link.size() < kLongestLink;) {
    const auto type = std::to_integer<unsigned>(content[at]);
    const auto length = std::to_integer<std::size_t>(content[at + 1]);
    const auto name = slice(content, at + 4, length);
    if (!name) break;
    if (type == 1 || type == 2) {
      link.assign(1, '/');
    } else {
      if (!link.empty() && link.back() != '/') link += '/';
      link += type == 3 ? ".." : type == 4 ? "." : udf_text(*name);
    }
    at += 4 + length;
  }
  return link;
}

class Walk {
 public:
  Walk(const WalkTarget& target, const EntrySink& sink, ViewBytes& view, const UdfVolume& volume)
      : target_(target),
        sink_(sink),
        view_(view),
        volume_(volume),
        files_(volume, view),
        bytes_left_(4 * view.size()) {}

  bool deliver_volume() {
    Entry entry;
    entry.path = "/" + volume_.label + " (UDF Logical Volume Descriptor)";
    entry.id = "descriptor-" +
               std::to_string((volume_.descriptor_offset - volume_.origin) / volume_.sector_size);
    entry.type = 'v';
    entry.mode = "v/v---------";
    entry.size = volume_.sector_size;
    entry.runs.push_back({0, volume_.sector_size, volume_.descriptor_offset});
    entry.record_offset = volume_.descriptor_offset;
    entry.times = volume_.times;
    return deliver(std::move(entry));
  }

  // The tree as the partition maps have it now. False when the walk is to stop.
  bool tree(int session, bool newest) {
    session_ = session;
    newest_ = newest;
    directories_.clear();
    const auto place = volume_.place_of(volume_.file_set);
    const Piece set = place ? view_.read(place->offset, volume_.block_size) : Piece{};
    if (udf_tag(set.bytes) != UdfTag::file_set) {
      if (newest)
        view_.find("no-file-set", Severity::damage, volume_.descriptor_offset,
                   "no file set descriptor stands where the logical volume says");
      return true;
    }
    const UdfBlock root = udf_long_address(set.bytes, 400);
    const auto file = files_.read(root, place->offset);
    if (!file) return true;
    std::vector<Open> stack;
    if (directories_.insert(root).second) stack.push_back({"", read_directory(*file), 0, false});
    while (!stack.empty()) {
      Open& open = stack.back();
      if (open.next == open.identifiers.size()) {
        stack.pop_back();
        continue;
      }
      const Identifier identifier = std::move(open.identifiers[open.next++]);
      const bool deleted = open.deleted || (identifier.characteristics & 0x04);
      std::string path = open.path + "/" + identifier.name;
      const auto entry = files_.read(identifier.icb, identifier.offset, deleted || !newest_);
      if (!named(identifier, entry, path, deleted)) return false;
      if (!entry || !entry->is_directory()) continue;
      if (!directories_.insert(identifier.icb).second) {
        view_.find("directory-twice", deleted ? Severity::note : Severity::damage,
                   identifier.offset, "this directory has been listed under another name");
        continue;
      }
      if (path.size() > kLongestPath) {
        view_.find("long-path", Severity::note, identifier.offset,
                   "the path is too long; what lies below is listed under $Deep");
        path = "/$Deep/" + id_of(identifier.icb);
      }
      stack.push_back({std::move(path), read_directory(*entry), 0, deleted});
    }
    return true;
  }

 private:
  struct Open {
    std::string path;
    std::vector<Identifier> identifiers;
    std::size_t next = 0;
    bool deleted = false;
  };

  static std::string id_of(UdfBlock icb) {
    return std::to_string(icb.partition) + ":" + std::to_string(icb.block);
  }

  // Where the byte `at` of the content stands in the view.
  static std::uint64_t offset_in(const std::vector<Run>& runs, std::uint64_t at) {
    for (const Run& run : runs)
      if (at >= run.file_offset && at - run.file_offset < run.length && run.view_offset)
        return *run.view_offset + (at - run.file_offset);
    return 0;
  }

  std::vector<Identifier> read_directory(const UdfFile& file) {
    std::vector<Identifier> identifiers;
    const std::vector<std::byte> content =
        files_.content(file, std::min(view_.size(), bytes_left_));
    bytes_left_ -= content.size();
    const Bytes bytes = content;
    if (content.size() < file.size)
      view_.find("cut-directory", Severity::damage, file.record_offset,
                 "of a directory only " + std::to_string(content.size()) + " of " +
                     std::to_string(file.size) + " bytes are there");
    for (std::uint64_t at = 0; at + 38 <= bytes.size();) {
      const Bytes rest = bytes.subspan(static_cast<std::size_t>(at));
      const std::uint64_t name_length = std::to_integer<std::uint64_t>(rest[19]);
      const std::uint64_t name_at = 38 + std::uint64_t{udf16(rest, 36)};
      const auto name = slice(rest, name_at, name_length);
      if (udf_tag(rest) != UdfTag::file_identifier || !name) {
        view_.find("bad-identifier", Severity::damage, offset_in(file.runs, at),
                   "no file identifier stands at byte " + std::to_string(at) +
                       " of a directory; the search goes on at the next one");
        at += 4;
        while (at + 38 <= bytes.size() &&
               udf_tag(bytes.subspan(static_cast<std::size_t>(at))) != UdfTag::file_identifier)
          at += 4;
        continue;
      }
      Identifier identifier;
      identifier.characteristics = std::to_integer<std::uint8_t>(rest[18]);
      identifier.icb = udf_long_address(rest, 20);
      identifier.offset = offset_in(file.runs, at);
      identifier.name = udf_text(*name);
      if (!(identifier.characteristics & 0x08)) identifiers.push_back(std::move(identifier));
      at += (name_at + name_length + 3) / 4 * 4;
    }
    return identifiers;
  }

  bool deliver(Entry&& entry) {
    entry.session = session_;
    entry.source = "udf";
    entry.volume_start = target_.volume.start;
    return sink_(std::move(entry));
  }

  bool named(const Identifier& identifier, const std::optional<UdfFile>& file,
             const std::string& path, bool deleted) {
    if (++entries_ % 1024 == 0 && !view_.go_on(identifier.offset - target_.volume.start))
      return false;
    if (session_ > 0) {
      std::string key = path;
      if (file && !file->is_directory()) key += '\0' + std::to_string(file->record_offset);
      if (!shown_.insert(std::move(key)).second && !newest_) return true;
    }
    Entry entry;
    entry.path = path;
    entry.id = id_of(identifier.icb);
    entry.record_offset = identifier.offset;
    entry.state = !newest_  ? EntryState::hidden_by_session
                  : deleted ? EntryState::deleted
                            : EntryState::allocated;
    entry.type = identifier.characteristics & 0x02 ? 'd' : 'r';
    entry.mode = std::string(1, entry.type) + "/----------";
    if (file) {
      entry.type = unix_type(file->unix_mode());
      entry.mode = unix_mode(file->unix_mode());
      entry.size = file->size;
      entry.uid = file->uid;
      entry.gid = file->gid;
      entry.times = file->times;
      entry.runs = file->runs;
      entry.runs_guessed = deleted && !file->runs.empty();
      entry.record_offset = file->record_offset;
      if (const std::uint64_t over = file->size % volume_.block_size; over != 0)
        entry.slack = volume_.block_size - over;
      if (entry.type == 'l') entry.link_target = link_of(files_.content(*file, kLongestLink));
    }
    return deliver(std::move(entry));
  }

  const WalkTarget& target_;
  const EntrySink& sink_;
  ViewBytes& view_;
  const UdfVolume& volume_;
  UdfFiles files_;
  std::uint64_t bytes_left_;  // of all directories together: extents of different ones may overlap
  int session_ = 0;
  bool newest_ = true;
  std::uint64_t entries_ = 0;
  std::set<UdfBlock> directories_ = {};
  std::unordered_set<std::string> shown_ = {};
};

}  // namespace

Status walk_udf(const WalkTarget& target, const EntrySink& sink, Findings& findings) {
  ViewBytes view(target, "udf", findings);
  auto volume = open_udf(target, view);
  if (!volume) {
    Error error = volume.error();
    error.file = target.view.name;
    return error;
  }
  const auto older = read_udf_maps(*volume, view);
  Walk walk(target, sink, view, *volume);
  bool go_on = walk.deliver_volume() &&
               walk.tree(older.empty() ? 0 : static_cast<int>(older.size()) + 1, true);
  for (std::size_t i = 0; go_on && i < older.size(); ++i) {
    for (UdfPartition& partition : volume->partitions)
      if (partition.kind == UdfPartition::Kind::virtual_) partition.table = older[i];
    go_on = walk.tree(static_cast<int>(older.size() - i), false);
  }
  if (view.cancelled()) return Error{Errc::cancelled, "stopped", target.view.name};
  return Done{};
}

}  // namespace discern
