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
// one, which then belong to the file.
//
// There is no checksum, but the scans are decoded (jpeg_scan.cc): bytes that are none of theirs
// make the file damaged, and truncated from there on when no end follows. Restart markers out of
// turn do so as well, also in the scans that are not decoded.
// Source: ITU-T T.81 (ISO/IEC 10918-1) Annex B.
#include <algorithm>
#include <array>
#include <boost/endian/arithmetic.hpp>
#include <cstring>
#include <string>
#include <utility>

#include "carve/jpeg_trailers.h"
#include "carve/jpeg_walk.h"
#include "carve/validators.h"

namespace discern {
namespace {

using boost::endian::big_uint16_t;

constexpr std::uint64_t kFillLimit = 64;                       // FF bytes before a marker
constexpr std::uint64_t kScanSlack = std::uint64_t{64} << 10;  // for restart markers and fill bytes
constexpr std::size_t kImagesLimit = 64;                       // that an index may add

// Where a run of bytes begins that no scan has: zeros, or text. `end` when there is none before.
std::uint64_t foreign_run(Candidate& candidate, std::uint64_t begin, std::uint64_t end) {
  constexpr std::uint64_t kZeros = 48;
  constexpr std::uint64_t kText = 192;
  std::uint64_t zeros = 0;
  std::uint64_t text = 0;
  for (std::uint64_t at = begin; at < end;) {
    const auto bytes = candidate.upto(at, std::min(end - at, kWindow));
    if (!bytes) return end;
    for (const std::byte byte : *bytes) {
      ++at;
      const auto value = std::to_integer<unsigned>(byte);
      zeros = value == 0 ? zeros + 1 : 0;
      const bool printed = (value >= 0x20 && value < 0x7F) || (value >= 9 && value <= 13);
      text = printed ? text + 1 : 0;
      if (zeros == kZeros) return at - kZeros;
      if (text == kText) return at - kText;
    }
  }
  return end;
}

// Where the image begins that an index places at `indexed`. Editors change the first image's length
// and leave the index: then it is looked for close behind `end`, that of the image before.
std::uint64_t image_near(Candidate& candidate, std::uint64_t indexed, std::uint64_t end) {
  constexpr std::uint64_t kNear = 64;
  constexpr std::string_view kStart = "\xFF\xD8\xFF";
  if (has_at(candidate, indexed, kStart)) return indexed;
  const auto bytes = candidate.upto(end, kNear);
  const auto at = bytes ? as_text(*bytes).find(kStart) : std::string_view::npos;
  return at == std::string_view::npos ? indexed : end + at;
}

}  // namespace

bool JpegWalk::stop(Verdict verdict) {
  const bool complete = verdict.soundness == Soundness::complete;
  const auto with = [&](std::uint64_t at, const std::string& what) {
    if (complete)
      verdict = {verdict.length, Soundness::damaged, what + ", then " + verdict.end_reason};
    else
      verdict = {std::min(at, candidate_->size()), Soundness::truncated, what};
  };
  if (wrong_) {
    with(wrong_->offset, wrong_->what + " at " + std::to_string(wrong_->offset));
    verdict.suspect = wrong_->suspect;
  } else if (out_of_turn_) {
    with(*out_of_turn_, "restart marker out of turn at " + std::to_string(*out_of_turn_));
  }
  stopped_ = std::move(verdict);
  return false;
}

// The scan is not what an encoder writes: `begin` is where its data begin, `at` where that shows.
void JpegWalk::wrong(std::uint64_t begin, std::uint64_t at, const char* what) {
  // Wrong bytes show after some hundred of them, mostly.
  constexpr std::uint64_t kBack = std::uint64_t{48} << 10;
  const std::uint64_t foreign = foreign_run(*candidate_, begin, at);
  const std::uint64_t from = foreign - std::min(kBack, foreign - begin);
  // By chance the last right bytes look like the run.
  constexpr std::uint64_t kLikeIt = 64;
  wrong_ = Wrong{foreign, what, {from, foreign - from + kLikeIt}};
}

// True when the scan is to be looked through for the marker that ends it.
bool JpegWalk::decode_scan(std::uint64_t pause) {
  const jpeg::ScanEnd end = scan_->run(*candidate_, tables_, coefficients_, pause);
  if (end == jpeg::ScanEnd::open) return false;
  const std::uint64_t at = scan_->offset();
  if (end == jpeg::ScanEnd::complete) {
    if (scan_->out_of_turn() && !out_of_turn_) out_of_turn_ = at;
    offset_ = at;
    decoded_ = true;
  } else if (end != jpeg::ScanEnd::unreadable) {
    wrong(scan_begin_, at,
          end == jpeg::ScanEnd::early ? "scan ends before its last block"
                                      : "no such code in the scan");
  }
  scan_.reset();
  return true;
}

bool JpegWalk::skip_scan() {
  constexpr std::uint64_t kSurplus = 256;  // some writers pad
  const std::uint64_t begin = offset_;
  const bool decoded = std::exchange(decoded_, false);
  std::uint64_t believed = begin;  // behind the last FF, which random bytes and zeros lack
  next_restart_ = 0;
  std::uint64_t reach = kFirstWindow;
  while (true) {
    const auto window = candidate_->upto(offset_, reach);
    reach = std::min(reach * 2, kWindow);
    if (!window) return stop(broken_off(*candidate_, offset_, 1));
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
        if (!decoded) take_restart(second, offset_ + at);
        at += 2;
      } else {
        offset_ += at;
        if (decoded && offset_ - begin > kSurplus)
          wrong(scan_begin_, offset_, "scan goes on behind its last block");
        return true;
      }
    }
    // An FF at the very end is looked at again, with its second byte.
    if (at == 0) return stop(broken_off(*candidate_, offset_, 2));
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
  const auto length = record_at<big_uint16_t>(*candidate_, at);
  if (!length) return stop(broken_off(*candidate_, at, sizeof(big_uint16_t)));
  if (*length < sizeof(big_uint16_t)) return contradiction("segment too short");
  offset_ = at + *length;
  if (offset_ > candidate_->size()) return stop(broken_off(*candidate_, at, *length));
  // Metadata is stepped over, not read: what is unreadable in it does not end the file.
  if (marker == jpeg::kApp2) take_index(at + sizeof(big_uint16_t), *length - sizeof(big_uint16_t));
  if (marker >= jpeg::kApp0) return true;

