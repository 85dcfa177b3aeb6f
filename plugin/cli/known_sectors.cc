// SPDX-License-Identifier: Apache-2.0
// The codec of CD-ROM sectors: one sector as a slow program makes it that follows ECMA-130 to the
// letter (EDC bit by bit, P and Q by solving each codeword, the scrambler as a shift register).
#include <algorithm>

#include "discern/digest.h"
#include "discern/sector.h"
#include "known_answers.h"

namespace discern::cli {
namespace {

// Mode 1 at 12:34:56; byte I of the user data is I mod 251.
constexpr Lba kLba{(12 * 60 + 34) * 75 + 56 - 150};
constexpr std::string_view kEdc = "18636bad";  // as stored
constexpr std::string_view kP = "245da88d5ca7673d94a284cb486a832c87bbfc43139bca53a6c621c30e28b1d1";
constexpr std::string_view kQ = "6d2ca4255a11924f6ac17a8eb919f4ff8dbb7796aef92745fb762a16e1663b1f";
constexpr std::string_view kWhole =
    "a559b66793de482cf99efe14a7feda811edc58c5b2de3fbc2b26778772420437";
constexpr std::string_view kScrambled =
    "f8fdb18e1962a4a1d5da32547dea503b1fae09ed17b68bd756dd07cd9ff4d587";

RawSector built() {
  std::array<std::byte, kUserSector> user;
  for (std::size_t i = 0; i < user.size(); ++i) user[i] = static_cast<std::byte>(i % 251);
  return build_sector(SectorMode::mode1, kLba, user);
}

Outcome edc_field(const std::string&) {
  const RawSector sector = built();
  return compare(kEdc, to_hex(Bytes(sector).subspan(2064, 4)), "bytes 2064 to 2067");
}

Outcome p_parity(const std::string&) {
  const RawSector sector = built();
  return compare(kP, hex_digest(Algorithm::sha256, Bytes(sector).subspan(2076, 172)),
                 "86 codewords");
}

Outcome q_parity(const std::string&) {
  const RawSector sector = built();
  return compare(kQ, hex_digest(Algorithm::sha256, Bytes(sector).subspan(2248, 104)),
                 "52 codewords");
}

Outcome scrambling(const std::string&) {
  RawSector sector = built();
  scramble(sector);
  const Outcome outcome =
      compare(kScrambled, hex_digest(Algorithm::sha256, sector), "2340 bytes, and back");
  if (outcome.verdict != Outcome::Verdict::pass) return outcome;
  if (!descramble(sector, kLba)) return failed_because("a scrambled sector was not recognised");
  return compare(kWhole, hex_digest(Algorithm::sha256, sector), outcome.text);
}

// Every field of a damaged sector is seen to be wrong, and 20 bytes are repaired.
Outcome check_and_repair(const std::string&) {
  RawSector sector = built();
  const SectorCheck good = check_sector(sector);
  if (good.mode != SectorMode::mode1 || good.edc != Check::good || good.ecc_p != Check::good ||
      good.ecc_q != Check::good || !good.lba || good.lba->value != kLba.value)
    return failed_because("a good sector was called bad");
  constexpr std::size_t kWrongBytes = 20;
  for (std::size_t i = 0; i < kWrongBytes; ++i) sector[100 + 97 * i] ^= std::byte{0xA5};
  const SectorCheck bad = check_sector(sector);
  if (bad.edc != Check::bad || bad.ecc_p != Check::bad || bad.ecc_q != Check::bad)
    return failed_because("a damaged sector was called good");
  const auto repaired = repair_sector(sector);
  if (!repaired || repaired->size() != kWrongBytes)
    return failed_because("20 wrong bytes were not repaired");
  return compare(kWhole, hex_digest(Algorithm::sha256, sector), "20 wrong bytes");
}

}  // namespace

std::vector<KnownAnswer> sector_answers() {
  return {{"sector:edc", "ECMA-130 14.3", edc_field},
          {"sector:p", "ECMA-130 Annex A", p_parity},
          {"sector:q", "ECMA-130 Annex A", q_parity},
          {"sector:scramble", "ECMA-130 Annex B", scrambling},
          {"sector:repair", "ECMA-130 Annex A", check_and_repair}};
}

}  // namespace discern::cli
