// SPDX-License-Identifier: Apache-2.0
// The input as a self-contained disc image (NRG, CDI) and as a media descriptor (MDS): parsed, laid
// out and the ends of every view read.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "image/format_rows.h"
#include "optical/mds.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace discern;
  const Bytes bytes = std::as_bytes(std::span(data, size));
  (void)parse_mds(bytes, "fuzz.mds").has_value();
  const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  if (descriptor < 0 || write(descriptor, data, size) != static_cast<ssize_t>(size)) std::abort();
  const auto file = MappedFile::open("/proc/self/fd/" + std::to_string(descriptor));
  for (const Format* row : {&kNrg, &kCdi}) {
    const auto image = file ? row->open(*file, {}) : Result<Image>(file.error());
    if (!image) continue;
    for (const View& view : image->views) {
      std::vector<std::byte> part(5000);
      (void)view.source->read(0, part);
      const std::uint64_t end = view.source->size();
      (void)view.source->read(end > part.size() ? end - part.size() : 0, part);
      if (end > 0) (void)view.source->locate(end - 1);
    }
  }
  close(descriptor);
  return 0;
}
