// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "discern/body_file.h"
#include "discern/bytes.h"

// Any bytes as a body file, through all that is made of one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = discern::as_text(std::as_bytes(std::span(data, size)));
  discern::Findings findings;
  const auto body = discern::read_body(text, "fuzz.body", {}, findings);
  if (!body) return 0;
  std::ostringstream out;
  discern::write_body_rows(*body, true, {}, out);
  discern::write_body_rows(*body, false, {}, out);
  const discern::Timeline timeline =
      discern::make_timeline(discern::body_entries(*body, "fuzz.body", findings), nullptr);
  for (const discern::TimelineWriter& writer : discern::timeline_writers())
    writer.write(timeline, out);
  return 0;
}
