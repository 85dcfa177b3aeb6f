// SPDX-License-Identifier: Apache-2.0
// What somebody who has taken over the process could try: each attempt is made by a child inside
// the sandbox, and its errno comes back as the child's status.
#include "sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace discern::cli {
namespace {

namespace fs = std::filesystem;

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sandbox_test.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    for (const char* part : {"/evidence", "/output", "/elsewhere"})
      fs::create_directory(folder_ + part);
    for (const char* file : {"/evidence/disk.img", "/elsewhere/secret"})
      std::ofstream(folder_ + file) << "hello";
    fs::create_symlink(folder_ + "/elsewhere/secret", folder_ + "/evidence/link");
    access_ = {{folder_ + "/evidence"}, {folder_ + "/output"}};
  }
  void TearDown() override { fs::remove_all(folder_); }

  // What `attempt` returns inside the sandbox: -1 and errno mean refused. 0 stands for success.
  template <class Attempt>
  int inside(const Attempt& attempt) const {
    const pid_t child = fork();
    if (child == 0) {
      const Sandbox sandbox = enter_sandbox(access_);
      if (sandbox.landlock_abi == 0 || !sandbox.seccomp) _exit(255);
      errno = 0;
      _exit(attempt() < 0 ? errno : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return -WTERMSIG(status);
    return WEXITSTATUS(status);
  }
  int opening(const std::string& path, int flags) const {
    return inside([&] { return open(path.c_str(), flags | O_CLOEXEC, 0600); });
  }

  std::string folder_;
  Access access_;
};

#define SKIP_WITHOUT_SANDBOX() \
  if (inside([] { return 0; }) == 255) GTEST_SKIP() << "no Landlock, no seccomp, or a sanitizer"

TEST_F(SandboxTest, LeavesEvidenceReadable) {
  SKIP_WITHOUT_SANDBOX();
  EXPECT_EQ(opening(folder_ + "/evidence/disk.img", O_RDONLY), 0);
}

TEST_F(SandboxTest, RefusesToWriteToEvidence) {
  SKIP_WITHOUT_SANDBOX();
  const std::string disk = folder_ + "/evidence/disk.img";
  EXPECT_EQ(opening(disk, O_RDWR), EACCES);
  EXPECT_EQ(opening(disk, O_WRONLY), EACCES);
  EXPECT_NE(opening(disk, O_RDONLY | O_TRUNC), 0);
  EXPECT_EQ(fs::file_size(disk), 5U);
  EXPECT_EQ(opening(folder_ + "/evidence/new", O_WRONLY | O_CREAT), EACCES);
  EXPECT_EQ(inside([&] { return unlink(disk.c_str()); }), EACCES);
  EXPECT_EQ(inside([&] { return rename(disk.c_str(), (disk + "2").c_str()); }), EACCES);
  EXPECT_EQ(inside([&] { return chmod(disk.c_str(), 0); }), EPERM);
  EXPECT_EQ(inside([&] { return truncate(disk.c_str(), 0); }), EPERM);
  EXPECT_EQ(inside([&] { return utimensat(AT_FDCWD, disk.c_str(), nullptr, 0); }), EPERM);
}

TEST_F(SandboxTest, RefusesFilesElsewhere) {
  SKIP_WITHOUT_SANDBOX();
  EXPECT_EQ(opening("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_EQ(opening(folder_ + "/elsewhere/secret", O_RDONLY), EACCES);
  EXPECT_EQ(opening(folder_ + "/evidence/link", O_RDONLY), EACCES);
  EXPECT_EQ(opening(folder_ + "/elsewhere", O_RDONLY | O_DIRECTORY), EACCES);
  EXPECT_EQ(opening("/tmp/sandbox_test.new", O_WRONLY | O_CREAT), EACCES);
}

TEST_F(SandboxTest, LeavesTheOutputFolderWritable) {
  SKIP_WITHOUT_SANDBOX();
  const std::string file = folder_ + "/output/report";
  EXPECT_EQ(opening(file, O_WRONLY | O_CREAT | O_EXCL), 0);
  EXPECT_EQ(inside([&] { return rename(file.c_str(), (file + "2").c_str()); }), 0);
  EXPECT_EQ(inside([&] { return mkdir((folder_ + "/output/carved").c_str(), 0700); }), 0);
  EXPECT_EQ(inside([&] { return unlink((file + "2").c_str()); }), 0);
  EXPECT_EQ(inside([&] { return symlink("/etc/passwd", file.c_str()); }), EPERM);
}

TEST_F(SandboxTest, RefusesSockets) {
  SKIP_WITHOUT_SANDBOX();
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
    EXPECT_EQ(inside([&] { return socket(family, SOCK_STREAM, 0); }), EPERM) << family;
}

TEST_F(SandboxTest, RefusesPrograms) {
  SKIP_WITHOUT_SANDBOX();
  EXPECT_EQ(inside([] { return execl("/bin/true", "true", nullptr); }), EPERM);
  EXPECT_EQ(inside([] { return fork(); }), EPERM);
  EXPECT_EQ(inside([] {
              void* const code = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return code == MAP_FAILED ? -1 : 0;
            }),
            EPERM);
}

TEST_F(SandboxTest, RefusesToReachOtherProcesses) {
  SKIP_WITHOUT_SANDBOX();
  const pid_t parent = getpid();
  EXPECT_EQ(inside([&] { return static_cast<int>(ptrace(PTRACE_ATTACH, parent, 0, 0)); }), EPERM);
  EXPECT_EQ(inside([&] { return kill(parent, SIGTERM); }), EPERM);
  EXPECT_EQ(opening("/proc/" + std::to_string(parent) + "/environ", O_RDONLY), EACCES);
}

TEST_F(SandboxTest, RefusesToRaiseLimits) {
  SKIP_WITHOUT_SANDBOX();
  EXPECT_EQ(inside([] {
              const rlimit most = {RLIM_INFINITY, RLIM_INFINITY};
              return setrlimit(RLIMIT_CORE, &most);
            }),
            EPERM);
}

TEST_F(SandboxTest, HoldsForThreadsToo) {
  SKIP_WITHOUT_SANDBOX();
  EXPECT_EQ(inside([] {
              int number = 0;
              std::thread([&] {
                if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0) number = errno;
              }).join();
              errno = number;
              return number == 0 ? 0 : -1;
            }),
            EACCES);
}

TEST(Sandbox, SaysWhatIsMissing) {
  Sandbox sandbox;
  EXPECT_EQ(describe(sandbox), "off");
  sandbox = {7, true, true, {}, false};
  EXPECT_EQ(describe(sandbox), "landlock 7, seccomp, limits");
  sandbox = {0, true, true, {"Landlock (Function not implemented)"}, false};
  EXPECT_EQ(describe(sandbox), "seccomp, limits; missing: Landlock (Function not implemented)");
}

}  // namespace
}  // namespace discern::cli
