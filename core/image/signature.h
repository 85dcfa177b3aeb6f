// SPDX-License-Identifier: Apache-2.0
#ifndef DISCERN_IMAGE_SIGNATURE_H
#define DISCERN_IMAGE_SIGNATURE_H

#include <string>
#include <utility>

#include "discern/image.h"

namespace discern {

// What a probe answers that knows the format by `length` bytes at `offset` of input.head.
inline Probed proved_by(const ProbeInput& input, std::size_t offset, std::size_t length,
                        std::string meaning) {
  const Bytes value = input.head.subspan(offset, length);
  return {Fit::strong, {{input.path, offset, {value.begin(), value.end()}, std::move(meaning)}}};
}

}  // namespace discern

#endif
