// SPDX-License-Identifier: Apache-2.0
// Where tests find the corpus of real images, and small things that every test needs.
#ifndef DISCERN_TESTS_CORPUS_H
#define DISCERN_TESTS_CORPUS_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "discern/bytes.h"

namespace discern::tests {

// Path of a corpus file; whether it exists is for the caller: see SKIP_WITHOUT.
inline std::filesystem::path corpus(const std::string& file) {
  const char* folder = std::getenv("DISCERN_CORPUS");
  return std::filesystem::path(folder ? folder : "../shared/corpus") / file;
}

// Skips a test, visibly, when its corpus file is not there.
#define SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no corpus file " << (path)

inline std::vector<std::byte> file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

// A folder of its own for one test, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "discern-test-XXXXXX").string();
    if (mkdtemp(name.data())) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string write(const std::string& name, Bytes bytes) const {
    const auto file = path_ / name;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace discern::tests

#endif
