// SPDX-License-Identifier: Apache-2.0
// JPEG: markers (FF and a second byte), most of them with a segment behind.
//
//   FF D8         SOI, the start
//   FF xx LL LL   segments; the big-endian length counts itself. APPn and COM hold metadata, DQT,
//                 DHT, DAC, DRI tables, SOFn the frame: size and components
//   FF DA LL LL   SOS, the header of a scan, and behind it entropy-coded bytes without length: FF
//   00
//                 stands for a byte FF, FF D0 to FF D7 (RST) come in turn when DRI announced them
//                 (counting anew in each scan), any other marker ends the scan
//   FF D9         EOI, the end
//
// A progressive image has many scans, with tables between them. Any marker may be preceded by more
// FF bytes. A frame must come before the first scan; thumbnails live inside APPn segments, whose
// length steps over them. An APP2 segment "MPF" may index further whole images behind the first
// one, which then belong to the file. There is no checksum: restart markers out of turn make a file
// damaged, and truncated from there on when no end follows.
// Source: ITU-T T.81 (ISO/IEC 10918-1) Annex B.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <cstring>
#include <string>

#include "carve/jpeg_segments.h"
#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;

constexpr std::uint64_t kFillLimit = 64;                       // FF bytes before a marker
constexpr std::uint64_t kScanSlack = std::uint64_t{64} << 10;  // for restart markers and fill bytes
constexpr std::size_t kImagesLimit = 64;                       // that an index may add

class JpegWalk {
 public:
  JpegWalk(Candidate& candidate, std::uint64_t start)
      : candidate_(candidate), start_(start), offset_(start) {}

  // The end of one image, from SOI to EOI; its length counts from the candidate's first byte.
  // Nothing when no scan begins.
  std::optional<Verdict> run();

  // Images that its index places behind it, as offsets in the candidate.
  const std::vector<std::uint64_t>& indexed() const { return indexed_; }

 private:
  bool take_marker();
  bool take_segment(std::uint8_t marker);
  void take_index(std::uint64_t offset, std::uint64_t size);
  bool take_scan();
  void take_restart(std::uint8_t marker, std::uint64_t at);
  bool stop(Verdict verdict);
  bool contradiction(const char* what) {
    return stop({marker_at_, Soundness::truncated,
                 what + std::string(" at ") + std::to_string(marker_at_)});
  }

  Candidate& candidate_;
  std::uint64_t start_;
  std::uint64_t offset_;
  std::uint64_t marker_at_ = 0;  // of the marker being looked at: what is before it is believed
  std::optional<jpeg::Frame> frame_ = {};
  bool restarts_ = false;
  unsigned next_restart_ = 0;
  std::uint64_t scans_ = 0;
  std::optional<std::uint64_t> out_of_turn_ = {};
  std::vector<std::uint64_t> indexed_ = {};
  Verdict stopped_ = {};
};

bool JpegWalk::stop(Verdict verdict) {
  if (out_of_turn_) {
    const std::string where = "restart marker out of turn at " + std::to_string(*out_of_turn_);
    if (verdict.soundness == Soundness::complete)
      verdict = {verdict.length, Soundness::damaged, where + ", then " + verdict.end_reason};
    else
      verdict = {*out_of_turn_, Soundness::truncated, where};
  }
  stopped_ = std::move(verdict);
  return false;
}

bool JpegWalk::take_scan() {
  const std::uint64_t begin = offset_;
  std::uint64_t believed = begin;  // behind the last FF, which random bytes and zeros lack
  next_restart_ = 0;
  std::uint64_t reach = kFirstWindow;
  while (true) {
    const auto window = candidate_.upto(offset_, reach);
    reach = std::min(reach * 2, kWindow);
    if (!window) return stop(broken_off(candidate_, offset_, 1));
    const std::byte* const data = window->data();
    std::size_t at = 0;
    while (at < window->size()) {
      const void* const found = std::memchr(data + at, 0xFF, window->size() - at);
      if (!found) {
        at = window->size();
        break;
      }
      at = static_cast<std::size_t>(static_cast<const std::byte*>(found) - data);
      if (at + 1 == window->size()) break;
      const auto second = std::to_integer<std::uint8_t>(data[at + 1]);
      believed = offset_ + at + 2;
      if (second == 0) {
        at += 2;
      } else if (second == 0xFF) {
        ++at;
      } else if (second >= jpeg::kRst0 && second <= jpeg::kRst7) {
        take_restart(second, offset_ + at);
        at += 2;
      } else {
        offset_ += at;
        return true;
      }
    }
    // An FF at the very end is looked at again, with its second byte.
    if (at == 0) return stop(broken_off(candidate_, offset_, 2));
    offset_ += at;
    if (offset_ - begin > frame_->scan_limit + kScanSlack)
      return stop({believed, Soundness::truncated, "scan longer than the image can need"});
  }
}

void JpegWalk::take_restart(std::uint8_t marker, std::uint64_t at) {
  const bool in_turn = restarts_ && marker == jpeg::kRst0 + next_restart_;
  if (!in_turn && !out_of_turn_) out_of_turn_ = at;
  next_restart_ = (marker - jpeg::kRst0 + 1U) % 8;
}

