// SPDX-License-Identifier: Apache-2.0
#include "optical/edc.h"

#include <gtest/gtest.h>

#include <boost/crc.hpp>

#include "core/optical/reference.h"
#include "discern/sector.h"

namespace discern {
namespace {

using tests::random_bytes;

// P(x) of ECMA-130 14.3 without x^32, most significant bit first, as Boost.CRC wants it.
using Oracle = boost::crc_optimal<32, 0x8001801B, 0, 0, true, true>;

std::uint32_t oracle(Bytes bytes) {
  Oracle crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

TEST(Edc, EqualsBoostCrcAtEveryLength) {
  const auto bytes = random_bytes(2500, 1);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const Bytes part = Bytes(bytes).first(length);
    ASSERT_EQ(edc(part), oracle(part)) << length;
    ASSERT_EQ(edc_portable(part, 0), oracle(part)) << length;
  }
}

TEST(Edc, FoldingEqualsTheTablesAtEveryLengthAndStart) {
  if (!edc_folded_runs_here()) GTEST_SKIP() << "no carry-less multiplication";
  const auto bytes = random_bytes(600, 2);
  for (std::size_t from = 0; from < 3; ++from) {
    for (std::size_t length = 0; from + length <= bytes.size(); ++length) {
      const Bytes part = Bytes(bytes).subspan(from, length);
      ASSERT_EQ(edc_folded(part, 0xCAFEBABE), edc_portable(part, 0xCAFEBABE)) << length;
    }
  }
}

TEST(Edc, GoesOnFromWhereItWasLeft) {
  const auto bytes = random_bytes(2064, 3);
  const Bytes whole(bytes);
  for (const std::size_t cut : {0U, 1U, 12U, 63U, 64U, 100U, 2063U, 2064U}) {
    EXPECT_EQ(edc(whole.subspan(cut), edc(whole.first(cut))), oracle(whole)) << cut;
  }
}

TEST(Edc, OfZerosIsZero) {
  EXPECT_EQ(edc(RawSector{}), 0U);
  EXPECT_EQ(edc({}), 0U);
}

}  // namespace
}  // namespace discern
