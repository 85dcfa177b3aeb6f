// SPDX-License-Identifier: Apache-2.0
// Opening evidence: which row of the format table reads it, and what every image gets whatever its
// format (volumes, geometry). Content decides; a file name is only asked when the content fits
// several formats equally well.
#include "discern/image.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "discern/repair.h"
#include "image/foreign.h"
#include "image/format_rows.h"
#include "image/volume_views.h"
#include "optical/descriptors.h"
#include "optical/subchannel.h"

namespace discern {
namespace {

constexpr std::size_t kHead = std::size_t{64} << 10;

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}

bool lists(std::string_view extensions, std::string_view extension) {
  while (!extensions.empty()) {
    const std::size_t blank = std::min(extensions.find(' '), extensions.size());
    if (extensions.substr(0, blank) == extension) return true;
    extensions.remove_prefix(std::min(blank + 1, extensions.size()));
  }
  return false;
}

struct Choice {
  const Format* row = nullptr;
  std::vector<Proof> proofs = {};
};

Result<Choice> forced(const ProbeInput& input, const std::string& id) {
  const Format* row = find_format(id);
  if (row == nullptr) return Error{Errc::missing, "there is no format '" + id + "'", input.path};
  Probed probed = row->probe(input);
  if (probed.fit == Fit::none)
    return Error{Errc::not_this, "the content is not " + std::string(row->name), input.path};
  return Choice{row, std::move(probed.proofs)};
}

Result<Choice> chosen(const ProbeInput& input) {
  // First of all: what a foreign container holds may look like a format of ours (the sectors in a
  // Nero image are raw CD sectors), but its own structure would be taken for evidence.
  if (auto foreign = recognise_foreign(*input.source, input.path)) return std::move(*foreign);
  std::vector<Choice> best;
  Fit fit = Fit::weak;
  for (const Format& row : formats()) {
    Probed probed = row.probe(input);
    if (probed.fit < fit) continue;
    if (probed.fit > fit) best.clear();
    fit = probed.fit;
    best.push_back({&row, std::move(probed.proofs)});
  }
  if (best.size() == 1) return std::move(best.front());

  // Raw is the last row and fits everything, so that it is not asked: where nothing but the name
  // could speak for another format, and it does not, bytes are just bytes.
  const auto end = fit == Fit::weak ? std::prev(best.end()) : best.end();
  const std::string extension = extension_of(input.path);
  const auto fits_name = [&](const Choice& each) { return lists(each.row->extensions, extension); };
  if (std::count_if(best.begin(), end, fits_name) == 1)
    return std::move(*std::find_if(best.begin(), end, fits_name));
  if (fit == Fit::weak) return std::move(best.back());

  std::string text = "the content fits several formats equally well, choose one:";
  for (const Choice& each : best)
    text += (&each == &best.front() ? " " : ", ") + std::string(each.row->id) + " (" +
            std::string(each.row->name) + ")";
  return Error{Errc::ambiguous, std::move(text), input.path};
}

// The name promises another format than the content.
void compare_extension(const Format& row, Image& image) {
  const std::string extension = extension_of(image.path);
  if (extension.empty() || lists(row.extensions, extension)) return;
  for (const Format& other : formats()) {
    if (!lists(other.extensions, extension)) continue;
    image.findings.push_back(
        {"image.extension-disagrees", Severity::warning, Place{.file = image.path},
         "the name ends in ." + extension + " like a " + std::string(other.name) +
             ", the content is a " + std::string(row.name)});
    return;
  }
}

}  // namespace

std::string EvidenceFile::name() const { return std::filesystem::path(path()).filename().string(); }

const View* Image::find_view(std::string_view name) const {
  const auto found =
      std::find_if(views.begin(), views.end(), [&](const View& view) { return view.name == name; });
  return found == views.end() ? nullptr : &*found;
}

Result<std::string> read_password_file(const std::string& path) {
  constexpr std::size_t kLongest = 4096;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Errc::missing, "cannot be opened", path};
  std::string line(kLongest + 1, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.size() > kLongest) return Error{Errc::limit, "the first line is too long", path};
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return Error{Errc::missing, "there is no password in the first line", path};
  return line;
}

const View& Image::file_system_view() const {
  const View* const overlay = find_view("overlay");
  return overlay ? *overlay : main_view();
}

Result<Image> open_image(const std::string& path, const OpenOptions& options) {
  auto file = MappedFile::open(path);
  if (!file) return file.error();
  if ((*file)->size() == 0) return Error{Errc::corrupt, "the file is empty", path};

  const std::vector<std::byte> head = read_head(**file, kHead);
  const ProbeInput input{path, *file, head};
  auto choice = options.format.empty() ? chosen(input) : forced(input, options.format);
  if (!choice) return choice.error();

  auto image = choice->row->open(*file, options);
  if (!image) return image;
  image->path = path;
  image->format = choice->row->id;
  if (image->proofs.empty()) image->proofs = std::move(choice->proofs);
  if (options.format.empty()) compare_extension(*choice->row, *image);
  if (!image->views.empty()) add_volumes(*image);
  add_subchannel(*image);
  compare_descriptors(*image);
  if (options.repaired && image->disc)
    if (auto view = repaired_view(*image->disc)) image->views.push_back(std::move(*view));
  return image;
}

}  // namespace discern
