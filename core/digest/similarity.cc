// SPDX-License-Identifier: Apache-2.0
#include "discern/similarity.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <new>
#ifdef DISCERN_SSDEEP
#include <fuzzy.h>
#endif
#ifdef DISCERN_TLSH
#include <tlsh.h>
#endif

namespace discern {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{1} << 18;

// One running fuzzy hash: takes the bytes in order, then gives its text; empty when it has none.
struct Running {
  std::string_view kind;
  std::function<void(Bytes)> update;
  std::function<std::string()> finish;
};

#ifdef DISCERN_SSDEEP
Running ssdeep() {
  const std::shared_ptr<fuzzy_state> state(fuzzy_new(), fuzzy_free);
  if (!state) throw std::bad_alloc();
  const auto update = [state](Bytes bytes) {
    fuzzy_update(state.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  };
  const auto finish = [state] {
    std::array<char, FUZZY_MAX_RESULT> text = {};
    return fuzzy_digest(state.get(), text.data(), 0) == 0 ? std::string(text.data())
                                                          : std::string();
  };
  return {"ssdeep", update, finish};
}
#endif

#ifdef DISCERN_TLSH
Running tlsh() {
  const auto state = std::make_shared<Tlsh>();
  const auto update = [state](Bytes bytes) {
    state->update(reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<unsigned>(bytes.size()));
  };
  const auto finish = [state] {
    state->final();
    const char* const text = state->getHash();
    return std::string(text ? text : "");
  };
  return {"tlsh", update, finish};
}
#endif

struct Kind {
  std::string_view name;
  Running (*begin)();
};
constexpr Kind kKinds[] = {
#ifdef DISCERN_SSDEEP
    {"ssdeep", ssdeep},
#endif
#ifdef DISCERN_TLSH
    {"tlsh", tlsh},
#endif
    {},  // an array of none is no C++
};
constexpr std::size_t kCount = std::size(kKinds) - 1;

}  // namespace

std::span<const std::string_view> similarity_kinds() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, kCount> names = {};
    for (std::size_t i = 0; i < kCount; ++i) names[i] = kKinds[i].name;
    return names;
  }();
  return kNames;
}

std::vector<SimilarityDigest> similarity_of(const ByteSource& content,
                                            std::span<const std::string> kinds) {
  std::vector<Running> running;
  for (const Kind& kind : std::span(kKinds).first(kCount))
    if (std::ranges::find(kinds, kind.name) != kinds.end()) running.push_back(kind.begin());
  std::vector<std::byte> block;
  for (std::uint64_t at = 0; at < content.size(); at += block.size()) {
    block.resize(static_cast<std::size_t>(std::min(kBlock, content.size() - at)));
    if (!content.read(at, block).complete()) return {};
    for (const Running& each : running) each.update(block);
  }
  std::vector<SimilarityDigest> result;
  for (const Running& each : running)
    if (std::string text = each.finish(); !text.empty())
      result.push_back({std::string(each.kind), std::move(text)});
  return result;
}

}  // namespace discern