  const std::uint64_t size = *length - sizeof(big_uint16_t);
  const auto body = candidate_->at(at + sizeof(big_uint16_t), size);
  if (size == 0) return contradiction("empty segment");
  if (!body) return stop(broken_off(*candidate_, at + sizeof(big_uint16_t), size));
  if (jpeg::is_frame(marker)) {
    frame_ = jpeg::parse_frame(marker, *body);
    if (frame_ && frame_->progressive) coefficients_ = jpeg::coefficients_of(*frame_, *candidate_);
    if (frame_ && frame_->progressive && coefficients_.blocks.empty()) frame_->huffman = false;
    return frame_ || contradiction("impossible frame header");
  }
  if (marker == jpeg::kSos) {
    if (!jpeg::plausible_scan(*frame_, *body)) return contradiction("impossible scan header");
    ++scans_;
    scan_begin_ = offset_;
    if (!wrong_) scan_ = jpeg::ScanDecoder::start(*frame_, tables_, *body, offset_);
    return scan_ || skip_scan();
  }
  if (!jpeg::plausible_tables(marker, *body)) return contradiction("impossible table");
  if (marker == jpeg::kDri) {
    tables_.restart_interval = *read_record<big_uint16_t>(*body);
    restarts_ = tables_.restart_interval != 0;
  }
  if (marker == jpeg::kDht) jpeg::take_huffman_tables(*body, tables_);
  return true;
}

// The payload of an APP2 segment.
void JpegWalk::take_index(std::uint64_t offset, std::uint64_t size) {
  const auto bytes = candidate_->at(offset, size);
  if (!bytes || !indexed_.empty()) return;
  indexed_ = jpeg::parse_multi_picture_index(*bytes);
  if (indexed_.size() > kImagesLimit) indexed_.resize(kImagesLimit);
  constexpr std::uint64_t kIdentifier = 4;
  for (std::uint64_t& image : indexed_) image += offset + kIdentifier;
}

// False when the walk ends, as stopped_ says.
bool JpegWalk::take_marker() {
  const auto bytes = candidate_->upto(offset_, kFillLimit);
  if (!bytes) return stop(broken_off(*candidate_, offset_, 2));
  const std::uint64_t previous = marker_at_;
  const auto second =
      std::ranges::find_if(*bytes, [](std::byte byte) { return byte != std::byte{0xFF}; });
  const auto fill = static_cast<std::uint64_t>(second - bytes->begin());
  if (second == bytes->end() && offset_ + fill >= candidate_->size())
    return stop(broken_off(*candidate_, offset_, kFillLimit));
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

bool JpegWalk::run(std::uint64_t pause) {
  constexpr std::array<std::byte, 3> kHeader = {std::byte{0xFF}, std::byte{jpeg::kSoi},
                                                std::byte{0xFF}};
  if (offset_ == start_) {
    const auto header = candidate_->at(start_, kHeader.size());
    if (!header || !std::ranges::equal(*header, kHeader)) return true;
    offset_ = start_ + 2;
    marker_at_ = offset_;
  }
  while (true) {
    if (scan_) {
      if (!decode_scan(pause)) return false;
      if (!skip_scan()) return true;
    }
    if (!take_marker()) return true;
  }
}

// The verdict on the file whose first image `walk` has gone through.
std::optional<Verdict> jpeg_verdict(Candidate& candidate, const JpegWalk& walk) {
  auto verdict = walk.verdict();
  if (!verdict || verdict->soundness == Soundness::truncated) return verdict;

  std::size_t present = 0;
  for (const std::uint64_t indexed : walk.indexed()) {
    if (indexed < verdict->length) continue;
    const std::uint64_t start = image_near(candidate, indexed, verdict->length);
    JpegWalk further(candidate, start);
    further.run();
    const auto end = further.verdict();
    if (!end || end->soundness == Soundness::truncated) {
      if (end && verdict->soundness == Soundness::complete) verdict->suspect = end->suspect;
      break;
    }
    ++present;
    verdict->length = end->length;
    if (end->soundness == Soundness::complete) continue;
    if (verdict->soundness == Soundness::complete) verdict->suspect = end->suspect;
    verdict->soundness = Soundness::damaged;
  }
  if (!walk.indexed().empty())
    verdict->end_reason += ", " + std::to_string(present) + " of " +
                           std::to_string(walk.indexed().size()) +
                           " further images of the MPF index follow";
  verdict->length = jpeg::behind_trailers(candidate, verdict->length);
  return verdict;
}

std::optional<Verdict> validate_jpeg(Candidate& candidate) {
  JpegWalk walk(candidate, 0);
  walk.run();
  return jpeg_verdict(candidate, walk);
}

}  // namespace discern
