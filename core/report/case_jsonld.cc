// SPDX-License-Identifier: Apache-2.0
// case.jsonld: CASE 1.4.0 / UCO 1.4.0. The examination is an InvestigativeAction of the tool on the
// evidence files; its results are provenance records of the files and the views with their digests.
// Identifiers end in UUIDs made from the evidence's digests, so that two runs give the same ones.

#include <ostream>

#include "discern/json.h"
#include "report/report_id.h"
#include "report/summary.h"
#include "report/writers.h"
#include "timeline/civil_time.h"

namespace discern {
namespace {

// The open vocabulary of hash names in UCO; others are free text there.
std::string method_of(Algorithm algorithm) {
  const std::string_view name = name_of(algorithm);
  if (name == "md5") return "MD5";
  if (name == "sha1") return "SHA1";
  if (name == "sha256") return "SHA256";
  if (name == "sha512") return "SHA512";
  if (name == "sha3_256") return "SHA3-256";
  return std::string(name);
}

class Graph {
 public:
  Graph(JsonWriter& json, std::string id) : json_(json), id_(std::move(id)) {}

  std::string iri(std::string_view kind, std::string_view of) const {
    return "kb:" + std::string(kind) + "-" +
           uuid_from(id_ + "/" + std::string(kind) + "/" + std::string(of));
  }
  void open(const std::string& iri, std::string_view type) {
    json_.begin_object().field("@id", iri).field("@type", type);
  }
  void close() { json_.end_object(); }
  void refer(std::string_view key, const std::string& iri) {
    json_.key(key).begin_object().field("@id", iri).end_object();
  }
  void typed(std::string_view key, std::string_view type, std::string_view value) {
    json_.key(key).begin_object().field("@type", type).field("@value", value).end_object();
  }

 private:
  JsonWriter& json_;
  std::string id_;
};

void add_content(JsonWriter& json, Graph& graph, const std::string& name, const DigestSet& set) {
  graph.open(graph.iri("content", name), "uco-observable:ContentDataFacet");
  graph.typed("uco-observable:sizeInBytes", "xsd:integer", std::to_string(set.size));
  json.key("uco-observable:hash").begin_array();
  for (const Digest& digest : set.digests) {
    if (digest.hex.size() % 2 != 0) continue;
    const std::string method = method_of(digest.algorithm);
    graph.open(graph.iri("hash", name + "/" + method), "uco-types:Hash");
    json.field("uco-types:hashMethod", method);
    graph.typed("uco-types:hashValue", "xsd:hexBinary", digest.hex);
    graph.close();
  }
  json.end_array();
  graph.close();
}

const DigestSet* digests_of(const Examination& examination, const DigestSet& set) {
  if (set.same_as.empty()) return &set;
  for (const DigestSet& other : examination.digests)
    if (other.object == set.same_as) return &other;
  return &set;
}

}  // namespace

void write_case_jsonld(const Examination& examination, std::ostream& out) {
  const Image& image = *examination.image;
  const RunRecord& run = examination.run;
  std::string text;
  JsonWriter json(text, 1);
  Graph graph(json, report_id(examination));
  json.begin_object().key("@context").begin_object();
  json.field("kb", "http://example.org/kb/");
  json.field("case-investigation", "https://ontology.caseontology.org/case/investigation/");
  for (const char* part : {"action", "core", "identity", "observable", "tool", "types"})
    json.field("uco-" + std::string(part),
               "https://ontology.unifiedcyberontology.org/uco/" + std::string(part) + "/");
  json.field("xsd", "http://www.w3.org/2001/XMLSchema#").end_object();
  json.key("@graph").begin_array();

  const std::string tool = graph.iri("tool", "discern");
  graph.open(tool, "uco-tool:AnalyticTool");
  json.field("uco-core:name", "discern").field("uco-tool:toolType", "Disk image examination");
  for (const auto& [name, version] : run.versions)
    if (name == "discern") json.field("uco-tool:version", version);
  graph.close();

  const std::string examiner = graph.iri("examiner", "performer");
  if (!examination.data.examiner.empty()) {
    graph.open(examiner, "uco-identity:Person");
    json.field("uco-core:name", show_name(examination.data.examiner).text);
    graph.close();
  }

  std::vector<std::string> files;
  std::vector<std::string> results;
  for (const DigestSet& set : examination.digests) {
    const bool file = set.object.starts_with("file:");
    const std::string iri = graph.iri("object", set.object);
    (file ? files : results).push_back(iri);
    graph.open(iri, file ? "uco-observable:File" : "uco-observable:ObservableObject");
    json.field("uco-core:name", show_name(set.object).text);
    if (!set.bad.empty())
      json.field("uco-core:description",
                 std::to_string(total_length(set.bad)) +
                     " bytes could not be read; zeros stand for them in the digests");
    json.key("uco-core:hasFacet").begin_array();
    if (file) {
      graph.open(graph.iri("file", set.object), "uco-observable:FileFacet");
      json.field("uco-observable:fileName", show_name(set.object.substr(5)).text);
      graph.typed("uco-observable:sizeInBytes", "xsd:integer", std::to_string(set.size));
      for (const EvidenceFile& evidence : image.files)
        if (set.object == "file:" + evidence.name())
          graph.typed("uco-observable:modifiedTime", "xsd:dateTime",
                      format_time(evidence.source->facts().mtime_ns, Precision::ns, Zone::utc));
      graph.close();
    }
    add_content(json, graph, set.object, *digests_of(examination, set));
    json.end_array();
    graph.close();
  }

  const std::string record = graph.iri("provenance", "evidence");
  graph.open(record, "case-investigation:ProvenanceRecord");
  if (!examination.data.evidence_number.empty())
    json.field("case-investigation:exhibitNumber",
               show_name(examination.data.evidence_number).text);
  json.field("uco-core:description",
             "verdict on the data: " + std::string(name_of(conclusion_of(examination))) +
                 "; the whole: " + std::string(name_of(verdict_of(examination))));
  json.key("uco-core:object").begin_array();
  for (const auto& list : {files, results})
    for (const std::string& iri : list) json.begin_object().field("@id", iri).end_object();
  json.end_array();
  graph.close();

  graph.open(graph.iri("action", "examination"), "case-investigation:InvestigativeAction");
  json.field("uco-core:name", "examination");
  if (!run.started.empty()) graph.typed("uco-action:startTime", "xsd:dateTime", run.started);
  if (!run.finished.empty()) graph.typed("uco-action:endTime", "xsd:dateTime", run.finished);
  graph.refer("uco-action:instrument", tool);
  if (!examination.data.examiner.empty()) graph.refer("uco-action:performer", examiner);
  json.key("uco-action:object").begin_array();
  for (const std::string& iri : files) json.begin_object().field("@id", iri).end_object();
  json.end_array();
  graph.refer("uco-action:result", record);
  graph.close();
  json.end_array().end_object();
  out << text << '\n';
}

}  // namespace discern
