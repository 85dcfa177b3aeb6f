// SPDX-License-Identifier: Apache-2.0
// Loaded in front of a program (LD_PRELOAD), makes one call of the C library fail, so that a test
// can let the 1st, 2nd, 3rd ... of a kind fail, until the program needs no more of them. Sits at
// the border that libdiscern, libewf, libtsk, SQLite and the C++ library share, and leaves the
// program under test the one that is shipped.
//
//   DISCERN_FAIL=KIND:N        the N-th call of this kind since main() fails; 0: none, only counted
//   DISCERN_FAIL=read:N+map    the same, and files cannot be mapped, so that all is read
//   DISCERN_FAIL_COUNT=FILE    where the number of calls of the kind is written at the end
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

enum class Kind { none, open, read, map, write, sync, name, allocate };
struct Row {
  const char* name;
  Kind kind;
  int error;
};
constexpr Row kRows[] = {
    {"open", Kind::open, EIO},
    {"read", Kind::read, EIO},
    {"map", Kind::map, ENOMEM},
    {"write", Kind::write, ENOSPC},
    {"sync", Kind::sync, EIO},
    {"name", Kind::name, ENOSPC},
    {"allocate", Kind::allocate, ENOMEM},
};

Row failing = {"", Kind::none, 0};
unsigned long nth = 0;
bool no_maps = false;
int count_file = -1;
std::atomic<bool> armed = false;
std::atomic<unsigned long> calls = 0;

// True: the call is to fail; errno is set.
bool fails(Kind kind) {
  if (!armed.load() || kind != failing.kind || calls.fetch_add(1) + 1 != nth) return false;
  errno = failing.error;
  return true;
}

void read_environment() {
  const char* const wanted = getenv("DISCERN_FAIL");
  if (!wanted) return;
  for (const Row& row : kRows) {
    const size_t length = strlen(row.name);
    if (strncmp(wanted, row.name, length) != 0 || wanted[length] != ':') continue;
    failing = row;
    nth = strtoul(wanted + length + 1, nullptr, 10);
  }
  no_maps = strstr(wanted, "+map") != nullptr;
  // Now, since the sandbox of the program would refuse it at the end.
  if (const char* const path = getenv("DISCERN_FAIL_COUNT"))
    count_file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

void write_count() {
  armed.store(false);
  char text[32];
  const int length = snprintf(text, sizeof text, "%lu\n", calls.load());
  if (count_file >= 0 && pwrite(count_file, text, static_cast<size_t>(length), 0) < 0) abort();
}

template <class Function>
Function* next(const char* name, Function*) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int (*real_main)(int, char**, char**) = nullptr;
int counted_main(int count, char** arguments, char** environment) {
  read_environment();
  armed.store(true);
  const int status = real_main(count, arguments, environment);
  write_count();
  return status;
}

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

}  // namespace

#define NEXT(function) static const auto real = next(#function, &function)

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments,
                      int (*init)(int, char**, char**), void (*fini)(), void (*rtld_fini)(),
                      void* stack_end) {
  NEXT(__libc_start_main);
  real_main = main;
  return real(counted_main, count, arguments, init, fini, rtld_fini, stack_end);
}

int open(const char* path, int flags, ...) {
  NEXT(open);
  va_list more;
  va_start(more, flags);
  const mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return fails(Kind::open) ? -1 : real(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  NEXT(open64);
  va_list more;
  va_start(more, flags);
  const mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return fails(Kind::open) ? -1 : real(path, flags, mode);
}
FILE* fopen(const char* path, const char* mode) {
  NEXT(fopen);
  return fails(Kind::open) ? nullptr : real(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  NEXT(fopen64);
  return fails(Kind::open) ? nullptr : real(path, mode);
}
ssize_t read(int file, void* buffer, size_t size) {
  NEXT(read);
  return fails(Kind::read) ? -1 : real(file, buffer, size);
}
ssize_t pread(int file, void* buffer, size_t size, off_t offset) {
  NEXT(pread);
  return fails(Kind::read) ? -1 : real(file, buffer, size, offset);
}
ssize_t pread64(int file, void* buffer, size_t size, off64_t offset) {
  NEXT(pread64);
  return fails(Kind::read) ? -1 : real(file, buffer, size, offset);
}
void* mmap(void* at, size_t size, int protection, int flags, int file, off_t offset) {
  NEXT(mmap);
  if (armed.load() && no_maps && file >= 0) {
    errno = ENODEV;
    return MAP_FAILED;
  }
  return fails(Kind::map) ? MAP_FAILED : real(at, size, protection, flags, file, offset);
}
ssize_t write(int file, const void* buffer, size_t size) {
  NEXT(write);
  return fails(Kind::write) ? -1 : real(file, buffer, size);
}
ssize_t writev(int file, const struct iovec* parts, int count) {
  NEXT(writev);
  return fails(Kind::write) ? -1 : real(file, parts, count);
}
int fsync(int file) {
  NEXT(fsync);
  return fails(Kind::sync) ? -1 : real(file);
}
int rename(const char* from, const char* to) {
  NEXT(rename);
  return fails(Kind::name) ? -1 : real(from, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  NEXT(renameat2);
  return fails(Kind::name) ? -1 : real(from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) {
  NEXT(link);
  return fails(Kind::name) ? -1 : real(from, to);
}
int mkdir(const char* path, mode_t mode) {
  NEXT(mkdir);
  return fails(Kind::name) ? -1 : real(path, mode);
}
int unlink(const char* path) {
  NEXT(unlink);
  return fails(Kind::name) ? -1 : real(path);
}

void* malloc(size_t size) { return fails(Kind::allocate) ? nullptr : __libc_malloc(size); }
void* calloc(size_t count, size_t size) {
  return fails(Kind::allocate) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  return fails(Kind::allocate) ? nullptr : __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return fails(Kind::allocate) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** place, size_t alignment, size_t size) {
  if (fails(Kind::allocate)) return ENOMEM;
  *place = __libc_memalign(alignment, size);
  return *place ? 0 : ENOMEM;
}

}  // extern "C"
