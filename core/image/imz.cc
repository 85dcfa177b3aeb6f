// SPDX-License-Identifier: Apache-2.0
// IMZ files as they occur: WinImage writes a ZIP archive with one deflated entry, whose name is
// free (`disk.ima`, `Transylvania.img`); people make them with 7-Zip and zip as well, with
// self-extractors in front, through pipes (data descriptors) and of whole USB sticks (ZIP64).
// Others call a gzip file .imz. Content decides, never the name.
//
// A deflated payload is served from memory, a large one through restart points; a stored one from
// the container itself. Its CRC-32 is taken at opening in any case. What a cut or damaged stream
// gave before the break is delivered, the rest of the declared size is a bad range.
#include "image/imz.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "image/format_rows.h"
#include "image/gzip.h"
#include "image/inflate.h"
#include "image/point_cache.h"
#include "image/zip.h"
#include "image/zip_payload.h"

namespace discern {
namespace {

constexpr std::string_view kEmptyZipMagic{"PK\x05\x06", 4};
// Floppies of 40 tracks, one side, 8 sectors of 128 bytes are the smallest that circulate.
constexpr std::uint64_t kSmallestDisk = 40ULL * 8 * 128;
constexpr std::uint64_t kSmallestSector = 128;
constexpr std::size_t kNamesShown = 10;

std::string extension_of(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension(name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

bool named_as_image(const ZipEntry& entry) {
  static constexpr std::array<std::string_view, 12> kExtensions = {
      "img", "ima", "dsk", "flp", "vfd", "st", "xdf", "dd", "raw", "hdd", "iso", "001"};
  return std::find(kExtensions.begin(), kExtensions.end(), extension_of(entry.name)) !=
         kExtensions.end();
}

bool holds_bytes(const ZipEntry& entry) { return !entry.folder() && entry.size.value_or(1) > 0; }

bool sized_as_image(const ZipEntry& entry) {
  return !entry.size || *entry.size % kSmallestSector == 0;
}

std::string list_of(const std::vector<const ZipEntry*>& entries) {
  std::string list;
  for (std::size_t i = 0; i < std::min(entries.size(), kNamesShown); ++i) {
    list += (list.empty() ? "" : ", ") + shown_name(entries[i]->name);
    if (entries[i]->size) list += " (" + std::to_string(*entries[i]->size) + " bytes)";
  }
  if (entries.size() > kNamesShown)
    list += " and " + std::to_string(entries.size() - kNamesShown) + " more";
  return list;
}

// The entry that is the disk image: by the caller's choice, or else the only one that is named like
// one, or else the only one that can be one by its size. In an archive of several files a small one
// of round size is no image: any document may have that.
Result<const ZipEntry*> choose_entry(const ZipArchive& archive, const std::string& path,
                                     const std::string& wanted) {
  std::vector<const ZipEntry*> files;
  for (const ZipEntry& entry : archive.entries)
    if (holds_bytes(entry)) files.push_back(&entry);
  if (!wanted.empty()) {
    for (const ZipEntry& entry : archive.entries)
      if (entry.name == wanted) return &entry;
    return Error{Errc::missing, "no entry " + shown_name(wanted) + "; entries: " + list_of(files),
                 path};
  }
  std::vector<const ZipEntry*> images;
  const auto collect = [&](auto fits) {
    if (images.empty()) std::copy_if(files.begin(), files.end(), std::back_inserter(images), fits);
  };
  collect([](const ZipEntry* entry) { return named_as_image(*entry); });
  collect([&](const ZipEntry* entry) {
    return sized_as_image(*entry) &&
           (files.size() == 1 || entry->size.value_or(0) >= kSmallestDisk);
  });
  if (images.size() == 1) return images.front();
  if (images.empty()) {
    return Error{Errc::unsupported,
                 "ZIP archive without a disk image; " +
                     (files.empty() ? "it has no files" : "entries: " + list_of(files)),
                 path, 0};
  }
  return Error{Errc::ambiguous,
               "several entries may be the image, choose one with --entry: " + list_of(images),
               path};
}

Proof proof_at(const std::string& path, std::uint64_t offset, std::string_view magic,
               std::string meaning) {
  const Bytes bytes = as_bytes(magic);
  return {path, offset, {bytes.begin(), bytes.end()}, std::move(meaning)};
}

Image image_of(const std::string& path, SourcePtr payload, std::string derivation) {
  Image image;
  image.path = path;
  image.format = kImz.id;
  View view;
  view.name = "media";
  view.source = std::move(payload);
  view.derivation = std::move(derivation);
  image.views.push_back(std::move(view));
  return image;
}

void add_crc32(Image& image, std::uint32_t crc32, std::string origin) {
  image.stored_digests.push_back({"view:media", "crc32", crc32_text(crc32), std::move(origin)});
}

Result<Image> open_zip(const SourcePtr& container, const std::string& path,
                       const OpenOptions& options, const PayloadLimits& limits) {
  auto archive = read_zip(*container, path);
  if (!archive) return archive.error();
  const auto chosen = choose_entry(*archive, path, options.entry);
  if (!chosen) return chosen.error();
  const ZipEntry& entry = **chosen;
  Findings findings = std::move(archive->findings);
  std::vector<const ZipEntry*> others;
  for (const ZipEntry& other : archive->entries)
    if (&other != &entry && !other.folder()) others.push_back(&other);
  if (!others.empty()) {
    findings.push_back({"imz.other-entries", Severity::note,
                        Place{path, others.front()->header_offset},
                        "not opened: " + list_of(others)});
  }
  auto payload = read_zip_payload(container, path, entry, options.password, limits, findings);
  if (!payload) return payload.error();

  const std::string name = shown_name(entry.name);
  const std::string rest =
      (payload->encryption.empty() ? "" : ", decrypted (" + payload->encryption + ")") +
      " at offset " + std::to_string(payload->data_offset) + ", modified " +
      dos_time_text(entry.dos_date, entry.dos_time) + " local time" + payload->how;
  Image image = image_of(path, std::move(payload->source),
                         entry.method == 0 ? "stored as entry " + name + rest
                                           : "inflated from entry " + name + " (deflate)" + rest);
  image.findings = std::move(findings);
  image.proofs.push_back(
      proof_at(path, entry.header_offset, kZipLocalMagic, "ZIP local file header"));
  if (payload->crc32) add_crc32(image, *payload->crc32, payload->crc32_source);
  return image;
}

Result<Image> open_gzip(const SourcePtr& container, const std::string& path,
                        const PayloadLimits& limits) {
  auto file = read_gzip(container, path, limits);
  if (!file) return file.error();
  if (file->payload->size() == 0)
    return Error{Errc::corrupt, "no byte of the gzip payload can be delivered", path, 0};
  std::string derivation = "inflated from gzip";
  if (file->members > 1) derivation += " (" + std::to_string(file->members) + " members)";
  if (!file->header.name.empty()) derivation += ", name " + shown_name(file->header.name);
  if (!file->header.comment.empty()) derivation += ", comment " + shown_name(file->header.comment);
  if (file->header.mtime != 0)
    derivation += ", modified @" + std::to_string(file->header.mtime) + " (Unix time)";
  derivation += file->how;
  Image image = image_of(path, std::move(file->payload), std::move(derivation));
  image.findings = std::move(file->findings);
  image.proofs.push_back(proof_at(path, 0, kGzipMagic, "gzip member header"));
  if (file->crc32) add_crc32(image, *file->crc32, "gzip trailer");
  return image;
}

Probed probe(const ProbeInput& input) {
  for (const auto& [magic, meaning] : {std::pair(kZipLocalMagic, "ZIP local file header"),
                                       std::pair(kEmptyZipMagic, "ZIP archive without entries"),
                                       std::pair(kGzipMagic, "gzip member header")}) {
    if (has_text_at(input.head, 0, magic))
      return {Fit::strong, {proof_at(input.path, 0, magic, meaning)}};
  }
  // A ZIP archive may have anything in front, and a raw disk may end in a ZIP file. What is in
  // front decides: a program makes it a self-extractor; otherwise the name must say that it is an
  // IMZ.
  const bool program = has_text_at(input.head, 0, "MZ");
  if ((program || extension_of(input.path) == "imz") && ends_as_zip(*input.source)) {
    return {Fit::strong,
            {{input.path, 0, {}, "ZIP central directory that leads to a local file header"}}};
  }
  return {};
}

Result<Image> open_file(std::shared_ptr<const MappedFile> file, const OpenOptions& options) {
  // A payload, or the points of a large one, may take half of the machine's memory.
  const auto pages = static_cast<std::uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L));
  const auto page = static_cast<std::uint64_t>(std::max(sysconf(_SC_PAGESIZE), 0L));
  PayloadLimits limits;
  limits.memory = pages * page / 2;
  std::optional<PointCache> cache;
  if (!options.cache_folder.empty()) limits.cache = &cache.emplace(options.cache_folder, file);
  auto image = open_imz(file, file->facts().path, options, limits);
  if (image) image->files.push_back({"image", std::move(file)});
  return image;
}

}  // namespace

Result<Image> open_imz(const SourcePtr& container, const std::string& path,
                       const OpenOptions& options, const PayloadLimits& limits) {
  if (container->size() == 0) return Error{Errc::corrupt, "the file is empty", path, 0};
  const std::vector<std::byte> head = read_head(*container, kGzipMagic.size());
  if (has_text_at(head, 0, kGzipMagic)) return open_gzip(container, path, limits);
  return open_zip(container, path, options, limits);
}

const Format kImz = {"imz", "IMZ compressed disk image (ZIP or gzip)", "imz zip gz", probe,
                     open_file};

}  // namespace discern
