// SPDX-License-Identifier: Apache-2.0
// How to get the same digests with programs that every Unix has. A command is only given when the
// view's bytes really are what it produces: that is looked up in the view's own map, down to each
// sector, not assumed from the format.

#include "discern/object_name.h"
#include "report/page/sections.h"
#include "report/reproduction.h"

namespace discern {
namespace {

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
    const std::string object = object_name(view);
    const std::string* expected = expected_of(object);
    if (expected && ++written <= kMaxCommands)
      write_command(page, object, reproduction_of(of.image, view).command + " | sha256sum",
                    *expected);
  }
  page << "</ol>";
  if (!of.summary.unread.empty())
    page << "<p class=\"cut\">Objects with unreadable bytes have no command here: other programs "
            "treat "
            "such bytes differently.</p>";
}

}  // namespace discern
