// SPDX-License-Identifier: Apache-2.0
// FTK Imager writes IMAGE.001.txt. Of what it could not read it says, in sectors, both ends
// counted:
//
//   Bytes per Sector: 512
//   ATTENTION:
//   The following sector(s) on the source drive could not be read:
//           491584 through 491591
//           491928
//   The contents of these sectors were replaced with zeros in the image.
//
// (FTK Imager CLI 3.1.1; some versions go on behind the colon, or put commas between.) dc3dd 7.2
// tells a number only, in the file of its option log=:
//
//   dc3dd 7.2.646 started at 2026-11-24 16:45:11 +0000
//   sector size: 512 bytes (probed)
//      896 bad sectors replaced by zeros
#include "image/acquisition_log.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "discern/source.h"

namespace discern {
namespace {

constexpr std::string_view kBlanks = " \t\r,;";
constexpr std::string_view kFtkList = "sector(s) on the source drive could not be read:";
constexpr std::string_view kFtkSize = "Bytes per Sector:";
constexpr std::string_view kDc3ddSize = "sector size:";
constexpr std::string_view kDc3ddCount = " bad sectors replaced by zeros";
constexpr std::uint32_t kLargestSector = 65536;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Takes the number at the head of `text`, and the blanks behind it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return value;
}

class LogParser {
 public:
  explicit LogParser(const std::string& path) : path_(path) {}

  Status take(std::string_view line) {
    ++line_number_;
    line_ = line;
    if (const std::size_t list = line.find(kFtkList); list != std::string_view::npos) {
      log_.program = "FTK Imager";
      in_list_ = true;
      return take_sectors(line.substr(list + kFtkList.size()));
    }
    if (in_list_) {
      const std::string_view text = trimmed(line);
      if (text.empty()) return Done{};
      if (text.front() >= '0' && text.front() <= '9') return take_sectors(text);
      in_list_ = false;
    }
    line = trimmed(line);
    if (line.starts_with("dc3dd ") && line.find(" started at ") != std::string_view::npos)
      log_.program = "dc3dd";
    else if (line.starts_with(kFtkSize))
      take_sector_size(line.substr(kFtkSize.size()));
    else if (line.starts_with(kDc3ddSize))
      take_sector_size(line.substr(kDc3ddSize.size()));
    else if (line.ends_with(kDc3ddCount))
      take_count(line);
    return Done{};
  }

  Result<AcquisitionLog> finish() {
    if (log_.program.empty())
      return Error{Errc::not_this, "this is no log of an imaging program that is known", path_};
    for (const ByteRange& sectors : sectors_) {
      if (sectors.end() > std::numeric_limits<std::uint64_t>::max() / log_.sector_size)
        return Error{Errc::corrupt, "no medium has as many sectors", path_};
      log_.unread.push_back({sectors.offset * log_.sector_size, sectors.length * log_.sector_size});
    }
    log_.unread = merged(std::move(log_.unread));
    return std::move(log_);
  }

 private:
  Error error(std::string text, std::string_view at) const {
    return {Errc::corrupt, std::move(text),
            path_,         std::nullopt,
            line_number_,  static_cast<std::uint32_t>(at.data() - line_.data() + 1)};
  }

  // `text` is a part of line_: "63 through 126", several of them, single numbers.
  Status take_sectors(std::string_view text) {
    text = trimmed(text);
    while (!text.empty()) {
      const std::string_view at = text;
      const auto first = take_number(text);
      if (!first) return error("a list of sectors has numbers", at);
      std::uint64_t last = *first;
      if (text.starts_with("through")) {
        text = trimmed(text.substr(7));
        const auto end = take_number(text);
        if (!end || *end < *first) return error("these sectors have no end", at);
        last = *end;
      }
      if (last == std::numeric_limits<std::uint64_t>::max())
        return error("no medium has as many sectors", at);
      sectors_.push_back({*first, last - *first + 1});
    }
    return Done{};
  }

  void take_sector_size(std::string_view text) {
    text = trimmed(text);
    const auto size = take_number(text);
    if (size && *size > 0 && *size <= kLargestSector)
      log_.sector_size = static_cast<std::uint32_t>(*size);
  }

  void take_count(std::string_view line) {
    if (const auto count = take_number(line)) log_.unplaced = std::max(log_.unplaced, *count);
  }

  const std::string& path_;
  std::string_view line_ = {};
  std::uint32_t line_number_ = 0;
  bool in_list_ = false;
  std::vector<ByteRange> sectors_ = {};  // in sectors
  AcquisitionLog log_ = {};
};

}  // namespace

Result<AcquisitionLog> parse_acquisition_log(std::string_view text, const std::string& path) {
  LogParser parser(path);
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (const Status taken = parser.take(rest.substr(0, end)); !taken) return taken.error();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parser.finish();
}

}  // namespace discern
