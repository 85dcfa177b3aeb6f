// SPDX-License-Identifier: Apache-2.0
#include "discern/tsk_content.h"

#include <tsk/libtsk.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace discern {

struct TskContents::State {
  using FileSystem = std::unique_ptr<TSK_FS_INFO, void (*)(TSK_FS_INFO*)>;

  explicit State(TskImage opened) : image(std::move(opened)) {}

  std::mutex mutex;
  TskImage image;
  std::map<std::uint64_t, FileSystem> file_systems;  // by the start of their volumes
};

namespace {

// "12", "12-128-3": address, and on file systems with several streams type and number of one.
struct Address {
  std::uint64_t meta = 0;
  std::optional<std::pair<int, int>> stream = {};
};

std::optional<Address> parse_id(std::string_view id) {
  std::uint64_t part[3] = {};
  int parts = 0;
  const char* at = id.data();
  const char* const end = at + id.size();
  for (; parts < 3; ++parts) {
    const auto [stop, error] = std::from_chars(at, end, part[parts]);
    if (error != std::errc()) return std::nullopt;
    at = stop;
    if (at == end || *at != '-') break;
    ++at;
  }
  if (at != end) return std::nullopt;
  if (parts == 0) return Address{part[0]};
  if (parts != 2 || part[1] > 0xFFFF'FFFF || part[2] > 0xFFFF) return std::nullopt;
  return Address{part[0], std::pair{static_cast<int>(part[1]), static_cast<int>(part[2])}};
}

Error tsk_error(Errc code, const Entry& entry, const TskImage& image) {
  const char* const text = tsk_error_get();
  return {code, entry.path + ": libtsk: " + (text ? text : "no content"), image.image().path};
}

}  // namespace

class TskContents::Content final : public ByteSource {
 public:
  Content(std::shared_ptr<State> state, TSK_FS_FILE* file, const TSK_FS_ATTR* content,
          const Entry& entry)
      : state_(std::move(state)),
        file_(file),
        content_(content),
        size_(entry.size),
        runs_(entry.runs) {}

  ~Content() override {
    const std::lock_guard lock(state_->mutex);
    tsk_fs_file_close(file_);
  }

  std::uint64_t size() const override { return size_; }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size_) return {};
    const auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset));
    const std::lock_guard lock(state_->mutex);
    tsk_error_reset();
    const ssize_t got = tsk_fs_attr_read(content_, static_cast<TSK_OFF_T>(offset),
                                         reinterpret_cast<char*>(buffer.data()), length,
                                         TSK_FS_FILE_READ_FLAG_NONE);
    const bool damaged = got < 0 || lies_in_unreadable({offset, length});
    const std::size_t good = damaged ? 0 : std::min(static_cast<std::size_t>(got), length);
    if (good == length) return {length};
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(good),
              buffer.begin() + static_cast<std::ptrdiff_t>(length), std::byte{0});
    return {length, {{offset + good, length - good}}};
  }

  Location locate(std::uint64_t offset) const override {
    for (const Run& run : runs_)
      if (run.view_offset && offset >= run.file_offset && offset - run.file_offset < run.length) {
        const std::uint64_t into = offset - run.file_offset;
        Location place = state_->image.view().source->locate(*run.view_offset + into);
        place.length = std::min(place.length, run.length - into);
        return place;
      }
    return {state_->image.image().path, std::nullopt, size_ - offset};
  }

 private:
  // libtsk up to 4.12, and 4.14, may hand on zeros for what our handle refused to read.
  bool lies_in_unreadable(ByteRange wanted) const {
    const std::vector<ByteRange> unreadable = state_->image.unreadable();
    if (unreadable.empty()) return false;
    return std::ranges::any_of(runs_, [&](const Run& run) {
      const std::uint64_t from = std::max(wanted.offset, run.file_offset);
      const std::uint64_t to = std::min(wanted.end(), run.file_offset + run.length);
      if (!run.view_offset || from >= to) return false;
      const std::uint64_t start = *run.view_offset + (from - run.file_offset);
      return std::ranges::any_of(unreadable, [&](const ByteRange& bad) {
        return bad.offset < start + (to - from) && start < bad.end();
      });
    });
  }

  std::shared_ptr<State> state_;
  TSK_FS_FILE* file_;
  const TSK_FS_ATTR* content_;
  std::uint64_t size_;
  std::vector<Run> runs_;
};

TskContents::TskContents(TskImage image) : state_(std::make_shared<State>(std::move(image))) {}

Result<SourcePtr> TskContents::open(const Entry& entry) const {
  State& state = *state_;
  const auto address = parse_id(entry.id);
  if (!address) return Error{Errc::missing, entry.path + ": has no content", {}};
  const std::lock_guard lock(state.mutex);
  tsk_error_reset();
  auto known = state.file_systems.find(entry.volume_start);
  if (known == state.file_systems.end()) {
    State::FileSystem opened(
        tsk_fs_open_img(state.image.info(), static_cast<TSK_OFF_T>(entry.volume_start),
                        TSK_FS_TYPE_DETECT),
        tsk_fs_close);
    if (!opened) return tsk_error(Errc::corrupt, entry, state.image);
    known = state.file_systems.emplace(entry.volume_start, std::move(opened)).first;
  }
  TSK_FS_FILE* const file = tsk_fs_file_open_meta(known->second.get(), nullptr, address->meta);
  if (!file) return tsk_error(Errc::corrupt, entry, state.image);
  const TSK_FS_ATTR* const content =
      address->stream ? tsk_fs_file_attr_get_type(
                            file, static_cast<TSK_FS_ATTR_TYPE_ENUM>(address->stream->first),
                            static_cast<std::uint16_t>(address->stream->second), 1)
                      : tsk_fs_file_attr_get(file);
  if (!content) {
    Error error = tsk_error(Errc::missing, entry, state.image);
    tsk_fs_file_close(file);
    return error;
  }
  return SourcePtr(std::make_shared<Content>(state_, file, content, entry));
}

}  // namespace discern
