// SPDX-License-Identifier: Apache-2.0
// Text, as the tools of the Dreamcast scene write it:
//
//   3                                      tracks
//   1 0 4 2352 track01.bin 0               number, LBA, control, sector size, file, offset
//   2 600 0 2352 "track 02.raw" 0          control: 4 data, 0 audio (little-endian)
//   3 45000 4 2352 track03.bin 0
//
// Tracks from LBA 45000 on are the high-density area of the GD-ROM, which drives for CDs do not
// see: a session of its own here.
#include "optical/gdi.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "image/format_rows.h"
#include "image/signature.h"
#include "optical/declared_disc.h"
#include "optical/described_files.h"

namespace discern {
namespace {

constexpr std::size_t kMostText = std::size_t{64} << 10;
constexpr std::int32_t kHighDensity = 45000;

struct Word {
  std::string_view text;  // without quotes
  std::uint32_t column = 1;
};

// Nothing when a quote is not closed.
std::optional<std::vector<Word>> words_of(std::string_view line) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    const bool quoted = line[at] == '"';
    const std::size_t from = quoted ? at + 1 : at;
    std::size_t end = quoted ? line.find('"', from) : line.find_first_of(" \t", from);
    if (quoted && end == line.npos) return std::nullopt;
    end = std::min(end, line.size());
    words.push_back({line.substr(from, end - from), static_cast<std::uint32_t>(at + 1)});
    at = quoted ? end + 1 : end;
  }
  return words;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Fields {
  std::size_t word;
  std::uint64_t most;
  std::string_view meaning;
};

Result<GdiTrack> track_of(const std::vector<Word>& words, const std::string& file,
                          std::uint32_t line) {
  const auto error = [&](std::string text, const Word& at) {
    return Error{Errc::corrupt, std::move(text), file, {}, line, at.column};
  };
  if (words.size() != 6)
    return error("a track line has number, LBA, control, sector size, file and offset",
                 words.back());
  static constexpr Fields kFields[] = {{0, 99, "a track number from 1 to 99"},
                                       {1, 600000, "an LBA up to 600000"},
                                       {2, 15, "a control field up to 15"},
                                       {3, 2448, "a sector size"},
                                       {5, std::uint64_t{1} << 40, "a file offset"}};
  std::uint64_t values[6] = {};
  for (const Fields& field : kFields) {
    const auto value = number(words[field.word].text);
    if (!value || *value > field.most)
      return error("\"" + std::string(words[field.word].text.substr(0, 100)) + "\" is not " +
                       std::string(field.meaning),
                   words[field.word]);
    values[field.word] = *value;
  }
  if (values[0] == 0) return error("tracks are numbered from 1", words[0]);
  if (values[3] != 2048 && values[3] != 2336 && values[3] != 2352 && values[3] != 2448)
    return error("a sector size is 2048, 2336, 2352 or 2448", words[3]);
  if (words[4].text.empty()) return error("an empty file name", words[4]);
  return GdiTrack{.number = static_cast<int>(values[0]),
                  .lba = static_cast<std::int32_t>(values[1]),
                  .data = (values[2] & 4) != 0,
                  .stored = static_cast<std::uint32_t>(values[3]),
                  .name = std::string(words[4].text),
                  .offset = values[5],
                  .line = line,
                  .column = words[4].column};
}

SectorMode mode_of(const GdiTrack& track) {
  if (!track.data) return SectorMode::audio;
  return track.stored == 2336 ? SectorMode::mode2_form1 : SectorMode::mode1;
}

Probed probe(const ProbeInput& input) {
  if (input.source->size() > kMostText) return {};
  const auto tracks = parse_gdi(as_text(input.head), input.path);
  if (!tracks && (tracks.error().code == Errc::not_this || tracks.error().line < 3)) return {};
  return proved_by(input, 0, std::min<std::size_t>(input.head.size(), 32),
                   "GDI: number of tracks, and a line for each");
}

}  // namespace

Result<std::vector<GdiTrack>> parse_gdi(std::string_view text, const std::string& file) {
  if (text.size() > kMostText) return Error{Errc::limit, "a track list of more than 64 KiB", file};
  std::vector<GdiTrack> tracks;
  std::optional<std::uint64_t> count;
  std::uint32_t line = 0;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    ++line;
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const auto words = words_of(text.substr(0, end));
    const bool both = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (both ? 2 : 1), text.size()));
    if (words && words->empty()) continue;
    if (!count) {
      count = words && words->size() == 1 ? number(words->front().text) : std::nullopt;
      if (!count || *count == 0 || *count > 99)
        return Error{Errc::not_this, "the first line is not a number of tracks", file, {}, line, 1};
      continue;
    }
    if (!words) return Error{Errc::corrupt, "a quote that is not closed", file, {}, line, 1};
    auto track = track_of(*words, file, line);
    if (!track) return track.error();
    if (!tracks.empty() && track->lba <= tracks.back().lba)
      return Error{Errc::corrupt, "tracks must ascend", file, {}, line, (*words)[1].column};
    if (tracks.size() == *count)
      return Error{Errc::corrupt, "more tracks than the first line says", file, {}, line, 1};
    tracks.push_back(std::move(*track));
  }
  if (!count) return Error{Errc::not_this, "the first line is not a number of tracks", file};
  if (tracks.size() < *count)
    return Error{Errc::corrupt,
                 std::to_string(tracks.size()) + " tracks where the first line says " +
                     std::to_string(*count),
                 file,
                 {},
                 line,
                 1};
  return tracks;
}

Result<Image> open_gdi(std::shared_ptr<const MappedFile> file, const OpenOptions&) {
  auto text = read_exactly(*file, 0, std::min<std::uint64_t>(file->size(), kMostText + 1));
  if (!text) return text.error();
  auto list = parse_gdi(as_text(*text), file->facts().path);
  if (!list) return list.error();
  Image image{.path = file->facts().path, .format = "gdi"};
  image.files.push_back({"descriptor", std::move(file)});
  image.disc.emplace().source = "gdi";
  DescribedFiles files(image, "gdi");
  std::vector<DeclaredLayout> tracks;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const GdiTrack& track = (*list)[i];
    const Place place{.file = image.path, .line = track.line, .column = track.column};
    const SourcePtr source = files.open(track.name, place);
    // Without the file the next track tells how long this one is.
    const bool last =
        i + 1 == list->size() || (track.lba < kHighDensity && (*list)[i + 1].lba >= kHighDensity);
    std::uint64_t sectors = 0;
    if (source && track.offset < source->size())
      sectors = (source->size() - track.offset - 1) / track.stored + 1;
    if (!source && !last) sectors = static_cast<std::uint64_t>((*list)[i + 1].lba - track.lba);
    tracks.push_back(
        {.declared = {.kind = "gdi",
                      .number = track.number,
                      .type = std::string(track.data ? "data" : "audio") + " of " +
                              std::to_string(track.stored) + " bytes a sector",
                      .mode = mode_of(track),
                      .stored = track.stored,
                      .place = place},
         .session = track.lba >= kHighDensity && list->front().lba < kHighDensity ? 2 : 1,
         .lba = track.lba,
         .pieces = {{.file = source,
                     .path = files.path_of(source),
                     .offset = track.offset,
                     .sectors = sectors}}});
  }
  if (files.stored().empty()) return *files.missing();
  return lay_out(std::move(image), tracks, files.stored());
}

extern const Format kGdi = {"gdi", "GDI track list with its image files (GD-ROM)", "gdi", probe,
                            open_gdi};

}  // namespace discern
