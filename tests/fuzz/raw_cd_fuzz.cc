// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "discern/image.h"
#include "optical/detect.h"
#include "optical/disc_views.h"

// Any bytes as a raw CD image: detected, laid out, and the ends of every view read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const discern::Bytes bytes = std::as_bytes(std::span(data, size));
  const auto file = discern::memory_source({bytes.begin(), bytes.end()}, "fuzz.bin");
  auto found = discern::detect_disc(file, "fuzz.bin");
  if (!found) return 0;
  discern::Image image;
  image.disc = std::move(found->disc);
  discern::add_disc_views(image, {found->stored});
  for (const discern::View& view : image.views) {
    std::vector<std::byte> part(5000);
    (void)view.source->read(0, part);
    const std::uint64_t end = view.source->size();
    (void)view.source->read(end > part.size() ? end - part.size() : 0, part);
    if (end > 0) (void)view.source->locate(end - 1);
  }
  return 0;
}
