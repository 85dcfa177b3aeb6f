// SPDX-License-Identifier: Apache-2.0
// The table of reference readers, and the files beside an image that it is tried on.
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <system_error>

#include "digest/reference_lines.h"

namespace discern {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kLargest = 256ULL << 20;
constexpr std::size_t kHead = 65536;

// Most particular first: a text log is only taken for one when nothing else fits.
constexpr std::array kReaders = {
    ReferenceReader{"hashdeep", "hashdeep list", is_hashdeep, parse_hashdeep},
    ReferenceReader{"dfxml", "DFXML", is_dfxml, parse_dfxml},
    ReferenceReader{"dat", "DAT catalogue", is_dat, parse_dat},
    ReferenceReader{"cue", "remarks of the cue sheet", is_cue_with_hashes, parse_cue_hashes},
    ReferenceReader{"guymager", "guymager info file", is_guymager_info, parse_guymager_info},
    ReferenceReader{"ftk", "FTK Imager log", is_ftk_log, parse_ftk_log},
    ReferenceReader{"dc3dd", "dc3dd log", is_dc3dd_log, parse_dc3dd_log},
    ReferenceReader{"dcfldd", "dcfldd log", is_dcfldd_log, parse_dcfldd_log},
    ReferenceReader{"sfv", "SFV file", is_sfv, parse_sfv},
    ReferenceReader{"sums", "sum file", is_sum_file, parse_sum_file},
    ReferenceReader{"xways", "imaging log", is_xways_log, parse_xways_log},
};

constexpr std::array<std::string_view, 16> kExtensions = {
    ".md5", ".sha1", ".sha256", ".sha512", ".sfv",   ".hash", ".hashes", ".hashdeep",
    ".txt", ".info", ".log",    ".dat",    ".dfxml", ".xml",  ".cue",    ".sha3_256"};
constexpr std::array<std::string_view, 12> kFolderWide = {
    "MD5SUMS",       "SHA1SUMS",      "SHA256SUMS",    "SHA512SUMS",
    "md5sums.txt",   "md5sum.txt",    "sha1sums.txt",  "sha256sums.txt",
    "sha256sum.txt", "checksums.txt", "checksums.md5", "hashes.txt"};
constexpr std::array<std::string_view, 4> kManifests = {
    "manifest-md5.txt", "manifest-sha1.txt", "manifest-sha256.txt", "manifest-sha512.txt"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

// Names that sums of the file at `path` go by.
std::vector<fs::path> names_beside(const fs::path& path) {
  const fs::path folder = path.parent_path();
  std::vector<fs::path> names;
  for (const std::string& base : {path.filename().string(), path.stem().string()})
    for (const std::string_view extension : kExtensions) {
      names.push_back(folder / (base + std::string(extension)));
      names.push_back(folder / (base + upper(extension)));
    }
  for (const std::string_view name : kFolderWide) names.push_back(folder / name);
  // BagIt: the payload lies below data/ of the bag (RFC 8493, 2.1.2).
  fs::path above = fs::absolute(folder.empty() ? fs::path(".") : folder).lexically_normal();
  for (int level = 0; level < 8 && above.has_relative_path(); ++level) {
    if (above.filename() == "data")
      for (const std::string_view name : kManifests) names.push_back(above.parent_path() / name);
    above = above.parent_path();
  }
  return names;
}

}  // namespace

std::span<const ReferenceReader> reference_readers() { return kReaders; }

Result<ReferenceFile> read_reference_file(const std::string& path) {
  const auto file = MappedFile::open(path);
  if (!file) return file.error();
  if ((*file)->size() > kLargest)
    return Error{Errc::limit, "too large for a file of digests", path};
  const auto bytes = read_exactly(**file, 0, (*file)->size());
  if (!bytes) return bytes.error();
  const std::string_view text = as_text(*bytes);
  const std::string name = fs::path(path).filename().string();
  for (const ReferenceReader& reader : kReaders) {
    if (!reader.probe(text.substr(0, kHead), name)) continue;
    auto references = reader.parse(text, path);
    if (!references.empty()) return ReferenceFile{path, reader.name, std::move(references)};
  }
  return Error{Errc::not_this, "no digests are found in this file", path};
}

std::vector<ReferenceFile> find_reference_files(const Image& image) {
  std::vector<fs::path> names;
  std::set<std::string> evidence;
  for (const EvidenceFile& file : image.files) {
    evidence.insert(file.path());
    for (fs::path& name : names_beside(file.path())) names.push_back(std::move(name));
  }
  std::vector<ReferenceFile> found;
  std::set<std::string> tried;
  for (const fs::path& name : names) {
    const std::string path = name.string();
    std::error_code why;
    if (!tried.insert(path).second || !fs::is_regular_file(name, why)) continue;
    // Evidence itself is no reference; its descriptors may hold some.
    if (evidence.contains(path) && !lower(path).ends_with(".cue") &&
        !lower(path).ends_with(".txt") && !lower(path).ends_with(".log"))
      continue;
    if (fs::file_size(name, why) > (32U << 20) || why) continue;
    auto file = read_reference_file(path);
    if (file)
      found.push_back(std::move(*file));
    else if (file.error().code == Errc::io)
      found.push_back({path, {}, {}});
  }
  return found;
}

Result<Reference> parse_expectation(std::string_view text) {
  const auto wrong = [](std::string why) { return Error{Errc::corrupt, std::move(why)}; };
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return wrong("is not like sha256:0123...");
  Reference reference;
  reference.of = Reference::Of::any;
  reference.algorithm = algorithm_called(text.substr(0, colon));
  if (!find_algorithm(reference.algorithm))
    return wrong("'" + std::string(text.substr(0, colon)) + "' is no algorithm that is computed");
  const auto value = value_of(reference.algorithm, text.substr(colon + 1));
  if (!value)
    return wrong("a value of " + reference.algorithm + " has " +
                 std::to_string(digits_of(reference.algorithm)) + " hexadecimal digits");
  reference.value = *value;
  return reference;
}

}  // namespace discern
