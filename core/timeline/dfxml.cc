// SPDX-License-Identifier: Apache-2.0
// DFXML, schema 2.0.0-beta.0 of the DFXML working group: one fileobject for each entry, its
// elements in the order of the schema. The four times that it knows are xs:dateTime, without Z
// where the zone is unknown; all times, undated ones and volume dates too, follow as
// <discern:event> in a namespace of our own.

#include <charconv>

#include "timeline/civil_time.h"
#include "timeline/text_output.h"
#include "timeline/writers.h"

namespace discern {
namespace {

// Shown text; U+FFFE and U+FFFF are no characters of XML 1.0 and shown as bytes.
void append_escaped(std::string& text, std::string_view bytes) {
  const std::string shown = show_name(bytes).text;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    switch (shown[i]) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\xEF':
        if (const std::string_view three = std::string_view(shown).substr(i, 3);
            three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
          text += three == "\xEF\xBF\xBE" ? "\\xef\\xbf\\xbe" : "\\xef\\xbf\\xbf";
          i += 2;
          break;
        }
        [[fallthrough]];
      default:
        text += shown[i];
    }
  }
}

void append_element(std::string& text, std::string_view name, std::string_view value) {
  text += "<" + std::string(name) + ">";
  append_escaped(text, value);
  text += "</" + std::string(name) + ">\n";
}

// The time of day is part of xs:dateTime: a mere date gets midnight, and `prec` says it is a day.
void append_time(std::string& text, std::string_view name, const Entry& entry, TimeKind kind) {
  for (const EntryTime& time : entry.times) {
    if (time.kind != kind || !is_meaningful(time)) continue;
    std::string value = format_time(time.time_ns, time.precision, time.zone);
    std::string_view seconds;
    if (time.precision == Precision::s1) seconds = "1";
    if (time.precision == Precision::s2) seconds = "2";
    if (time.precision == Precision::day1) {
      seconds = "86400";
      value += time.zone == Zone::unknown ? "T00:00:00" : "T00:00:00Z";
    }
    text += "<" + std::string(name);
    if (!seconds.empty()) text += " prec=\"" + std::string(seconds) + "\"";
    text += ">" + value + "</" + std::string(name) + ">\n";
    return;
  }
}

void append_event(std::string& text, const EntryTime& time) {
  text += "<discern:event kind=\"" + std::string(name_of(time.kind)) + "\"";
  if (is_meaningful(time))
    text += " time=\"" + format_time(time.time_ns, time.precision, time.zone) + "\" time_ns=\"" +
            std::to_string(time.time_ns) + "\"";
  text += " precision=\"" + std::string(name_of(time.precision)) + "\" zone=\"" +
          std::string(name_of(time.zone)) + "\" validity=\"" + std::string(name_of(time.validity)) +
          "\"";
  if (!time.raw.empty()) text += " raw_hex=\"" + to_hex(time.raw) + "\"";
  text += "/>\n";
}

void append_runs(std::string& text, const Entry& entry) {
  if (entry.runs.empty()) return;
  text += "<byte_runs>\n";
  for (const Run& run : entry.runs) {
    text += "<byte_run file_offset=\"" + std::to_string(run.file_offset) + "\"";
    if (run.view_offset)
      text += " img_offset=\"" + std::to_string(*run.view_offset) + "\"";
    else
      text += " fill=\"0\"";
    text += " len=\"" + std::to_string(run.length) + "\"/>\n";
  }
  text += "</byte_runs>\n";
}

// hashDigestType knows these; anything else is OTHER.
std::string_view digest_type(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::md5:
      return "MD5";
    case Algorithm::sha1:
      return "SHA1";
    case Algorithm::sha256:
      return "SHA256";
    case Algorithm::sha512:
      return "SHA512";
    default:
      return "OTHER";
  }
}

void append_file(std::string& text, const Timeline& timeline, std::size_t index) {
  const Entry& entry = timeline.entries[index];
  text += "<fileobject>\n";
  append_element(text, "filename", entry.path);
  append_element(text, "id", std::to_string(index + 1));
  const char type = entry.type == 'v' ? 'V' : entry.type;
  if (std::string_view("-pcdbrlshwV").find(type) != std::string_view::npos)
    append_element(text, "name_type", std::string_view(&type, 1));
  append_element(text, "filesize", std::to_string(entry.size));
  append_element(text, "alloc", entry.state == EntryState::allocated ? "1" : "0");
  if (entry.state == EntryState::orphan) append_element(text, "orphan", "1");
  // The number in front of TSK's "12-128-3".
  std::uint64_t inode = 0;
  if (std::from_chars(entry.id.data(), entry.id.data() + entry.id.size(), inode).ec == std::errc())
    append_element(text, "inode", std::to_string(inode));
  append_element(text, "uid", std::to_string(entry.uid));
  append_element(text, "gid", std::to_string(entry.gid));
  append_time(text, "mtime", entry, TimeKind::modified);
  append_time(text, "ctime", entry, TimeKind::changed);
  append_time(text, "atime", entry, TimeKind::accessed);
  append_time(text, "crtime", entry, TimeKind::created);
  if (!entry.link_target.empty()) append_element(text, "link_target", entry.link_target);
  append_runs(text, entry);
  if (index < timeline.digests.size())
    for (const Digest& digest : timeline.digests[index].digests)
      text += "<hashdigest type=\"" + std::string(digest_type(digest.algorithm)) + "\">" +
              digest.hex + "</hashdigest>\n";
  if (!show_name(entry.path).clean)
    append_element(text, "discern:path_hex", to_hex(as_bytes(entry.path)));
  append_element(text, "discern:state", name_of(entry.state));
  append_element(text, "discern:source", entry.source);
  for (const EntryTime& time : entry.times) append_event(text, time);
  text += "</fileobject>";
}

}  // namespace

void write_dfxml(const Timeline& timeline, std::ostream& out) {
  TextOutput lines(out);
  std::string& text = lines.text;
  text +=
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<dfxml xmlns=\"http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML\"\n"
      "  xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:discern=\"urn:discern:timeline:1\"\n"
      "  version=\"2.0.0-beta.0\">\n"
      "<metadata><dc:type>Timeline</dc:type></metadata>\n"
      "<creator>\n<program>discern</program>\n";
  append_element(text, "version", DISCERN_VERSION);
  text += "</creator>\n<source>\n";
  append_element(text, "image_filename", timeline.name);
  text += "</source>\n";
  for (std::size_t i = 0; i < timeline.entries.size(); ++i) {
    append_file(text, timeline, i);
    lines.end_line();
  }
  text += "</dfxml>";
  lines.end_line();
}

}  // namespace discern
