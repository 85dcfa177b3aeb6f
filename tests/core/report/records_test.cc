// SPDX-License-Identifier: Apache-2.0
// The field names of the JSON contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "core/report/sample_case.h"

namespace discern {
namespace {

using boost::json::object;
using tests::SampleCase;

object parsed(const std::string& text) {
  EXPECT_EQ(text.find('\n'), std::string::npos);
  return boost::json::parse(text).as_object();
}

TEST(InfoRecord, DescribesADisc) {
  const auto made = SampleCase::disc();
  const object info = parsed(json_of(made->image));
  EXPECT_EQ(info.at("schema"), "discern/info/1");
  EXPECT_EQ(info.at("image").as_string(), made->image.path);
  EXPECT_EQ(info.at("format"), "cue");
  const object& file = info.at("files").at(0).as_object();
  EXPECT_EQ(file.at("path").as_string(), made->image.path);
  EXPECT_EQ(file.at("role"), "image");
  EXPECT_EQ(file.at("size"), 2352 * 4000);
  const object& view = info.at("views").at(0).as_object();
  EXPECT_EQ(view.at("name"), "data");
  EXPECT_EQ(view.at("size"), 2048 * 4000);
  EXPECT_EQ(view.at("sector_size"), 2048);
  EXPECT_TRUE(info.at("geometry").is_null());
  const object& track = info.at("disc").at("sessions").at(0).at("tracks").at(1).as_object();
  EXPECT_EQ(info.at("disc").at("sessions").at(0).at("number"), 1);
  EXPECT_EQ(track.at("number"), 2);
  EXPECT_EQ(track.at("mode"), "audio");
  EXPECT_EQ(track.at("first_lba"), 3150);
  EXPECT_EQ(track.at("sectors"), 850);
  EXPECT_EQ(track.at("pregap"), 150);
  const object& volume = info.at("volumes").at(0).as_object();
  EXPECT_EQ(volume.at("start"), 0);
  EXPECT_EQ(volume.at("size"), 3000 * 2048);
  EXPECT_EQ(volume.at("type"), "disc");
  EXPECT_EQ(volume.at("filesystem"), "iso9660");
}

TEST(InfoRecord, DescribesAFloppy) {
  const auto made = SampleCase::floppy();
  made->image.findings = {{"a.b", Severity::warning, {"f", 7, {}, 0, 0}, "words"}};
  made->image.stored_digests = {{"view:media", "crc32", "0badf00d", "ZIP directory"}};
  const object info = parsed(json_of(made->image));
  const object& geometry = info.at("geometry").as_object();
  EXPECT_EQ(geometry.at("cylinders"), 80);
  EXPECT_EQ(geometry.at("heads"), 2);
  EXPECT_EQ(geometry.at("sectors_per_track"), 18);
  EXPECT_EQ(geometry.at("bytes_per_sector"), 512);
  EXPECT_TRUE(info.at("disc").is_null());
  EXPECT_EQ(info.at("proofs").at(0).at("value_hex"), "55aa");
  EXPECT_EQ(info.at("stored_digests").at(0).at("value"), "0badf00d");
  const object& finding = info.at("findings").at(0).as_object();
  EXPECT_EQ(finding.at("code"), "a.b");
  EXPECT_EQ(finding.at("severity"), "warning");
  EXPECT_EQ(finding.at("where").at("file"), "f");
  EXPECT_EQ(finding.at("where").at("offset"), 7);
  EXPECT_EQ(finding.at("text"), "words");
}

TEST(HashRecord, HasOneFieldForEachAlgorithm) {
  const auto made = SampleCase::disc();
  const object data = parsed(json_of(made->image, made->examination.digests[1]));
  EXPECT_EQ(data.at("schema"), "discern/hash/1");
  EXPECT_EQ(data.at("image").as_string(), made->image.path);
  EXPECT_EQ(data.at("object"), "view:data");
  EXPECT_EQ(data.at("offset"), 0);
  EXPECT_EQ(data.at("size"), 2048 * 4000);
  EXPECT_EQ(data.at("bad_bytes"), 4096);
  EXPECT_EQ(data.at("md5").as_string().size(), 32u);
  EXPECT_EQ(data.at("sha1").as_string().size(), 40u);
  EXPECT_EQ(data.at("sha256").as_string().size(), 64u);
  EXPECT_FALSE(data.contains("same_as"));
  const object raw = parsed(json_of(made->image, made->examination.digests[2]));
  EXPECT_EQ(raw.at("same_as").as_string(), made->examination.digests[0].object);
}

TEST(HashRecord, KeepsTheBytesOfAnUncleanName) {
  const auto made = SampleCase::floppy();
  const object record = parsed(json_of(made->image, DigestSet{"file:\xFFx"}));
  EXPECT_EQ(record.at("object"), "file:\\xffx");
  EXPECT_EQ(record.at("object_hex"), "66696c653aff78");
}

TEST(VerifyRecord, HasTheContractsFields) {
  const auto made = SampleCase::disc();
  const object record = parsed(json_of(made->image, made->examination.verifications[1]));
  EXPECT_EQ(record.at("schema"), "discern/verify/1");
  EXPECT_EQ(record.at("image").as_string(), made->image.path);
  EXPECT_EQ(record.at("object"), "view:raw");
  EXPECT_EQ(record.at("check"), "edc");
  EXPECT_EQ(record.at("expected"), "0");
  EXPECT_EQ(record.at("computed"), "12");
  EXPECT_EQ(record.at("source"), "sectors of mode 1");
  EXPECT_EQ(record.at("verdict"), "mismatch");
}

TEST(CarveRecord, MapsRunsToTheEvidenceFile) {
  const auto made = SampleCase::disc();
  const CarvedFile& file = made->examination.carved[4];
  const object record = parsed(json_of(made->image, made->image.views[0], file));
  EXPECT_EQ(record.at("schema"), "discern/carve/1");
  EXPECT_EQ(record.at("type"), "gif");
  EXPECT_EQ(record.at("size"), 43);
  EXPECT_EQ(record.at("sha256").as_string(), file.sha256);
  EXPECT_EQ(record.at("view"), "data");
  EXPECT_EQ(record.at("end_reason").as_string(), file.end_reason);
  EXPECT_EQ(record.at("validated"), "truncated");
  EXPECT_EQ(record.at("file").as_string(), file.file);
  const object& run = record.at("runs").at(0).as_object();
  EXPECT_EQ(run.at("offset"), file.offset);
  EXPECT_EQ(run.at("length"), 43);
  EXPECT_EQ(run.at("lba"), file.offset / 2048);
  EXPECT_EQ(run.at("evidence_file"), "it's <b>one&two disc.bin");
  EXPECT_EQ(run.at("evidence_offset"), file.offset / 2048 * 2352 + 16 + file.offset % 2048);
}

TEST(CarveRecord, SaysNullForAFileThatWasNotWritten) {
  const auto made = SampleCase::disc();
  made->examination.carved[0].file.clear();
  const object record =
      parsed(json_of(made->image, made->image.views[0], made->examination.carved[0]));
  EXPECT_TRUE(record.at("file").is_null());
}

TEST(FindingRecord, NamesLineAndColumn) {
  const auto made = SampleCase::disc();
  const object record = parsed(json_of(made->examination.findings[0]));
  EXPECT_EQ(record.at("schema"), "discern/finding/1");
  EXPECT_EQ(record.at("where").at("line"), 4);
  EXPECT_EQ(record.at("where").at("column"), 3);
  EXPECT_FALSE(record.at("where").as_object().contains("offset"));
}

TEST(Verdict, IsConsistentWhenAllWasReadAndMatches) {
  EXPECT_EQ(verdict_of(SampleCase::floppy()->examination), CaseVerdict::consistent);
}

TEST(Verdict, IsMismatchForAComparisonOrASectorThatFails) {
  auto made = SampleCase::floppy();
  made->examination.verifications[0].verdict = Outcome::mismatch;
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::mismatch);
  made = SampleCase::floppy();
  made->examination.sectors = SectorTally{};
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::consistent);
  made->examination.sectors->q_bad = 1;
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::mismatch);
}

TEST(Verdict, IsIncompleteForUnreadBytesUnlessSomethingContradicts) {
  auto made = SampleCase::floppy();
  made->examination.digests[0].bad = {{0, 512}};
  made->examination.findings = {{"source.unreadable", Severity::damage, {}, "512 bytes"}};
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::incomplete);
  made->examination.verifications[0].verdict = Outcome::mismatch;
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::mismatch);
}

TEST(Verdict, TakesDamageWithoutUnreadBytesAsContradiction) {
  auto made = SampleCase::floppy();
  made->examination.findings = {{"x.warning", Severity::warning, {}, "odd"}};
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::consistent);
  made->examination.findings = {{"x.damage", Severity::damage, {}, "wrong"}};
  EXPECT_EQ(verdict_of(made->examination), CaseVerdict::mismatch);
}

TEST(Verdict, HasTheContractsNames) {
  EXPECT_EQ(name_of(CaseVerdict::consistent), "consistent");
  EXPECT_EQ(name_of(CaseVerdict::mismatch), "mismatch");
  EXPECT_EQ(name_of(CaseVerdict::incomplete), "incomplete");
}

}  // namespace
}  // namespace discern
