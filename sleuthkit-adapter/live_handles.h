// SPDX-License-Identifier: Apache-2.0
// The handles that are open now. A pointer from a program may be any TSK_IMG_INFO, also one that
// is smaller than ours, so nothing behind it may be looked at before it is found here.
//
// Process-wide, like the pointers themselves. Readers take no lock: slots are reused, never freed.
#ifndef DISCERN_LIVE_HANDLES_H
#define DISCERN_LIVE_HANDLES_H

namespace discern {

void add_live_handle(const void* handle);
void remove_live_handle(const void* handle) noexcept;
bool is_live_handle(const void* handle) noexcept;

}  // namespace discern

#endif
