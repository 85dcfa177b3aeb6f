// SPDX-License-Identifier: Apache-2.0
// Real images cut short: whatever is left is refused clearly or delivered, and no byte that is
// delivered differs from the whole image's.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "corpus.h"
#include "discern/image.h"

namespace discern {
namespace {

using tests::corpus;
using tests::TemporaryFolder;
namespace fs = std::filesystem;

// Every length of small files; of others those at which headers and trailers break, and 250
// between.
std::set<std::uint64_t, std::greater<>> lengths_of(std::uint64_t size) {
  std::set<std::uint64_t, std::greater<>> lengths;
  const std::uint64_t step = size <= 4096 ? 1 : std::max<std::uint64_t>(size / 250, 1);
  for (std::uint64_t length = 0; length < size; length += step) lengths.insert(length);
  for (std::uint64_t i = 1; i < std::min<std::uint64_t>(size, 300); ++i) {
    lengths.insert(i);
    lengths.insert(size - i);
  }
  return lengths;
}

struct Content {
  std::string format;
  std::vector<std::byte> bytes;  // of the main view
  std::vector<ByteRange> bad;
};

std::optional<Content> content_of(const std::string& path) {
  const auto image = open_image(path);
  if (!image) {
    EXPECT_FALSE(image.error().text.empty());
    EXPECT_EQ(image.error().file, path);
    return std::nullopt;
  }
  Content content{image->format, {}, {}};
  const ByteSource& source = *image->main_view().source;
  EXPECT_LT(source.size(), std::uint64_t{1} << 30);
  content.bytes.resize(static_cast<std::size_t>(source.size()));
  const ReadResult read = source.read(0, content.bytes);
  EXPECT_EQ(read.bytes, content.bytes.size());
  content.bad = read.bad;
  return content;
}

void expect_no_wrong_byte(const Content& cut, const Content& whole) {
  std::uint64_t from = 0;
  const auto compare_to = [&](std::uint64_t to) {
    to = std::min<std::uint64_t>(to, whole.bytes.size());
    if (from < to)
      EXPECT_TRUE(std::equal(cut.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                             cut.bytes.begin() + static_cast<std::ptrdiff_t>(to),
                             whole.bytes.begin() + static_cast<std::ptrdiff_t>(from)))
          << "between " << from << " and " << to;
  };
  for (const ByteRange& bad : cut.bad) {
    compare_to(bad.offset);
    from = bad.end();
  }
  compare_to(cut.bytes.size());
}

class Cut : public testing::TestWithParam<std::string> {};

TEST_P(Cut, ImagesDeliverNoWrongByte) {
  const fs::path folder = corpus(GetParam());
  SKIP_WITHOUT(folder);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const TemporaryFolder copies;
    const std::string name = entry.path().filename().string();
    const auto bytes = tests::file_bytes(entry.path());
    const std::string path = copies.write(name, bytes);
    const auto whole = content_of(path);
    for (const std::uint64_t length : lengths_of(bytes.size())) {
      SCOPED_TRACE(name + " cut to " + std::to_string(length));
      fs::resize_file(path, length);
      const auto cut = content_of(path);
      // A disc without its first sectors begins at another LBA, an archive without its directory
      // may be taken for raw bytes: then the bytes are not those of the same view.
      if (cut && whole && cut->format == whole->format && cut->format != "raw_cd")
        expect_no_wrong_byte(*cut, *whole);
      if (testing::Test::HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Cut,
                         testing::Values("floppy", "filesystem", "optical/disc", "optical/cue-lab",
                                         "optical/toc"),
                         [](const auto& folder) {
                           std::string name = folder.param;
                           std::replace(name.begin(), name.end(), '/', '_');
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace discern
