// SPDX-License-Identifier: Apache-2.0
// What of ISA-L's decoder (struct inflate_state, igzip_lib.h) is used beyond its plain interface:
//
//   read_in, read_in_length  bits taken from the input and not decoded; those above are zero
//   block_state              NEW_HDR between blocks, HDR inside a header that the input cut,
//                            CODED and TYPE0 inside a block, INPUT_DONE and FINISH at the end
//   tmp_out_buffer           the 32 KiB before the output, then what found no room in it:
//                            [0, tmp_out_processed) was delivered, up to tmp_out_valid was not
//
// It does not stop between blocks. A block whose header says "final" ends the stream, however, so
// that setting this bit (RFC 1951, 3.2.3) in each header makes it stop at each block's end; the
// real bit is kept aside. This is how a position knows where the header of its block begins.
//
// When a match reaches back too far, ISA-L has counted its bytes as output without making them.
//
// To go to a position inside a block, the header is decoded with no room for output, which leaves
// the tables, and then the bit buffer is set to the position. No table is ever kept, so that none
// can be forged.
#include "image/deflate_decoder.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace discern {
namespace {

// HLIT, HDIST, HCLEN, 19 code lengths of 3 bits, 316 of up to 14: at most 571 bytes.
constexpr std::size_t kLongestHeader = 1024;

bool is_error(int status) { return status < 0; }

}  // namespace

struct DeflateDecoder::State {
  inflate_state stream;
  std::vector<std::byte> input;
};

DeflateDecoder::DeflateDecoder(const ByteSource& source, std::uint64_t end, std::size_t block)
    : source_(source),
      end_(std::min(end, source.size())),
      state_(std::make_unique_for_overwrite<State>()) {
  state_->input.resize(block);
}

DeflateDecoder::~DeflateDecoder() = default;

void DeflateDecoder::seek(std::uint64_t bit, std::size_t block) {
  inflate_state& stream = state_->stream;
  next_ = bit / 8;
  readable_ = true;
  stream.avail_in = 0;
  stream.read_in = 0;
  stream.read_in_length = 0;
  const unsigned used = bit % 8;
  if (used == 0 || !refill(block)) return;
  stream.read_in = static_cast<std::uint64_t>(*stream.next_in) >> used;
  stream.read_in_length = static_cast<std::int32_t>(8 - used);
  ++stream.next_in;
  --stream.avail_in;
}

// The next input block; false when there is none.
bool DeflateDecoder::refill(std::size_t block) {
  inflate_state& stream = state_->stream;
  if (!readable_ || next_ >= end_) return false;
  const std::uint64_t wanted = std::min<std::uint64_t>({block, state_->input.size(), end_ - next_});
  const ReadResult got =
      source_.read(next_, std::span(state_->input).first(static_cast<std::size_t>(wanted)));
  std::uint64_t good = got.bytes;
  if (!got.complete()) {
    good = got.bad.front().offset - next_;
    readable_ = false;
  }
  next_ += good;
  stream.next_in = reinterpret_cast<std::uint8_t*>(state_->input.data());
  stream.avail_in = static_cast<std::uint32_t>(good);
  return good > 0;
}

bool DeflateDecoder::go_to(const DeflatePosition& position) {
  inflate_state& stream = state_->stream;
  isal_inflate_init(&stream);
  header_bit_ = position.header_bit;
  final_ = false;
  if (position.bit == position.header_bit) {
    seek(position.bit, state_->input.size());
    return true;
  }
  if (position.header_bit > position.bit || position.bit / 8 > end_) return false;

  // The header is decoded; the first symbol finds no room.
  seek(position.header_bit, kLongestHeader);
  if (stream.avail_in == 0 && !refill(kLongestHeader)) return false;
  std::byte nowhere{};
  stream.next_out = reinterpret_cast<std::uint8_t*>(&nowhere);
  stream.avail_out = 0;
  stream.tmp_out_valid = stream.tmp_out_processed = 2 * ISAL_DEF_HIST_SIZE;
  const int status = isal_inflate(&stream);
  // With no output before, a match as the first symbol reaches back too far.
  if (is_error(status) && status != ISAL_INVALID_LOOKBACK) return false;
  if (stream.block_state == ISAL_BLOCK_HDR) return false;
  const bool stored = stream.block_state == ISAL_BLOCK_TYPE0;
  if (stored != (position.stored_left > 0)) return false;
  if (stored) {
    if (position.bit % 8 != 0 || position.stored_left > 0xFFFF) return false;
    stream.type0_block_len = static_cast<std::int32_t>(position.stored_left);
  } else {
    stream.block_state = ISAL_BLOCK_CODED;  // also when the first symbol ends the block
  }
  stream.write_overflow_len = 0;
  stream.write_overflow_lits = 0;
  stream.copy_overflow_length = 0;
  stream.copy_overflow_distance = 0;
  stream.tmp_in_size = 0;
  seek(position.bit, state_->input.size());
  return true;
}

