// SPDX-License-Identifier: Apache-2.0
#include "image/payload_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace discern {
namespace {

// Huge pages were tried for large payloads and cost more than the page faults that they spare.
constexpr std::uint64_t kFirstCapacity = 4ULL << 20U;  // a floppy never grows

class PayloadSource final : public ByteSource {
 public:
  PayloadSource(PayloadMemory memory, std::string file)
      : memory_(std::move(memory)), file_(std::move(file)) {}

  std::uint64_t size() const override { return memory_.size(); }

  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    if (offset >= size()) return {};
    const std::uint64_t length = std::min<std::uint64_t>(buffer.size(), size() - offset);
    const auto part = slice(memory_.bytes(), offset, length);
    if (part && !part->empty()) std::memcpy(buffer.data(), part->data(), part->size());
    return {static_cast<std::size_t>(length)};
  }

  std::optional<Bytes> view(std::uint64_t offset, std::uint64_t length) const override {
    return slice(memory_.bytes(), offset, length);
  }

  Location locate(std::uint64_t offset) const override {
    return {file_, std::nullopt, size() - offset, std::nullopt};
  }

 private:
  PayloadMemory memory_;
  std::string file_;
};

}  // namespace

PayloadMemory::PayloadMemory(PayloadMemory&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

PayloadMemory& PayloadMemory::operator=(PayloadMemory&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

PayloadMemory::~PayloadMemory() {
  if (base_) munmap(base_, static_cast<std::size_t>(capacity_));
}

std::span<std::byte> PayloadMemory::room(std::uint64_t at_most) {
  if (size_ == capacity_ && at_most > 0) {
    const std::uint64_t wanted = capacity_ == 0 ? kFirstCapacity : capacity_ + capacity_ / 2;
    const auto length = static_cast<std::size_t>(wanted);
    void* const moved =
        base_ ? mremap(base_, static_cast<std::size_t>(capacity_), length, MREMAP_MAYMOVE)
              : mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (moved == MAP_FAILED) return {};
    base_ = static_cast<std::byte*>(moved);
    capacity_ = wanted;
  }
  const std::uint64_t left = std::min(capacity_ - size_, at_most);
  return {base_ + size_, static_cast<std::size_t>(left)};
}

void PayloadMemory::cut(std::uint64_t size) { size_ = std::min(size_, size); }

SourcePtr payload_source(PayloadMemory memory, std::string file) {
  return std::make_shared<PayloadSource>(std::move(memory), std::move(file));
}

}  // namespace discern
