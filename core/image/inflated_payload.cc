// SPDX-License-Identifier: Apache-2.0
#include "image/inflated_payload.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace discern {
namespace {

std::string utc_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  std::array<char, 40> text{};
  if (!gmtime_r(&time, &parts) ||
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    return "@" + std::to_string(seconds);
  return text.data();
}

}  // namespace

InflatedStream InflatedPayload::add(const ByteSource& source, ByteRange range,
                                    std::uint64_t limit) {
  if (!in_memory_) return add_with_points(source, range, limit);
  const std::uint64_t most = std::min(limits_.whole, limits_.memory);
  return inflater_.run(source, range, std::min(limit, most - std::min(most, memory_.size())),
                       memory_);
}

std::string InflatedPayload::how() const {
  if (in_memory_) return {};
  return ", decoded where it is read, from " + std::to_string(points_.points.size()) +
         " restart points" +
         (kept_ ? " of a cache (CRC-32 taken " + utc_text(made_at_) + ", not now)" : "");
}

InflatedPayload InflatedPayload::without_cache() const {
  PayloadLimits limits = limits_;
  limits.cache = nullptr;
  return InflatedPayload(limits, ~std::uint64_t{0});
}

// A cache keeps a stream that is the whole payload.
InflatedStream InflatedPayload::add_with_points(const ByteSource& source, ByteRange range,
                                                std::uint64_t limit) {
  const bool cached = limits_.cache && points_.size == 0;
  if (cached) {
    origin_ = {range, limit, limits_.spacing};
    if (auto kept = limits_.cache->find(origin_)) {
      points_ = std::move(kept->points);
      kept_ = kept->stream;
      made_at_ = kept->made_at;
      note_ = Finding{"imz.points-kept",
                      Severity::note,
                      {},
                      "restart points of a cache, made " + utc_text(kept->made_at) +
                          ": the payload's CRC-32 was taken then, not now; each part that is "
                          "read is compared with its own CRC-32"};
      return kept->stream;
    }
  }
  const InflatedStream stream = make_restart_points(source, range, limit, limits_, points_);
  if (!cached || stream.end != StreamEnd::complete || stream.produced <= limits_.whole ||
      range.length - stream.consumed > kMostBehindStream)
    return stream;
  KeptStream kept{stream, std::move(points_), std::time(nullptr)};
  const Status status = limits_.cache->keep(origin_, kept);
  points_ = std::move(kept.points);
  if (!status) {
    note_ = Finding{"imz.points-not-kept", Severity::note, Place{status.error().file},
                    "restart points are not kept: " + status.error().text};
  }
  return stream;
}

SourcePtr InflatedPayload::source(const SourcePtr& container, const std::string& path) && {
  if (in_memory_) return payload_source(std::move(memory_), path);
  if (!kept_) return inflated_source(container, std::move(points_), path);
  PayloadLimits limits = limits_;
  limits.cache = nullptr;
  const auto remake = [container, limits, origin = origin_,
                       before = *kept_]() -> std::optional<RestartPoints> {
    RestartPoints points;
    const InflatedStream now =
        make_restart_points(*container, origin.range, origin.limit, limits, points);
    if (now.end != before.end || now.crc32 != before.crc32) return std::nullopt;
    return points;
  };
  return inflated_source(container, std::move(points_), path, remake);
}

}  // namespace discern
