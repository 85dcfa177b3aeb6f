// SPDX-License-Identifier: Apache-2.0
// References in XML, read by libxml2 without network, external entities or validation.
//
// Logiqx DAT (Redump, TOSEC): one element per track or file.
//   <rom name="Game (Track 1).bin" size="123" crc="12345678" md5="..." sha1="..."/>
//
// DFXML (schema 2.0.0): a digest of a file, or of a piece of it or of the medium.
//   <fileobject><filename>a.img</filename><filesize>9</filesize>
//     <hashdigest type="md5">..</hashdigest>
//     <byte_runs><byte_run file_offset="0" len="512"><hashdigest
//     type="MD5">..</hashdigest></byte_run></byte_runs>
//   </fileobject>
// A byte_run outside any fileobject, of a diskimageobject or source, is of the medium (img_offset).
#include <libxml/xmlreader.h>

#include <algorithm>
#include <array>
#include <memory>

#include "digest/reference_lines.h"

namespace discern {
namespace {

constexpr int kMaxDepth = 64;

struct FreeReader {
  void operator()(xmlTextReader* reader) const { xmlFreeTextReader(reader); }
};
using Reader = std::unique_ptr<xmlTextReader, FreeReader>;

void ignore(void*, const char*, xmlParserSeverities, xmlTextReaderLocatorPtr) {}

Reader open(std::string_view text) {
  if (text.size() > INT32_MAX) return nullptr;
  Reader reader(xmlReaderForMemory(text.data(), static_cast<int>(text.size()), "reference.xml",
                                   nullptr,
                                   XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (reader) xmlTextReaderSetErrorHandler(reader.get(), ignore, nullptr);
  return reader;
}

std::string local_name(xmlTextReader* reader) {
  const xmlChar* name = xmlTextReaderConstLocalName(reader);
  return name ? reinterpret_cast<const char*>(name) : "";
}

std::optional<std::string> attribute(xmlTextReader* reader, const char* name) {
  xmlChar* const value = xmlTextReaderGetAttribute(reader, reinterpret_cast<const xmlChar*>(name));
  if (!value) return std::nullopt;
  std::string text = reinterpret_cast<const char*>(value);
  xmlFree(value);
  return text;
}

std::optional<std::uint64_t> number_attribute(xmlTextReader* reader, const char* name) {
  const auto text = attribute(reader, name);
  return text ? whole_number(*text) : std::nullopt;
}

std::uint32_t line_of(xmlTextReader* reader) {
  // The parser itself is ahead of the node.
  return static_cast<std::uint32_t>(
      std::max<long>(0, xmlGetLineNo(xmlTextReaderCurrentNode(reader))));
}

// "Game (Track 03).bin" -> 3; 0 when the name tells none.
int track_in(std::string_view name) {
  const std::string small = lower(name);
  const std::size_t at = small.rfind("(track ");
  if (at == std::string::npos) return 0;
  const std::size_t close = small.find(')', at);
  if (close == std::string::npos) return 0;
  const auto number = whole_number(std::string_view(small).substr(at + 7, close - at - 7));
  return number && *number >= 1 && *number <= 99 ? static_cast<int>(*number) : 0;
}

// The elements that are open at the reader's place, of DFXML.
class DfxmlState {
 public:
  DfxmlState(const std::string& path, std::vector<Reference>& out) : path_(path), out_(out) {}

  void start(xmlTextReader* reader, const std::string& name, bool empty) {
    if (name == "fileobject") {
      file_ = Reference();
      in_file_ = true;
      of_file_from_ = out_.size();
    } else if (name == "byte_run") {
      const auto at = in_file_ ? number_attribute(reader, "file_offset")
                               : number_attribute(reader, "img_offset");
      const auto length = number_attribute(reader, "len");
      in_run_ = !empty;
      run_ = at && length && *length > 0 && *at <= UINT64_MAX - *length
                 ? std::optional(ByteRange{*at, *length})
                 : std::nullopt;
    } else if (name == "hashdigest") {
      type_ = algorithm_called(attribute(reader, "type").value_or(""));
      line_ = line_of(reader);
    }
    text_.clear();
    if (empty) end(name);
  }

  void add_text(std::string_view text) {
    if (text_.size() < 65536) text_ += text;
  }

  void end(const std::string& name) {
    if (name == "filename" && in_file_) file_.name = text_;
    if (name == "filesize" && in_file_) file_.size = whole_number(trimmed(text_));
    if (name == "byte_run") in_run_ = false;
    if (name == "hashdigest") add_digest();
    if (name == "fileobject") {
      for (std::size_t i = of_file_from_; i < out_.size(); ++i) {
        out_[i].name = file_.name;
        out_[i].size = file_.size;
      }
      in_file_ = false;
    }
    text_.clear();
  }

 private:
  void add_digest() {
    const auto value = value_of(type_, text_);
    if (!value || (in_run_ && !run_)) return;
    if (!in_file_ && !in_run_) return;
    Reference reference;
    reference.of = in_file_ ? Reference::Of::file : Reference::Of::medium;
    reference.algorithm = type_;
    reference.value = *value;
    if (in_run_) reference.range = run_;
    reference.file = path_;
    reference.line = line_;
    out_.push_back(std::move(reference));
  }

  const std::string& path_;
  std::vector<Reference>& out_;
  Reference file_ = {};
  bool in_file_ = false;
  std::size_t of_file_from_ = 0;
  bool in_run_ = false;
  std::optional<ByteRange> run_ = {};
  std::string type_ = {};
  std::uint32_t line_ = 0;
  std::string text_ = {};
};

}  // namespace

bool is_dat(std::string_view head, std::string_view) {
  return head.find("<datafile") != std::string_view::npos;
}

std::vector<Reference> parse_dat(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  const Reader reader = open(text);
  while (reader && xmlTextReaderRead(reader.get()) == 1) {
    if (xmlTextReaderDepth(reader.get()) > kMaxDepth) break;
    if (xmlTextReaderNodeType(reader.get()) != XML_READER_TYPE_ELEMENT) continue;
    const std::string element = local_name(reader.get());
    if (element != "rom" && element != "disk") continue;
    Reference reference;
    reference.name = attribute(reader.get(), "name").value_or("");
    reference.size = number_attribute(reader.get(), "size");
    reference.track = track_in(reference.name);
    reference.file = path;
    reference.line = line_of(reader.get());
    constexpr std::array<std::pair<const char*, const char*>, 4> kDigests = {
        {{"crc", "crc32"}, {"md5", "md5"}, {"sha1", "sha1"}, {"sha256", "sha256"}}};
    for (const auto& [name, algorithm] : kDigests) {
      const auto found = attribute(reader.get(), name);
      const auto value = found ? value_of(algorithm, *found) : std::nullopt;
      if (!value) continue;
      reference.algorithm = algorithm;
      reference.value = *value;
      references.push_back(reference);
    }
  }
  return references;
}

bool is_dfxml(std::string_view head, std::string_view) {
  return head.find("<dfxml") != std::string_view::npos ||
         head.find("<fileobject") != std::string_view::npos;
}

std::vector<Reference> parse_dfxml(std::string_view text, const std::string& path) {
  std::vector<Reference> references;
  const Reader reader = open(text);
  DfxmlState state(path, references);
  while (reader && xmlTextReaderRead(reader.get()) == 1) {
    if (xmlTextReaderDepth(reader.get()) > kMaxDepth) break;
    const int type = xmlTextReaderNodeType(reader.get());
    if (type == XML_READER_TYPE_ELEMENT) {
      state.start(reader.get(), local_name(reader.get()),
                  xmlTextReaderIsEmptyElement(reader.get()) == 1);
    } else if (type == XML_READER_TYPE_END_ELEMENT) {
      state.end(local_name(reader.get()));
    } else if (const xmlChar* value = xmlTextReaderConstValue(reader.get());
               value && (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA)) {
      state.add_text(reinterpret_cast<const char*>(value));
    }
  }
  return references;
}

}  // namespace discern
