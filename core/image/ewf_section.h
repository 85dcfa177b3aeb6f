// SPDX-License-Identifier: Apache-2.0
// Records that every EWF segment file has. Source: J. Metz, "Expert Witness Compression Format
// specification", libewf documentation.
#ifndef DISCERN_CORE_IMAGE_EWF_SECTION_H
#define DISCERN_CORE_IMAGE_EWF_SECTION_H

#include <boost/endian/arithmetic.hpp>
#include <cstring>
#include <string_view>

namespace discern::ewf {

using boost::endian::little_uint16_t;
using boost::endian::little_uint32_t;
using boost::endian::little_uint64_t;

struct FileHeader {
  char signature[8];
  std::uint8_t start;
  little_uint16_t segment;
  little_uint16_t end;
};
static_assert(sizeof(FileHeader) == 13);

struct Section {
  char type[16];
  little_uint64_t next;
  little_uint64_t size;  // with this descriptor
  std::uint8_t pad[40];
  little_uint32_t checksum;
  std::string_view name() const { return {type, strnlen(type, sizeof type)}; }
};
static_assert(sizeof(Section) == 76);

struct TableHeader {
  little_uint32_t entries;
  std::uint8_t pad[4];
  little_uint64_t base;
  std::uint8_t pad2[4];
  little_uint32_t checksum;  // of what stands before it
};
static_assert(sizeof(TableHeader) == 24);

// Bound of ours.
constexpr std::uint64_t kMostSections = std::uint64_t{1} << 20;

}  // namespace discern::ewf

#endif
