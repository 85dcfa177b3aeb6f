// SPDX-License-Identifier: Apache-2.0
// How to get the same digests with programs that every Unix has. A command is only given when the
// view's bytes really are what it produces: that is looked up in the view's own map, down to each
// sector, not assumed from the format.

#include <algorithm>

#include "report/page/sections.h"

namespace discern {
namespace {

// For a POSIX shell; names with bytes that do not print need the $'' of bash, ksh and zsh.
std::string shell_quoted(std::string_view word) {
  if (show_name(word).clean) {
    std::string out = "'";
    for (const char c : word) {
      if (c == '\'')
        out += "'\\''";
      else
        out += c;
    }
    return out + "'";
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F || c == '\'' || c == '\\')
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    else
      out += c;
  }
  return out + "'";
}

// Units of `unit` bytes that stand `stride` apart in one file.
struct Stored {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t unit = 0;
  std::uint64_t stride = 0;
};

// Nothing when the view's bytes are derived, come from several files or in irregular steps.
std::optional<Stored> stored_in_steps(const View& view) {
  const std::uint64_t size = view.source->size();
  if (size == 0) return std::nullopt;
  const Location first = view.source->locate(0);
  if (!first.offset) return std::nullopt;
  Stored stored{std::string(first.file), *first.offset, size, size};
  if (first.length >= size) return stored;

  // At least a sector's user data at a time, and not more than a disc has.
  constexpr std::uint64_t kMaxSectors = 1'000'000;
  if (view.sector_size < 2048 || first.length != view.sector_size || size % view.sector_size != 0 ||
      size / view.sector_size > kMaxSectors)
    return std::nullopt;
  stored.unit = view.sector_size;
  for (std::uint64_t at = view.sector_size; at < size; at += view.sector_size) {
    const Location where = view.source->locate(at);
    if (!where.offset || where.file != first.file || where.length < stored.unit)
      return std::nullopt;
    if (at == view.sector_size) {
      if (*where.offset < stored.offset + stored.unit) return std::nullopt;
      stored.stride = *where.offset - stored.offset;
    }
    if (*where.offset != stored.offset + at / stored.unit * stored.stride) return std::nullopt;
  }
  return stored;
}

// A command that writes the view's bytes to its standard output.
std::string command_for(const Image& image, const View& view) {
  if (const auto stored = stored_in_steps(view)) {
    const std::string file = shell_quoted(stored->file);
    const std::string size = std::to_string(view.source->size());
    if (stored->stride == stored->unit)
      return "dd if=" + file +
             " bs=1M iflag=skip_bytes,count_bytes skip=" + std::to_string(stored->offset) +
             " count=" + size + " status=none";
    return "perl -e 'open F,\"<:raw\",shift;for(my $p=" + std::to_string(stored->offset) + ";$n<" +
           std::to_string(view.source->size() / stored->unit) +
           ";$p+=" + std::to_string(stored->stride) + ",$n++){seek F,$p,0;read F,$b," +
           std::to_string(stored->unit) + ";print $b}' " + file;
  }
  const auto begins_with = [&](std::string_view magic) {
    return std::any_of(image.proofs.begin(), image.proofs.end(), [&](const Proof& proof) {
      return proof.view.empty() && proof.offset == 0 && as_text(proof.value).starts_with(magic);
    });
  };
  if (image.format == "imz" && image.files.size() == 1) {
    const std::string file = shell_quoted(image.files.front().path());
    if (begins_with("PK")) return "unzip -p " + file;
    if (begins_with("\x1f\x8b")) return "gzip -dc < " + file;
  }
  if (image.format == "ewf") return "img_cat " + shell_quoted(image.path);
  return "discern cat --view " + shell_quoted(view.name) + " " + shell_quoted(image.path);
}

void write_command(Markup& page, const std::string& object, const std::string& command,
                   const std::string& expected) {
  page << "<li><p>" << object << "</p><pre><code>" << command
       << "</code></pre><p class=\"expect\">gives "
       << "<code>" << expected << "</code></p></li>";
}

}  // namespace

void write_reverify(Markup& page, const Case& of) {
  page << "<p class=\"lede\">Nobody has to believe this page. These commands use stock programs "
          "where "
          "the bytes can be had with them.</p><ol class=\"commands\"><li><p>The case folder "
          "itself, from "
          "inside it</p><pre><code>sha256sum -c MANIFEST.sha256</code></pre></li>";
  constexpr std::size_t kMaxCommands = 60;
  std::size_t written = 0;
  // Nothing for objects that are another one's bytes or were not read completely.
  const auto expected_of = [&](std::string_view object) -> const std::string* {
    for (const DigestSet& digests : of.examination.digests)
      if (digests.object == object && digests.bad.empty() && digests.same_as.empty())
        return digests.find(Algorithm::sha256);
    return nullptr;
  };
  for (const EvidenceFile& file : of.image.files) {
    const std::string object = "file:" + file.name();
    const std::string* expected = expected_of(object);
    if (expected && ++written <= kMaxCommands)
      write_command(page, object, "sha256sum -- " + shell_quoted(file.path()), *expected);
  }
  for (const View& view : of.image.views) {
    const std::string object = object_of(view);
    const std::string* expected = expected_of(object);
    if (expected && ++written <= kMaxCommands)
      write_command(page, object, command_for(of.image, view) + " | sha256sum", *expected);
  }
  page << "</ol>";
  if (!of.summary.unread.empty())
    page << "<p class=\"cut\">Objects with unreadable bytes have no command here: other programs "
            "treat "
            "such bytes differently.</p>";
}

}  // namespace discern
