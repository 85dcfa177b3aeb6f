// SPDX-License-Identifier: Apache-2.0
// report.dfxml: Digital Forensics XML, schema 2.0.0. Digests of a whole image have no element of
// their own there: they stand in one byte_run that covers it. Entries are fileobjects.

#include <ostream>

#include "discern/object_name.h"
#include "report/summary.h"
#include "report/writers.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : show_name(bytes).text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + escaped(text) + "</" + tag + ">\n";
}

// The schema enumerates the types; what it lacks is OTHER.
std::string_view type_of(Algorithm algorithm) {
  const std::string_view name = name_of(algorithm);
  for (const std::string_view known : {"md5", "sha1", "sha256", "sha512"})
    if (name == known) return known;
  return {};
}

std::string digests_of(const DigestSet& set) {
  std::string text;
  for (const Digest& digest : set.digests)
    if (const std::string_view type = type_of(digest.algorithm); !type.empty())
      text += "<hashdigest type=\"" + std::string(type) + "\">" + digest.hex + "</hashdigest>\n";
  return text;
}

const DigestSet* set_of(const Examination& examination, std::string_view object) {
  for (const DigestSet& set : examination.digests) {
    if (set.object != object) continue;
    if (set.same_as.empty()) return &set;
    for (const DigestSet& other : examination.digests)
      if (other.object == set.same_as) return &other;
  }
  return nullptr;
}

std::string version_of(const RunRecord& run, std::string_view name) {
  for (const auto& [of, version] : run.versions)
    if (of == name) return version;
  return {};
}

void add_creator(std::string& text, const RunRecord& run) {
  text += "<creator version=\"1.0\">\n" + element("program", "discern");
  text += element("version", version_of(run, "discern"));
  text += "<build_environment>\n" + element("compiler", version_of(run, "compiler"));
  for (const auto& [name, version] : run.versions)
    if (name != "discern" && name != "compiler")
      text += "<library name=\"" + escaped(name) + "\" version=\"" + escaped(version) + "\"/>\n";
  text += "</build_environment>\n<execution_environment>\n";
  std::string command;
  for (const std::string& argument : run.arguments)
    command += (command.empty() ? "" : " ") + argument;
  text += element("os_sysname", run.system) + element("host", run.host);
  text += element("command_line", command) + element("username", run.user);
  if (!run.started.empty()) text += element("start_time", run.started);
  text += "</execution_environment>\n</creator>\n";
}

std::string element_of(TimeKind kind) {
  switch (kind) {
    case TimeKind::modified:
      return "mtime";
    case TimeKind::changed:
      return "ctime";
    case TimeKind::accessed:
      return "atime";
    case TimeKind::created:
      return "crtime";
    default:
      return {};
  }
}

void add_entry(std::string& text, const Entry& entry) {
  text += "<fileobject>\n" + element("filename", entry.path.substr(entry.path.starts_with('/')));
  text += element("name_type", std::string(1, entry.type));
  text += element("filesize", std::to_string(entry.size));
  text += element("alloc", entry.state == EntryState::allocated ? "1" : "0");
  if (entry.state == EntryState::orphan) text += element("orphan", "1");
  // In the order of the schema. Times without a zone are readings of a clock: they have no Z.
  for (const TimeKind kind :
       {TimeKind::modified, TimeKind::changed, TimeKind::accessed, TimeKind::created})
    for (const EntryTime& time : entry.times)
      if (time.kind == kind && is_meaningful(time) && time.precision != Precision::day1) {
        text += element(element_of(kind), format_time(time.time_ns, time.precision, time.zone));
        break;
      }
  text += "<byte_runs>\n";
  for (const Run& run : entry.runs)
    if (run.view_offset)
      text += "<byte_run file_offset=\"" + std::to_string(run.file_offset) + "\" img_offset=\"" +
              std::to_string(*run.view_offset) + "\" len=\"" + std::to_string(run.length) +
              "\"/>\n";
  text += "</byte_runs>\n</fileobject>\n";
}

}  // namespace

void write_dfxml(const Examination& examination, std::ostream& out) {
  const Image& image = *examination.image;
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dfxml "
      "xmlns=\"http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" version=\"2.0.0-beta.0\">\n<metadata>\n"
      "<dc:type>Disk Image</dc:type>\n</metadata>\n";
  add_creator(text, examination.run);
  text += "<source>\n" + element("image_filename", image.path) + "</source>\n";
  for (const View& view : image.views) {
    const DigestSet* set = set_of(examination, object_name(view));
    if (!set) continue;
    const std::string size = std::to_string(view.source->size());
    text += "<diskimageobject>\n<byte_runs>\n<byte_run img_offset=\"0\" len=\"" + size +
            "\" type=\"" + escaped(object_name(view)) + "\">\n" + digests_of(*set) +
            "</byte_run>\n";
    for (const ByteRange& bad : set->bad)
      text += "<byte_run img_offset=\"" + std::to_string(bad.offset) + "\" len=\"" +
              std::to_string(bad.length) + "\" fill=\"0\" type=\"unreadable\"/>\n";
    text += "</byte_runs>\n" + element("sector_size", std::to_string(view.sector_size)) +
            "</diskimageobject>\n";
  }
  for (const EvidenceFile& file : image.files) {
    const DigestSet* set = set_of(examination, "file:" + file.name());
    text += "<fileobject>\n" + element("filename", file.path()) +
            element("filesize", std::to_string(file.source->size()));
    text += element("mtime", format_time(file.source->facts().mtime_ns, Precision::ns, Zone::utc));
    if (set) text += digests_of(*set);
    text += "</fileobject>\n";
  }
  out << text;
  for (const Entry& entry : examination.timeline.entries) {
    text.clear();
    add_entry(text, entry);
    out << text;
  }
  out << "</dfxml>\n";
}

}  // namespace discern
