// SPDX-License-Identifier: Apache-2.0
// The libtsk of the program that we were loaded into.
//
// This library is not linked with libtsk: the loader puts it into every child of a script, where
// no libtsk is wanted, and the program's libtsk may be another version than the one we were
// compiled against. Functions are looked up when they are first called.
#ifndef DISCERN_PLUGIN_TSK_LIBTSK_CALLS_H
#define DISCERN_PLUGIN_TSK_LIBTSK_CALLS_H

namespace discern {

// Whether the program was linked with libtsk.
bool program_has_libtsk() noexcept;

// To be told of the return address of each exported function: when libtsk came by dlopen() with
// RTLD_LOCAL (Java, Python), only the caller's own libraries lead to it.
void note_caller(const void* address) noexcept;

// The libtsk function behind ours; null when there is none.
void* find_libtsk_function(const char* name) noexcept;

template <class Function>
Function* libtsk_function(const char* name) noexcept {
  return reinterpret_cast<Function*>(find_libtsk_function(name));
}

}  // namespace discern

#endif
