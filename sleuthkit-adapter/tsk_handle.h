// SPDX-License-Identifier: Apache-2.0
// The struct behind a TSK_IMG_INFO* of ours, and the three functions that TSK calls on it.
//
// tsk_img_open_external() wants "a TSK_IMG_INFO as the first member" of a zeroed allocation. What
// it writes there depends on the libtsk that runs, not on the headers we were compiled against:
//
//   4.11, 4.12, 4.13.0, 4.14.0   TSK_IMG_INFO is 2,097,896 bytes, cache and callbacks inside
//   4.13.1, develop since 2025   TSK_IMG_INFO is 40 bytes; libtsk writes a private 640-byte
//                                structure that starts with it, beyond the public one's end
//
// A library that is preloaded meets either, whichever headers it was built with. So ours come after
// `room`, behind the end of both, and of TSK's part only the members are touched that stand at the
// same place in every version: itype, num_img, images.
#ifndef DISCERN_TSK_HANDLE_H
#define DISCERN_TSK_HANDLE_H

#include <tsk/libtsk.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include "discern/image.h"

namespace discern {

struct TskHandleState {
  std::shared_ptr<const Image> image;
  View view;
  std::mutex mutex;
  std::vector<ByteRange> unreadable;  // merged; guarded by mutex
};

inline constexpr std::size_t kLargestImageInfo = 2'097'896;  // bytes, of any libtsk
inline constexpr std::size_t kSpare = 4096;                  // for what a newer one may add

struct TskHandle {
  TSK_IMG_INFO tsk;
  // Zeroed pages that nobody touches cost no memory.
  std::byte
      room[(sizeof(TSK_IMG_INFO) < kLargestImageInfo ? kLargestImageInfo - sizeof(TSK_IMG_INFO)
                                                     : 0) +
           kSpare];
  TskHandleState* state;
};
static_assert(std::is_standard_layout_v<TskHandle> && std::is_trivial_v<TskHandle>);
static_assert(offsetof(TskHandle, tsk) == 0);
static_assert(offsetof(TskHandle, state) >= kLargestImageInfo + kSpare);

inline TskHandle& handle_of(TSK_IMG_INFO* info) { return *reinterpret_cast<TskHandle*>(info); }

// A zeroed handle with `state`, given to tsk_img_open_external(); null with TSK's error set.
TSK_IMG_INFO* open_handle(std::unique_ptr<TskHandleState> state, const std::string& name,
                          std::uint32_t sector_size);

}  // namespace discern

#endif
