// SPDX-License-Identifier: Apache-2.0
#include "source/page_faults.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "discern/source.h"

namespace discern {

// Slots form a list that only grows; a slot whose mapping is gone is used again. The handler walks
// the list without locks, at any time, in any thread.
struct FaultWatch::Slot {
  std::atomic<std::uintptr_t> base = 0;  // 0: free
  std::atomic<std::size_t> length = 0;
  // One byte a page. Anonymous memory that costs nothing until a page of it is written.
  std::atomic<std::atomic<std::uint8_t>*> marks = nullptr;
  std::atomic<std::uint64_t> count = 0;
  Slot* next = nullptr;
};

namespace {

std::atomic<FaultWatch::Slot*> first_slot = nullptr;
std::mutex registration;
struct sigaction previous_action;
const std::size_t page_size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));

bool replace_page(std::uintptr_t address) {
  for (FaultWatch::Slot* slot = first_slot.load(); slot; slot = slot->next) {
    const std::uintptr_t base = slot->base.load();
    if (base == 0 || address < base || address - base >= slot->length.load()) continue;
    const std::uintptr_t page = address & ~(page_size - 1);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the faulting address came as a number
    void* const zeros = mmap(reinterpret_cast<void*>(page), page_size, PROT_READ,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) return false;
    slot->marks.load()[(page - base) / page_size].store(1);
    slot->count.fetch_add(1);
    return true;
  }
  return false;
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
  // si_code <= 0: sent by a process, about no address.
  if (info->si_code > 0 && replace_page(reinterpret_cast<std::uintptr_t>(info->si_addr))) return;
  if (previous_action.sa_flags & SA_SIGINFO) {
    previous_action.sa_sigaction(signal, info, context);
  } else if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(signal);
  } else {
    // The process ends as it would have without us: returning repeats the access, a sent signal is
    // sent again.
    struct sigaction fallback = {};
    fallback.sa_handler = SIG_DFL;
    sigaction(SIGBUS, &fallback, nullptr);
    if (info->si_code <= 0) raise(signal);
  }
}

void install_handler() {
  struct sigaction action = {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous_action);
}

FaultWatch::Slot* take_slot() {
  static const bool installed = (install_handler(), true);
  (void)installed;
  for (FaultWatch::Slot* slot = first_slot.load(); slot; slot = slot->next)
    if (slot->base.load() == 0 && slot->marks.load() == nullptr) return slot;
  auto* slot = new FaultWatch::Slot;
  slot->next = first_slot.load();
  first_slot.store(slot);
  return slot;
}

std::size_t pages(std::size_t length) { return (length + page_size - 1) / page_size; }

}  // namespace

FaultWatch::FaultWatch(const std::byte* base, std::size_t length) {
  const std::lock_guard lock(registration);
  void* const marks = mmap(nullptr, pages(length), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  slot_ = nullptr;
  if (marks == MAP_FAILED) return;
  slot_ = take_slot();
  slot_->count.store(0);
  slot_->length.store(length);
  slot_->marks.store(static_cast<std::atomic<std::uint8_t>*>(marks));
  slot_->base.store(reinterpret_cast<std::uintptr_t>(base));
}

FaultWatch::~FaultWatch() {
  if (!slot_) return;
  const std::lock_guard lock(registration);
  slot_->base.store(0);
  munmap(slot_->marks.load(), pages(slot_->length.load()));
  slot_->marks.store(nullptr);
}

bool FaultWatch::armed() const { return slot_ != nullptr; }

bool FaultWatch::clean() const { return slot_->count.load() == 0; }

std::vector<ByteRange> FaultWatch::failed(ByteRange range) const {
  if (clean() || range.length == 0) return {};
  std::vector<ByteRange> result;
  const auto* marks = slot_->marks.load();
  const std::uint64_t last = (range.end() - 1) / page_size;
  for (std::uint64_t page = range.offset / page_size; page <= last; ++page) {
    if (marks[page].load() == 0) continue;
    const std::uint64_t from = std::max<std::uint64_t>(range.offset, page * page_size);
    const std::uint64_t to = std::min<std::uint64_t>(range.end(), (page + 1) * page_size);
    result.push_back({from, to - from});
  }
  return merged(std::move(result));
}

}  // namespace discern
