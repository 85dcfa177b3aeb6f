// SPDX-License-Identifier: Apache-2.0
#include "digest/course.h"

#include <gtest/gtest.h>

namespace discern {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// `size` bytes of evidence file `name`; its last byte lies at `last` when that is told.
struct Named final : ByteSource {
  Named(std::string name_, std::uint64_t size_, std::optional<std::uint64_t> last_ = {})
      : name(std::move(name_)), bytes(size_), last(last_.value_or(size_ - 1)) {}
  std::string name;
  std::uint64_t bytes;
  std::uint64_t last;
  std::uint64_t size() const override { return bytes; }
  ReadResult read(std::uint64_t, std::span<std::byte> buffer) const override {
    return {buffer.size()};
  }
  Location locate(std::uint64_t offset) const override {
    return {name, offset == bytes - 1 ? last : offset, 1, {}};
  }
};

SourcePtr named(std::string name, std::uint64_t size, std::optional<std::uint64_t> last = {}) {
  return std::make_shared<Named>(std::move(name), size, last);
}

Course plan(std::initializer_list<SourcePtr> sources) {
  std::vector<Stream> streams;
  for (const SourcePtr& source : sources) streams.push_back({"s", source});
  return plan_course(streams, kMiB);
}

void expect_part(const Part& part, std::uint64_t first, std::uint64_t end) {
  EXPECT_EQ(part.first, first);
  EXPECT_EQ(part.end, end);
}

TEST(Course, FileTakesAStepForEachBlock) {
  const Course course = plan({named("a", 10 * kMiB + 1)});
  EXPECT_EQ(course.steps, 11U);
  expect_part(course.parts[0], 0, 11);
}

TEST(Course, TracksAreReadWhileTheirFileIsThere) {
  const SourcePtr bin = named("disc.bin", 100 * kMiB);
  const Course course =
      plan({bin, window_source(bin, 0, 20 * kMiB), window_source(bin, 20 * kMiB, 70 * kMiB),
            window_source(bin, 90 * kMiB, 10 * kMiB)});
  EXPECT_EQ(course.steps, 100U);
  expect_part(course.parts[0], 0, 100);
  expect_part(course.parts[1], 0, 20);
  expect_part(course.parts[2], 20, 90);
  expect_part(course.parts[3], 90, 100);
}

TEST(Course, FilesAreReadOneAfterTheOther) {
  const SourcePtr first = named("1.bin", 30 * kMiB);
  const SourcePtr second = named("2.bin", 10 * kMiB);
  const Course course =
      plan({first, second, concat_source({first, second}), window_source(second, 5 * kMiB, kMiB)});
  EXPECT_EQ(course.steps, 40U);
  expect_part(course.parts[0], 0, 30);
  expect_part(course.parts[1], 30, 40);
  expect_part(course.parts[2], 0, 40);
  expect_part(course.parts[3], 35, 36);
}

TEST(Course, InflatedBytesTakeTheWholePass) {
  const SourcePtr payload = memory_source(std::vector<std::byte>(3 * kMiB), "a.imz");
  const Course course = plan({named("a.imz", kMiB), payload});
  EXPECT_EQ(course.steps, 3U);
  expect_part(course.parts[0], 0, 3);
  expect_part(course.parts[1], 0, 3);
}

TEST(Course, BytesThatRepeatAFileDoNotMultiplyTheSteps) {
  const Course course = plan({named("a", 8 * kMiB), named("a", 64 * kMiB, 0)});
  EXPECT_EQ(course.steps, 64U);
  expect_part(course.parts[1], 0, 64);
}

TEST(Course, BytesFromTheirFilesEndToItsStartTakeTheWholePass) {
  const SourcePtr file = named("a", 8 * kMiB);
  const Course course =
      plan({file, concat_source({window_source(file, kMiB, kMiB), window_source(file, 0, kMiB)})});
  EXPECT_EQ(course.steps, 8U);
  expect_part(course.parts[1], 0, 8);
}

TEST(Course, EmptyStreamHasAPartWithoutBytes) {
  const Course course = plan({memory_source({}, "m"), named("a", 4 * kMiB)});
  EXPECT_EQ(course.steps, 4U);
  EXPECT_EQ(plan({memory_source({}, "m")}).steps, 1U);
}

TEST(Course, EnormousFilesDoNotOverflow) {
  constexpr std::uint64_t kHuge = UINT64_MAX / 2;
  const Course course = plan({named("a", kHuge), named("b", kHuge), named("c", kHuge)});
  EXPECT_EQ(course.steps, 3 * (std::uint64_t{1} << 43));
  expect_part(course.parts[2], std::uint64_t{2} << 43, std::uint64_t{3} << 43);
}

}  // namespace
}  // namespace discern
