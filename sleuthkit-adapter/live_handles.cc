// SPDX-License-Identifier: Apache-2.0
#include "live_handles.h"

#include <atomic>

namespace discern {
namespace {

struct Slot {
  std::atomic<const void*> handle = nullptr;
  Slot* next = nullptr;
};

std::atomic<Slot*> first_slot = nullptr;

Slot* find(const void* handle) noexcept {
  Slot* slot = first_slot.load(std::memory_order_acquire);
  while (slot && slot->handle.load(std::memory_order_acquire) != handle) slot = slot->next;
  return slot;
}

}  // namespace

void add_live_handle(const void* handle) {
  for (Slot* free = find(nullptr); free; free = find(nullptr)) {
    const void* expected = nullptr;
    if (free->handle.compare_exchange_strong(expected, handle)) return;
  }
  Slot* const slot = new Slot;
  slot->handle = handle;
  slot->next = first_slot.load();
  while (!first_slot.compare_exchange_weak(slot->next, slot)) {
  }
}

void remove_live_handle(const void* handle) noexcept {
  if (Slot* const slot = find(handle)) slot->handle = nullptr;
}

bool is_live_handle(const void* handle) noexcept { return handle && find(handle); }

}  // namespace discern
