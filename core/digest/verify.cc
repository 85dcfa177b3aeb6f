// SPDX-License-Identifier: Apache-2.0
// What the evidence says about itself against what was computed: digests that are stored in it, and
// the redundancy of its disc sectors.
#include "discern/verify.h"

#include <algorithm>
#include <array>
#include <string>

#include "digest/find_set.h"

namespace discern {
namespace {

// With unreadable parts the computed digest is one of zeros in their place: if it differs, that
// says nothing about what the evidence held.
Verification compared(const StoredDigest& stored, const std::vector<DigestSet>& computed) {
  Verification result{stored.object,
                      stored.algorithm == "crc32" ? "crc" : "digest",
                      stored.value,
                      {},
                      stored.origin};
  result.algorithm = stored.algorithm;
  const DigestSet* set = find_set(computed, stored.object);
  const auto algorithm = find_algorithm(stored.algorithm);
  const std::string* hex = set && algorithm ? set->find(*algorithm) : nullptr;
  if (!hex) return result;
  result.computed = *hex;
  if (*hex == stored.value) {
    result.verdict = Outcome::match;
  } else if (set->bad.empty()) {
    result.verdict = Outcome::mismatch;
  }
  return result;
}

std::string bad_of(std::uint64_t bad, std::uint64_t all) {
  return std::to_string(bad) + " bad of " + std::to_string(all);
}

struct SectorField {
  const char* check;
  const char* source;
  std::uint64_t bad;
  std::uint64_t all;  // sectors that have the field and were read
};

Verification counted(const SectorField& field, std::uint64_t unread) {
  Verification result{"view:raw", field.check, bad_of(0, field.all), bad_of(field.bad, field.all),
                      field.source};
  result.origin = "sectors";
  if (unread > 0) result.computed += ", " + std::to_string(unread) + " unread";
  if (field.bad > 0) {
    result.verdict = Outcome::mismatch;
  } else if (unread == 0) {
    result.verdict = Outcome::match;
  }
  return result;
}

std::uint64_t sectors_of(const SectorTally& tally, SectorMode mode) {
  const auto found = tally.modes.find(mode);
  return found == tally.modes.end() ? 0 : found->second;
}

}  // namespace

const DigestSet* find_set(const std::vector<DigestSet>& sets, std::string_view object) {
  const auto named = [&](std::string_view name) -> const DigestSet* {
    const auto found = std::ranges::find(sets, name, &DigestSet::object);
    return found == sets.end() ? nullptr : &*found;
  };
  const DigestSet* set = named(object);
  return set && set->digests.empty() && !set->same_as.empty() ? named(set->same_as) : set;
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::match:
      return "match";
    case Outcome::mismatch:
      return "mismatch";
    case Outcome::unverifiable:
      return "unverifiable";
  }
  return "";
}

std::vector<Verification> verify(const Image& image, const std::vector<DigestSet>& computed,
                                 const SectorAudit* audit) {
  std::vector<Verification> result;
  result.reserve(image.stored_digests.size() + 3);
  for (const StoredDigest& stored : image.stored_digests) {
    result.push_back(compared(stored, computed));
  }
  if (!audit) return result;
  const SectorTally& tally = audit->tally();
  // Every sector with something to check has an EDC; these two kinds have P and Q as well.
  const std::uint64_t with_parity =
      sectors_of(tally, SectorMode::mode1) + sectors_of(tally, SectorMode::mode2_form1);
  const std::array<SectorField, 3> fields = {{
      {"edc", "EDC fields of the sectors", tally.edc_bad, tally.checked},
      {"ecc_p", "P parity of the sectors", tally.p_bad, with_parity},
      {"ecc_q", "Q parity of the sectors", tally.q_bad, with_parity},
  }};
  for (const SectorField& field : fields) {
    if (field.all > 0 || tally.unread > 0) result.push_back(counted(field, tally.unread));
  }
  return result;
}

}  // namespace discern