DeflateRun DeflateDecoder::run(std::byte* out, std::size_t wanted, std::size_t history,
                               bool each_block) {
  inflate_state& stream = state_->stream;
  DeflateRun result;
  for (;;) {
    if (stream.avail_in == 0) refill(state_->input.size());
    if (each_block && stream.block_state == ISAL_BLOCK_NEW_HDR) {
      if (stream.read_in_length == 0) {
        if (stream.avail_in == 0) {
          result.stop = readable_ ? DeflateStop::cut : DeflateStop::unreadable;
          return result;
        }
        stream.read_in = *stream.next_in++;
        stream.read_in_length = 8;
        --stream.avail_in;
      }
      header_bit_ = bit();
      final_ = (stream.read_in & 1U) != 0;
      stream.read_in |= 1U;
    }
    const std::size_t before = std::min(history + result.made, kDeflateHistory);
    if (before > 0) std::memcpy(stream.tmp_out_buffer, out + result.made - before, before);
    stream.tmp_out_valid = stream.tmp_out_processed = static_cast<std::int32_t>(before);
    stream.next_out = reinterpret_cast<std::uint8_t*>(out + result.made);
    stream.avail_out = static_cast<std::uint32_t>(wanted - result.made);
    const std::uint32_t available = stream.avail_in;
    const int status = isal_inflate(&stream);
    result.made = wanted - stream.avail_out;
    const auto pending = static_cast<std::size_t>(stream.tmp_out_valid - stream.tmp_out_processed);
    if (pending > 0)
      std::memcpy(out + result.made, stream.tmp_out_buffer + stream.tmp_out_processed, pending);
    result.made += pending;

    const auto stop = [&](DeflateStop why) {
      result.stop = why;
      return result;
    };
    if (status == ISAL_INVALID_LOOKBACK) return stop(DeflateStop::too_far);
    if (is_error(status)) return stop(DeflateStop::invalid);
    const bool done =
        stream.block_state == ISAL_BLOCK_INPUT_DONE || stream.block_state == ISAL_BLOCK_FINISH;
    if (done && each_block && !final_) {
      stream.block_state = ISAL_BLOCK_NEW_HDR;
      stream.bfinal = 0;
      header_bit_ = bit();
      return stop(DeflateStop::block_end);
    }
    if (done) return stop(DeflateStop::stream_end);
    if (result.made >= wanted) return stop(DeflateStop::full);
    if (stream.avail_in > 0 && stream.avail_in == available) return stop(DeflateStop::invalid);
    if (stream.avail_in == 0 && (!readable_ || next_ >= end_))
      return stop(readable_ ? DeflateStop::cut : DeflateStop::unreadable);
  }
}

std::uint64_t DeflateDecoder::bit() const {
  const inflate_state& stream = state_->stream;
  return 8 * (next_ - stream.avail_in) -
         static_cast<std::uint64_t>(std::max(stream.read_in_length, 0));
}

DeflatePosition DeflateDecoder::position() const {
  const inflate_state& stream = state_->stream;
  DeflatePosition position{bit(), header_bit_, 0};
  if (stream.block_state == ISAL_BLOCK_HDR || stream.block_state == ISAL_BLOCK_NEW_HDR)
    position.bit = position.header_bit;
  if (stream.block_state == ISAL_BLOCK_TYPE0)
    position.stored_left = static_cast<std::uint32_t>(stream.type0_block_len);
  return position;
}

}  // namespace discern
