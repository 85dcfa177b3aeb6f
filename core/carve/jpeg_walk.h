// SPDX-License-Identifier: Apache-2.0
// From marker to marker of a JPEG image.
#ifndef DISCERN_CARVE_JPEG_WALK_H
#define DISCERN_CARVE_JPEG_WALK_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "carve/jpeg_scan.h"
#include "discern/carve.h"

namespace discern {

// A copy goes on from where the original stands, over another candidate when rebase() is called:
// one whose bytes up to there are the same.
class JpegWalk {
 public:
  JpegWalk(Candidate& candidate, std::uint64_t start)
      : candidate_(&candidate), start_(start), offset_(start) {}

  // Goes on to the end of the image, from SOI to EOI. False when it stopped before, in a scan, as
  // the byte at `pause` was about to be looked at.
  bool run(std::uint64_t pause = UINT64_MAX);
  void rebase(Candidate& candidate) { candidate_ = &candidate; }

  // Behind run(): the length counts from the candidate's first byte. Nothing when no scan begins.
  std::optional<Verdict> verdict() const {
    return scans_ == 0 ? std::nullopt : std::optional<Verdict>(stopped_);
  }
  // Images that its index places behind it, as offsets in the candidate.
  const std::vector<std::uint64_t>& indexed() const { return indexed_; }

 private:
  struct Wrong {
    std::uint64_t offset = 0;
    std::string what = {};
    ByteRange suspect = {};
  };
  bool take_marker();
  bool take_segment(std::uint8_t marker);
  void take_index(std::uint64_t offset, std::uint64_t size);
  bool decode_scan(std::uint64_t pause);
  bool skip_scan();
  void take_restart(std::uint8_t marker, std::uint64_t at);
  void wrong(std::uint64_t begin, std::uint64_t at, const char* what);
  bool stop(Verdict verdict);
  bool contradiction(const char* what) {
    return stop({marker_at_, Soundness::truncated,
                 what + std::string(" at ") + std::to_string(marker_at_)});
  }

  Candidate* candidate_;
  std::uint64_t start_;
  std::uint64_t offset_;
  std::uint64_t marker_at_ = 0;  // of the marker being looked at: what is before it is believed
  std::optional<jpeg::Frame> frame_ = {};
  jpeg::Tables tables_ = {};
  jpeg::Coefficients coefficients_ = {};
  std::optional<jpeg::ScanDecoder> scan_ = {};  // the one that is being decoded
  std::uint64_t scan_begin_ = 0;
  bool decoded_ = false;
  bool restarts_ = false;
  unsigned next_restart_ = 0;
  std::uint64_t scans_ = 0;
  std::optional<std::uint64_t> out_of_turn_ = {};
  std::optional<Wrong> wrong_ = {};
  std::vector<std::uint64_t> indexed_ = {};
  Verdict stopped_ = {};
};

// The verdict on a file whose first image `walk` has gone through.
std::optional<Verdict> jpeg_verdict(Candidate& candidate, const JpegWalk& walk);

}  // namespace discern

#endif
