// SPDX-License-Identifier: Apache-2.0
// A command is only given when the view's bytes really are what it produces: that is looked up in
// the view's own map, down to each sector, not assumed from the format.

#include "report/reproduction.h"

#include <algorithm>

namespace discern {
namespace {

constexpr std::uint64_t kMaxParts = 2'000'000;  // a disc has 450,000 sectors
constexpr std::size_t kMaxSteps = 5000;

void add_part(std::vector<Steps>& steps, const Steps& part) {
  if (!steps.empty()) {
    Steps& last = steps.back();
    const bool same = last.file == part.file;
    if (same && part.file.empty()) {
      last.unit += part.unit;
      return;
    }
    // A part that goes on where a single one ended is the same part.
    if (same && last.count == 1 && last.offset + last.unit == part.offset) {
      last.unit += part.unit;
      last.stride = last.unit;
      return;
    }
    if (same && last.unit == part.unit && part.offset > last.offset) {
      if (last.count == 1) last.stride = part.offset - last.offset;
      if (part.offset == last.offset + last.count * last.stride) {
        ++last.count;
        return;
      }
      if (last.count == 1) last.stride = last.unit;
    }
  }
  steps.push_back(part);
}

}  // namespace

std::string shell_quoted(std::string_view word) {
  if (show_name(word).clean) {
    std::string out = "'";
    for (const char c : word) {
      if (c == '\'')
        out += "'\\''";
      else
        out += c;
    }
    return out + "'";
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F || c == '\'' || c == '\\')
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    else
      out += c;
  }
  return out + "'";
}

std::optional<std::vector<Steps>> stored_steps(const View& view) {
  std::vector<Steps> steps;
  const std::uint64_t size = view.source->size();
  std::uint64_t parts = 0;
  for (std::uint64_t at = 0; at < size;) {
    if (++parts > kMaxParts || steps.size() > kMaxSteps) return std::nullopt;
    const auto hole = std::ranges::find_if(
        view.holes, [&](const ByteRange& range) { return range.offset <= at && at < range.end(); });
    if (hole != view.holes.end()) {
      const std::uint64_t length = std::min(hole->end(), size) - at;
      add_part(steps, {{}, 0, length, length, 1});
      at += length;
      continue;
    }
    const Location place = view.source->locate(at);
    if (!place.offset || place.length == 0) return std::nullopt;
    std::uint64_t length = std::min(place.length, size - at);
    for (const ByteRange& range : view.holes)
      if (range.offset > at) length = std::min(length, range.offset - at);
    add_part(steps, {std::string(place.file), *place.offset, length, length, 1});
    at += length;
  }
  return steps;
}

Reproduction reproduction_of(const Image& image, const View& view) {
  if (const auto steps = stored_steps(view); steps && steps->size() == 1) {
    const Steps& step = steps->front();
    const std::string file = shell_quoted(step.file);
    if (!step.file.empty() && step.count == 1)
      return {"dd if=" + file + " bs=1M iflag=skip_bytes,count_bytes skip=" +
              std::to_string(step.offset) + " count=" + std::to_string(step.unit) + " status=none"};
    if (!step.file.empty())
      return {"perl -e 'open F,\"<:raw\",shift;for(my $p=" + std::to_string(step.offset) + ";$n<" +
              std::to_string(step.count) + ";$p+=" + std::to_string(step.stride) +
              ",$n++){seek F,$p,0;read F,$b," + std::to_string(step.unit) + ";print $b}' " + file};
  }
  const auto begins_with = [&](std::string_view magic) {
    return std::any_of(image.proofs.begin(), image.proofs.end(), [&](const Proof& proof) {
      return proof.view.empty() && proof.offset == 0 && as_text(proof.value).starts_with(magic);
    });
  };
  if (&view == &image.main_view()) {
    if (image.format == "imz" && image.files.size() == 1) {
      const std::string file = shell_quoted(image.files.front().path());
      if (begins_with("PK")) return {"unzip -p " + file};
      if (begins_with("\x1f\x8b")) return {"gzip -dc < " + file};
    }
    if (image.format == "ewf") return {"img_cat " + shell_quoted(image.path)};
  }
  return {"discern cat --view " + shell_quoted(view.name) + " " + shell_quoted(image.path), false};
}

}  // namespace discern
