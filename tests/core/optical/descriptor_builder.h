// SPDX-License-Identifier: Apache-2.0
// Binary descriptors for tests, put together field by field as their layouts are documented in the
// .cc of each format.
#ifndef DISCERN_TESTS_DESCRIPTOR_BUILDER_H
#define DISCERN_TESTS_DESCRIPTOR_BUILDER_H

#include <cstdint>
#include <string_view>

#include "core/optical/disc_images.h"

namespace discern::tests {

// Appends integers and text; positions are patched later.
struct Fields {
  ByteVector bytes = {};

  Fields& le(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(value >> 8 * i));
    return *this;
  }
  Fields& be(std::uint64_t value, int size) {
    for (int i = size; i-- > 0;) bytes.push_back(static_cast<std::byte>(value >> 8 * i));
    return *this;
  }
  Fields& text(std::string_view value) {
    append(bytes, as_bytes(value));
    return *this;
  }
  Fields& zeros(std::size_t count) {
    bytes.resize(bytes.size() + count);
    return *this;
  }
  Fields& add(Bytes more) {
    append(bytes, more);
    return *this;
  }
  void patch(std::size_t at, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes[at + i] = static_cast<std::byte>(value >> 8 * i);
  }
};

// An opened image or a clear error, for every prefix of `bytes` under `name`; sectors that are
// delivered are those of the whole image or marked as bad.
inline void expect_every_cut_is_clear(const TemporaryFolder& folder, const std::string& name,
                                      const ByteVector& bytes, std::size_t from,
                                      const Format& row) {
  for (std::size_t length = from; length < bytes.size(); ++length) {
    const auto image = open_as(row, folder.write(name, Bytes(bytes).first(length)));
    if (image) {
      EXPECT_FALSE(image->views.empty()) << length;
    } else {
      EXPECT_FALSE(image.error().text.empty()) << length;
      EXPECT_FALSE(image.error().file.empty()) << length;
    }
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace discern::tests

#endif
