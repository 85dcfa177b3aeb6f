// SPDX-License-Identifier: Apache-2.0
// The input as a descriptor beside real image files: the first byte chooses the format, the rest is
// the descriptor. Opened, laid out, compared with the sectors, and the ends of every view read.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "discern/sector.h"
#include "image/format_rows.h"

namespace {

using namespace discern;

// One folder for the whole run; left behind when the fuzzer ends by its own exit().
const std::filesystem::path& folder() {
  static const std::filesystem::path kFolder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "descriptor-fuzz.XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    std::string image;
    for (std::int32_t lba = 0; lba < 30; ++lba) {
      const SectorMode mode = lba < 20 ? SectorMode::mode1 : SectorMode::mode2_form1;
      const RawSector sector = build_sector(mode, {lba}, {});
      image += as_text(sector);
    }
    image += std::string(20 * kRawSector, 'a');
    for (const char* file : {"d.bin", "d.img", "d.mdf", "d.b6i"})
      std::ofstream(std::filesystem::path(name) / file) << image;
    std::ofstream(std::filesystem::path(name) / "d.sub") << std::string(50 * std::size_t{96}, 's');
    return std::filesystem::path(name);
  }();
  return kFolder;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Format* const rows[] = {&kCue, &kCcd, &kToc, &kMds, &kB6t, &kGdi};
  if (size == 0) return 0;
  const Format& row = *rows[data[0] % std::size(rows)];
  // CloneCD's and the default name of Alcohol's files follow the descriptor's.
  const std::string path = (folder() / ("d." + std::string(row.extensions.substr(0, 3)))).string();
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      << as_text(std::as_bytes(std::span(data + 1, size - 1)));
  const auto file = MappedFile::open(path);
  const auto image = file ? row.open(*file, {}) : Result<Image>(file.error());
  if (!image) return 0;
  for (const View& view : image->views) {
    std::vector<std::byte> part(5000);
    (void)view.source->read(0, part);
    const std::uint64_t end = view.source->size();
    (void)view.source->read(end > part.size() ? end - part.size() : 0, part);
    if (end > 0) (void)view.source->locate(end - 1);
  }
  return 0;
}
