// SPDX-License-Identifier: Apache-2.0
// LZHUF, as Haruyasu Yoshizaki published it in 1988 on top of Haruhiko Okumura's LZSS, and as
// Teledisk uses it ("advanced compression").
//
// The text is a sequence of symbols: 0..255 are bytes, 256..313 stand for a copy of 3..60 bytes
// from the last 4096, which begin as blanks. A copy is followed by its distance - 1: the upper 6
// bits in a fixed prefix code (1 value of 3 bits, 3 of 4, 8 of 5, 12 of 6, 24 of 7, 16 of 8, in
// ascending order), the lower 6 bits as they are. Symbols have adaptive Huffman codes: all begin
// with frequency 1; after each symbol the frequencies on its way to the root grow by one and nodes
// change places so that they stay sorted; when the root reaches 32768 all frequencies are halved
// and the tree is built anew. Bits are taken from the top of each byte.
#include "image/lzhuf.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

namespace discern {
namespace {

constexpr unsigned kSymbols = 314;
constexpr unsigned kNodes = 2 * kSymbols - 1;
constexpr unsigned kRoot = kNodes - 1;
constexpr unsigned kMostFrequent = 0x8000;
constexpr unsigned kWindow = 4096;
constexpr unsigned kFirstWrite = kWindow - 60;
constexpr unsigned kFirstCopy = 256;
constexpr unsigned kShortestCopy = 3;

class Bits {
 public:
  explicit Bits(Bytes bytes) : bytes_(bytes) {}
  // Zeros follow the end.
  unsigned next() {
    const std::size_t index = at_ / 8;
    const unsigned byte = index < bytes_.size() ? std::to_integer<unsigned>(bytes_[index]) : 0;
    return byte >> (7 - at_++ % 8) & 1;
  }
  unsigned next(unsigned count) {
    unsigned value = 0;
    while (count-- > 0) value = value << 1 | next();
    return value;
  }
  bool ended() const { return at_ >= bytes_.size() * 8; }
  bool overran() const { return at_ > bytes_.size() * 8; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

// Nodes are sorted by frequency. `child_[n]` is the left of two neighbouring children, or
// kNodes + symbol on a leaf; `parent_` is of nodes and, from kNodes on, of symbols.
class Tree {
 public:
  Tree() {
    for (unsigned symbol = 0; symbol < kSymbols; ++symbol) {
      frequency_[symbol] = 1;
      child_[symbol] = kNodes + symbol;
    }
    for (unsigned node = kSymbols, left = 0; node < kNodes; ++node, left += 2) {
      frequency_[node] = frequency_[left] + frequency_[left + 1];
      child_[node] = left;
    }
    frequency_[kNodes] = ~0U;  // stops every search
    link_parents();
  }

  unsigned decode(Bits& bits) {
    unsigned node = child_[kRoot];
    while (node < kNodes) node = child_[node + bits.next()];
    const unsigned symbol = node - kNodes;
    count(symbol);
    return symbol;
  }

 private:
  void link_parents() {
    for (unsigned node = 0; node < kNodes; ++node) adopt(node);
  }
  void adopt(unsigned node) {
    parent_[child_[node]] = node;
    if (child_[node] < kNodes) parent_[child_[node] + 1] = node;
  }

  void count(unsigned symbol) {
    if (frequency_[kRoot] == kMostFrequent) halve();
    for (unsigned node = parent_[kNodes + symbol];; node = parent_[node]) {
      const unsigned now = ++frequency_[node];
      unsigned last = node;
      while (frequency_[last + 1] < now) ++last;
      if (last != node) {
        std::swap(frequency_[node], frequency_[last]);
        std::swap(child_[node], child_[last]);
        adopt(node);
        adopt(last);
        node = last;
      }
      if (node == kRoot) return;
    }
  }

  void halve() {
    unsigned leaves = 0;
    for (unsigned node = 0; node < kNodes; ++node)
      if (child_[node] >= kNodes) {
        frequency_[leaves] = (frequency_[node] + 1) / 2;
        child_[leaves++] = child_[node];
      }
    // Each pair's parent goes behind the last node that is not more frequent.
    for (unsigned node = kSymbols, left = 0; node < kNodes; ++node, left += 2) {
      const unsigned sum = frequency_[left] + frequency_[left + 1];
      unsigned place = node;
      while (frequency_[place - 1] > sum) --place;
      std::copy_backward(frequency_.begin() + place, frequency_.begin() + node,
                         frequency_.begin() + node + 1);
      std::copy_backward(child_.begin() + place, child_.begin() + node, child_.begin() + node + 1);
      frequency_[place] = sum;
      child_[place] = left;
    }
    link_parents();
  }

  std::array<unsigned, kNodes + 1> frequency_ = {};
  std::array<unsigned, kNodes> child_ = {};
  std::array<unsigned, kNodes + kSymbols> parent_ = {};
};

unsigned distance_less_one(Bits& bits) {
  static constexpr std::array<unsigned, 9> kOfLength = {0, 0, 0, 1, 3, 8, 12, 24, 16};
  unsigned code = 0;
  unsigned first = 0;  // code of the first value of this length
  unsigned value = 0;  // that value
  for (unsigned length = 1; length < kOfLength.size(); ++length) {
    code = code << 1 | bits.next();
    first <<= 1;
    if (code - first < kOfLength[length]) return (value + code - first) << 6 | bits.next(6);
    first += kOfLength[length];
    value += kOfLength[length];
  }
  return 0;  // the code is complete: every 8 bits decode
}

}  // namespace

std::vector<std::byte> expand_lzhuf(Bytes packed, std::size_t most) {
  std::vector<std::byte> text;
  Bits bits(packed);
  Tree tree;
  std::array<std::byte, kWindow> window;
  window.fill(std::byte{' '});
  unsigned at = kFirstWrite;
  const auto put = [&](std::byte byte) {
    text.push_back(byte);
    window[at] = byte;
    at = (at + 1) % kWindow;
  };
  while (!bits.ended() && text.size() < most) {
    const unsigned symbol = tree.decode(bits);
    if (bits.overran()) break;
    if (symbol < kFirstCopy) {
      put(static_cast<std::byte>(symbol));
      continue;
    }
    unsigned from = (at - distance_less_one(bits) - 1) % kWindow;
    if (bits.overran()) break;
    for (unsigned left = symbol - kFirstCopy + kShortestCopy; left > 0 && text.size() < most;
         --left) {
      put(window[from]);
      from = (from + 1) % kWindow;
    }
  }
  return text;
}

}  // namespace discern
