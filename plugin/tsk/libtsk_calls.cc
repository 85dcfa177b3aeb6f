// SPDX-License-Identifier: Apache-2.0
#include "libtsk_calls.h"

#include <dlfcn.h>
#include <tsk/libtsk.h>

#include <atomic>
#include <cstdarg>

namespace discern {
namespace {

// Of the library that called us, when libtsk is not in the program's global scope.
std::atomic<void*> caller_library = nullptr;

}  // namespace

bool program_has_libtsk() noexcept { return dlsym(RTLD_NEXT, "tsk_img_open_external") != nullptr; }

void note_caller(const void* address) noexcept {
  static const bool global = program_has_libtsk();
  if (global || caller_library.load()) return;
  Dl_info info = {};
  if (dladdr(address, &info) != 0) caller_library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
}

void* find_libtsk_function(const char* name) noexcept {
  if (void* const function = dlsym(RTLD_NEXT, name)) return function;
  void* const library = caller_library.load();
  return library ? dlsym(library, name) : nullptr;
}

}  // namespace discern

// ---- what the adapter calls ---------------------------------------------------------------------
// Not exported: inside this library these stand where libtsk's would be linked.

extern "C" {

TSK_IMG_INFO* tsk_img_open_external(void* handle, TSK_OFF_T size, unsigned int sector_size,
                                    ssize_t (*read)(TSK_IMG_INFO*, TSK_OFF_T, char*, size_t),
                                    void (*close)(TSK_IMG_INFO*),
                                    void (*imgstat)(TSK_IMG_INFO*, FILE*)) {
  static auto* const next =
      discern::libtsk_function<decltype(tsk_img_open_external)>("tsk_img_open_external");
  return next ? next(handle, size, sector_size, read, close, imgstat) : nullptr;
}

void tsk_img_close(TSK_IMG_INFO* info) {
  static auto* const next = discern::libtsk_function<decltype(tsk_img_close)>("tsk_img_close");
  if (next) next(info);
}

void tsk_error_reset() {
  static auto* const next = discern::libtsk_function<decltype(tsk_error_reset)>("tsk_error_reset");
  if (next) next();
}

void tsk_error_set_errno(uint32_t number) {
  static auto* const next =
      discern::libtsk_function<decltype(tsk_error_set_errno)>("tsk_error_set_errno");
  if (next) next(number);
}

void tsk_error_set_errstr(const char* format, ...) {
  static auto* const next =
      discern::libtsk_function<decltype(tsk_error_vset_errstr)>("tsk_error_vset_errstr");
  std::va_list arguments;
  va_start(arguments, format);
  if (next) next(format, arguments);
  va_end(arguments);
}

char* tsk_error_get_errstr() {
  static auto* const next =
      discern::libtsk_function<decltype(tsk_error_get_errstr)>("tsk_error_get_errstr");
  static char none[] = "";
  return next ? next() : none;
}

}  // extern "C"
