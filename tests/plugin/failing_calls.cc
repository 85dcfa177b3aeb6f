// SPDX-License-Identifier: Apache-2.0
// Loaded in front of a program (LD_PRELOAD), makes one call of the C library go wrong, so that a
// test can let the 1st, 2nd, 3rd ... of a kind fail, until the program needs no more of them. Sits
// at the border that libdiscern, libewf, libtsk, SQLite and the C++ library share, and leaves the
// program under test the one that is shipped.
//
// The program is loaded once. Before main() its process reads lines from standard input and
// answers each with a line on standard output:
//
//   KIND N ERRORS   what happens to the N-th call of this kind since main(); 0: nothing, only
//                   counted. ERRORS is the file for both outputs of the program
//   STATUS COUNT    exit status, or minus the signal that ended it, and how many calls there were
//
//   KIND+map        the same, and files cannot be mapped, so that all is read
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

enum class Kind { none, open, read, map, write, sync, name, allocate };
enum class Effect { error, less, interrupt };
struct Row {
  const char* name;
  Kind kind;
  int error;
  Effect effect = Effect::error;
};
constexpr Row kRows[] = {
    {"open", Kind::open, EIO},
    {"read", Kind::read, EIO},
    {"map", Kind::map, ENOMEM},
    {"write", Kind::write, ENOSPC},
    {"sync", Kind::sync, EIO},
    {"name", Kind::name, ENOSPC},
    {"allocate", Kind::allocate, ENOMEM},
    // What a signal does to calls that wait: none is an error.
    {"read_eintr", Kind::read, EINTR},
    {"write_eintr", Kind::write, EINTR},
    {"read_less", Kind::read, 0, Effect::less},  // 1 byte of those that were asked for
    {"write_less", Kind::write, 0, Effect::less},
    // The user's Ctrl-C at this call.
    {"read_sigint", Kind::read, 0, Effect::interrupt},
    {"write_sigint", Kind::write, 0, Effect::interrupt},
    {"name_sigint", Kind::name, 0, Effect::interrupt},
};

Row failing = {"", Kind::none, 0};
unsigned long nth = 0;
bool no_maps = false;
std::atomic<bool> armed = false;
// Shared with the processes that the program starts.
std::atomic<unsigned long>* calls = nullptr;
int interrupt =
    -1;  // where a byte makes the server interrupt the program: the sandbox lets nobody else

// True: this call is the one.
bool chosen(Kind kind) {
  return armed.load() && kind == failing.kind && calls->fetch_add(1) + 1 == nth;
}

// True: the call is to fail; errno is set.
bool fails(Kind kind) {
  if (!chosen(kind)) return false;
  if (failing.effect == Effect::interrupt) {
    if (::write(interrupt, "i", 1) != 1) abort();
    usleep(3000);
    return false;
  }
  errno = failing.error;
  return true;
}

// The same for a call that may do less than it was asked for; `size` is what it does.
bool fails(Kind kind, size_t& size) {
  if (failing.effect != Effect::less) return fails(kind);
  if (chosen(kind) && size > 1) size = 1;
  return false;
}

template <class Function>
Function* next(const char* name, Function*) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int (*real_main)(int, char**, char**) = nullptr;

bool choose(const char* kind, unsigned long n) {
  const char* const more = strchr(kind, '+');
  const size_t length = more ? static_cast<size_t>(more - kind) : strlen(kind);
  for (const Row& row : kRows)
    if (strlen(row.name) == length && strncmp(kind, row.name, length) == 0) failing = row;
  nth = n;
  no_maps = more != nullptr;
  return failing.kind != Kind::none;
}

// Interrupts `child` once a byte comes; ends when nobody can write one any more.
void start_interrupter(pid_t child, int pipe_end) {
  if (fork() != 0) return;
  ::close(interrupt);
  char byte;
  if (::read(pipe_end, &byte, 1) == 1) kill(child, SIGINT);
  _exit(0);
}

// Waits for what the program has started, too, which is handed to this process (SUBREAPER).
int status_of(pid_t child) {
  int status = 0;
  int result = 0;
  for (pid_t ended = 0; (ended = waitpid(-1, &status, 0)) > 0 || errno == EINTR;)
    if (ended == child) result = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

int served_main(int count, char** arguments, char** environment) {
  calls = static_cast<std::atomic<unsigned long>*>(
      mmap(nullptr, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (calls == MAP_FAILED) return 255;
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  char line[4096];
  char kind[64];
  char errors[4000];
  unsigned long n = 0;
  while (fgets(line, sizeof line, stdin) &&
         sscanf(line, "%63s %lu %3999s", kind, &n, errors) == 3) {
    calls->store(0);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) _exit(255);
    interrupt = ends[1];
    const pid_t child = fork();
    if (child == 0) {
      ::close(ends[0]);
      const int file = open(errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (!choose(kind, n) || dup2(file, 1) < 0 || dup2(file, 2) < 0 || dup2(nothing, 0) < 0)
        _exit(255);
      ::close(file);
      ::close(nothing);
      alarm(600);
      armed.store(true);
      const int status = real_main(count, arguments, environment);
      armed.store(false);
      exit(status);
    }
    start_interrupter(child, ends[0]);
    ::close(ends[0]);
    ::close(interrupt);
    const int status = status_of(child);
    printf("%d %lu\n", status, calls->load());
    fflush(stdout);
  }
  _exit(0);
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
  return real(served_main, count, arguments, init, fini, rtld_fini, stack_end);
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
  return fails(Kind::read, size) ? -1 : real(file, buffer, size);
}
ssize_t pread(int file, void* buffer, size_t size, off_t offset) {
  NEXT(pread);
  return fails(Kind::read, size) ? -1 : real(file, buffer, size, offset);
}
ssize_t pread64(int file, void* buffer, size_t size, off64_t offset) {
  NEXT(pread64);
  return fails(Kind::read, size) ? -1 : real(file, buffer, size, offset);
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
  return fails(Kind::write, size) ? -1 : real(file, buffer, size);
}
ssize_t writev(int file, const struct iovec* parts, int count) {
  NEXT(writev);
  size_t size = parts->iov_len;
  const size_t whole = size;
  if (fails(Kind::write, size)) return -1;
  const struct iovec less = {parts->iov_base, size};
  return size == whole ? real(file, parts, count) : real(file, &less, 1);
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
