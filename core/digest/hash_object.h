// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_CORE_DIGEST_HASH_OBJECT_H
#define DISCERN_CORE_DIGEST_HASH_OBJECT_H

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "digest/running_digests.h"
#include "discern/pass.h"

namespace discern {

struct HashJob::Object {
  static constexpr std::size_t kNotRead = ~std::size_t{0};
  std::string name;
  std::string same_as = {};
  std::size_t stream = kNotRead;
  std::uint64_t size = 0;
  std::shared_ptr<const MappedFile> file = {};     // of a `file:` object
  std::optional<std::string> changed_before = {};  // what MappedFile::changed said before the pass
  std::vector<Algorithm> algorithms = {};
  std::vector<RunningDigests> running = {};  // none when same_as
};

}  // namespace discern

#endif
