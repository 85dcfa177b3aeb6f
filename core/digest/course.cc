// SPDX-License-Identifier: Apache-2.0
#include "digest/course.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace discern {
namespace {

__extension__ using Wide = unsigned __int128;

// A byte of an evidence file.
struct Spot {
  std::string_view file;
  std::uint64_t offset = 0;
};
struct Ends {
  Spot first;
  Spot last;
};

std::optional<Ends> ends_of(const ByteSource& source) {
  if (source.size() == 0) return std::nullopt;
  const Location first = source.locate(0);
  const Location last = source.locate(source.size() - 1);
  if (!first.offset || !last.offset) return std::nullopt;
  return Ends{{first.file, *first.offset}, {last.file, *last.offset}};
}

// Evidence files in the order in which streams name them, laid end to end.
class Row {
 public:
  void add(const Spot& spot) {
    const auto [file, is_new] = sizes_.try_emplace(spot.file, 0);
    if (is_new) order_.push_back(spot.file);
    file->second = std::max<Wide>(file->second, Wide{spot.offset} + 1);
  }
  void lay_out() {
    for (const std::string_view file : order_) {
      starts_[file] = length_;
      length_ += sizes_[file];
    }
  }
  Wide length() const { return length_; }
  Wide position(const Spot& spot) const { return starts_.at(spot.file) + spot.offset; }

 private:
  std::map<std::string_view, Wide> sizes_;
  std::map<std::string_view, Wide> starts_;
  std::vector<std::string_view> order_;
  Wide length_ = 0;
};

struct Reach {
  Wide from;
  Wide to;
};

Wide divided_up(Wide value, Wide by) { return (value + by - 1) / by; }

}  // namespace

Course plan_course(std::span<const Stream> streams, std::uint64_t block) {
  Row row;
  std::vector<std::optional<Ends>> ends;
  for (const Stream& stream : streams) {
    const auto& both = ends.emplace_back(ends_of(*stream.source));
    if (!both) continue;
    row.add(both->first);
    row.add(both->last);
  }
  row.lay_out();
  const Wide whole = std::max<Wide>(row.length(), 1);

  Course course;
  std::vector<Reach> reaches;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const std::uint64_t size = streams[i].source->size();
    Reach reach{0, whole};
    if (ends[i]) {
      const Reach own{row.position(ends[i]->first), row.position(ends[i]->last) + 1};
      // Otherwise its ends do not tell where its bytes lie.
      if (own.to > own.from && own.to - own.from >= size / 2) reach = own;
    }
    reaches.push_back(reach);
    const Wide blocks = divided_up(size, block);
    const Wide steps = divided_up(blocks * whole, reach.to - reach.from);
    course.steps = std::max(course.steps, static_cast<std::uint64_t>(steps));
  }
  for (const Reach& reach : reaches)
    course.parts.push_back(
        {static_cast<std::uint64_t>(reach.from * course.steps / whole),
         static_cast<std::uint64_t>(divided_up(reach.to * course.steps, whole))});
  return course;
}

}  // namespace discern
