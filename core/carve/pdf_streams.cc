// SPDX-License-Identifier: Apache-2.0
// "12 0 obj << /Length 345 /Filter /FlateDecode >> stream", a line end, the data, "endstream". A
// length may also be the number of another object, "13 0 R". FlateDecode is zlib (RFC 1950) data,
// DCTDecode a whole JPEG: both are decoded.
// Source: ISO 32000-1 clauses 7.3.8, 7.4.4 and 7.4.8.
#include "carve/pdf_streams.h"

#include <algorithm>

#include "carve/deflate_walk.h"
#include "carve/jpeg_walk.h"
#include "carve/pdf_xref.h"
#include "carve/validators.h"

namespace discern::pdf {
namespace {

constexpr std::uint64_t kDictionary = 2048;  // longer ones are not read
constexpr std::string_view kWord = "stream";

std::string_view trimmed_end(std::string_view text) {
  const auto last = text.find_last_not_of(kSpace);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// `dictionary` ends with ">>".
PdfStream described(std::string_view dictionary, std::uint64_t begin) {
  PdfStream stream;
  stream.begin = begin;
  const auto object = dictionary.rfind(" obj");
  if (object == std::string_view::npos) return stream;
  dictionary.remove_prefix(object);
  if (const auto key = dictionary.find("/Length "); key != std::string_view::npos) {
    std::string_view value = dictionary.substr(key + std::string_view("/Length").size());
    const auto number = take_number(value);
    std::string_view behind = value;
    const bool reference = take_number(behind) && behind.find('R') < 4;
    if (number && !reference) stream.length = number;
  }
  if (const auto key = dictionary.find("/Filter"); key != std::string_view::npos) {
    std::string_view filter = dictionary.substr(key + std::string_view("/Filter").size());
    filter.remove_prefix(std::min(filter.find_first_not_of(" \t\r\n["), filter.size()));
    stream.flate = filter.starts_with("/FlateDecode");
    stream.jpeg = filter.starts_with("/DCTDecode");
  }
  return stream;
}

}  // namespace

std::optional<PdfStream> next_stream(Candidate& candidate, std::uint64_t from) {
  for (std::uint64_t examined = from;;) {
    const std::uint64_t begin = examined - std::min(examined, kDictionary);
    const auto window = candidate.upto(begin, kWindow);
    if (!window || begin + window->size() <= examined + kWord.size()) return std::nullopt;
    const std::string_view text = as_text(*window);
    for (auto at = text.find(kWord, examined - begin); at != std::string_view::npos;
         at = text.find(kWord, at + 1)) {
      std::size_t data = at + kWord.size();
      if (text.substr(data).starts_with("\r\n"))
        data += 2;
      else if (text.substr(data).starts_with("\n"))
        data += 1;
      else
        continue;
      const std::string_view before = trimmed_end(text.substr(
          at - std::min<std::size_t>(at, kDictionary), std::min<std::size_t>(at, kDictionary)));
      if (before.ends_with(">>") && begin + data >= from) return described(before, begin + data);
    }
    const std::uint64_t end = begin + window->size();
    if (end >= candidate.size()) return std::nullopt;
    examined = end - kWord.size() - 2;
  }
}

StreamCheck check_stream(Candidate& candidate, const PdfStream& stream) {
  constexpr std::uint64_t kLineEnd = 4;
  constexpr std::string_view kEnd = "endstream";
  if (stream.length) {
    const auto bytes = candidate.upto(stream.begin + *stream.length, kLineEnd + kEnd.size());
    if (!bytes || as_text(*bytes).find(kEnd) == std::string_view::npos) return StreamCheck::wrong;
  }
  if (stream.flate) {
    constexpr std::uint64_t kZlibHead = 2;
    constexpr std::uint64_t kChecksum = 4;
    const auto head = candidate.at(stream.begin, kZlibHead);
    if (!head || (std::to_integer<unsigned>((*head)[0]) & 15) != 8 ||
        (std::to_integer<unsigned>((*head)[0]) << 8 | std::to_integer<unsigned>((*head)[1])) % 31 !=
            0)
      return StreamCheck::wrong;
    const Inflated got =
        DeflateWalk(candidate).run(stream.begin + kZlibHead, candidate.size(), candidate.budget());
    if (got.outcome != Inflated::whole) return StreamCheck::wrong;
    if (!stream.length) return StreamCheck::right;
    const std::uint64_t end = got.end + kChecksum;
    return end <= stream.begin + *stream.length + kLineEnd ? StreamCheck::right
                                                           : StreamCheck::wrong;
  }
  if (stream.jpeg) {
    JpegWalk walk(candidate, stream.begin);
    walk.run();
    const auto verdict = walk.verdict();
    return verdict && verdict->soundness == Soundness::complete ? StreamCheck::right
                                                                : StreamCheck::wrong;
  }
  return StreamCheck::unknown;
}

}  // namespace discern::pdf