// `offset_` is behind the marker. Leaves it behind the segment.
bool JpegWalk::take_segment(std::uint8_t marker) {
  if (jpeg::is_frame(marker) && frame_) return contradiction("second frame");
  if (marker == jpeg::kSos && !frame_) return contradiction("scan without frame");
  const std::uint64_t at = offset_;
  const auto length = record_at<big_uint16_t>(candidate_, at);
  if (!length) return stop(broken_off(candidate_, at, sizeof(big_uint16_t)));
  if (*length < sizeof(big_uint16_t)) return contradiction("segment too short");
  offset_ = at + *length;
  if (offset_ > candidate_.size()) return stop(broken_off(candidate_, at, *length));
  // Metadata is stepped over, not read: what is unreadable in it does not end the file.
  if (marker == jpeg::kApp2) take_index(at + sizeof(big_uint16_t), *length - sizeof(big_uint16_t));
  if (marker >= jpeg::kApp0) return true;

  const std::uint64_t size = *length - sizeof(big_uint16_t);
  const auto body = candidate_.at(at + sizeof(big_uint16_t), size);
  if (size == 0) return contradiction("empty segment");
  if (!body) return stop(broken_off(candidate_, at + sizeof(big_uint16_t), size));
  if (jpeg::is_frame(marker)) {
    frame_ = jpeg::parse_frame(marker, *body);
    return frame_ || contradiction("impossible frame header");
  }
  if (marker == jpeg::kSos) {
    if (!jpeg::plausible_scan(*frame_, *body)) return contradiction("impossible scan header");
    ++scans_;
    return take_scan();
  }
  if (!jpeg::plausible_tables(marker, *body)) return contradiction("impossible table");
  if (marker == jpeg::kDri) restarts_ = (*body)[0] != std::byte{0} || (*body)[1] != std::byte{0};
  return true;
}

// The payload of an APP2 segment.
void JpegWalk::take_index(std::uint64_t offset, std::uint64_t size) {
  const auto bytes = candidate_.at(offset, size);
  if (!bytes || !indexed_.empty()) return;
  indexed_ = jpeg::parse_multi_picture_index(*bytes);
  if (indexed_.size() > kImagesLimit) indexed_.resize(kImagesLimit);
  constexpr std::uint64_t kIdentifier = 4;
  for (std::uint64_t& image : indexed_) image += offset + kIdentifier;
}

// False when the walk ends, as stopped_ says.
bool JpegWalk::take_marker() {
  const auto bytes = candidate_.upto(offset_, kFillLimit);
  if (!bytes) return stop(broken_off(candidate_, offset_, 2));
  const std::uint64_t previous = marker_at_;
  const auto second =
      std::ranges::find_if(*bytes, [](std::byte byte) { return byte != std::byte{0xFF}; });
  const auto fill = static_cast<std::uint64_t>(second - bytes->begin());
  if (second == bytes->end() && offset_ + fill >= candidate_.size())
    return stop(broken_off(candidate_, offset_, kFillLimit));
  if (fill == 0 || second == bytes->end()) {
    // What claimed to be a segment does not lead to a marker, so it was none.
    marker_at_ = previous;
    return contradiction("no segment");
  }
  marker_at_ = offset_;
  const auto marker = std::to_integer<std::uint8_t>(*second);
  offset_ += fill + 1;
  if (marker == jpeg::kEoi) return stop({offset_, Soundness::complete, "EOI marker"});
  if (!jpeg::is_frame(marker) && !jpeg::is_segment(marker) && marker != jpeg::kSos)
    return contradiction("unexpected marker");
  return take_segment(marker);
}

std::optional<Verdict> JpegWalk::run() {
  constexpr std::array<std::byte, 3> kHeader = {std::byte{0xFF}, std::byte{jpeg::kSoi},
                                                std::byte{0xFF}};
  const auto header = candidate_.at(start_, kHeader.size());
  if (!header || !std::ranges::equal(*header, kHeader)) return std::nullopt;
  offset_ = start_ + 2;
  marker_at_ = offset_;
  while (take_marker()) {
  }
  if (scans_ == 0) return std::nullopt;
  return stopped_;
}

}  // namespace

std::optional<Verdict> validate_jpeg(Candidate& candidate) {
  JpegWalk walk(candidate, 0);
  auto verdict = walk.run();
  if (!verdict || verdict->soundness == Soundness::truncated) return verdict;

  std::size_t present = 0;
  for (const std::uint64_t start : walk.indexed()) {
    if (start < verdict->length) continue;
    JpegWalk further(candidate, start);
    const auto end = further.run();
    if (!end || end->soundness == Soundness::truncated) break;
    ++present;
    verdict->length = end->length;
    if (end->soundness == Soundness::damaged) verdict->soundness = Soundness::damaged;
  }
  if (!walk.indexed().empty())
    verdict->end_reason += ", " + std::to_string(present) + " of " +
                           std::to_string(walk.indexed().size()) +
                           " further images of the MPF index follow";
  return verdict;
}

}  // namespace discern
