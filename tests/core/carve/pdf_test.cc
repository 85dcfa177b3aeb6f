// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.h"

namespace discern {
namespace {

using namespace tests;
using testing::HasSubstr;

void expect_verdict(const std::string& bytes, std::size_t length, std::string_view soundness) {
  const auto verdict = validated("pdf", bytes);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->length, length) << verdict->end_reason;
  EXPECT_EQ(name_of(verdict->soundness), soundness) << verdict->end_reason;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string padded(std::string text) { return text + std::string(512 - text.size() % 512, '\0'); }

TEST(Pdf, EndsBehindTheLastUpdate) {
  const std::string once = pdf();
  const std::string previous = "/Prev " + std::to_string(once.find("xref\n"));
  const std::string twice = pdf_body(once, {"<< /Type /Info >>"}, 3, previous);
  const std::string thrice = pdf_body(twice, {"<< /Type /Info >>"}, 3, previous);
  expect_verdict(twice + std::string(600, '\0'), twice.size(), "complete");
  expect_verdict(thrice + std::string(600, '\0'), thrice.size(), "complete");
  expect_verdict(thrice, thrice.size(), "complete");
}

TEST(Pdf, DropsAnUpdateThatIsCut) {
  const std::string twice = pdf_body(pdf(), {"<< /Type /Info >>"}, 3);
  expect_verdict(twice.substr(0, twice.size() - 8), pdf().size(), "complete");
}

TEST(Pdf, DoesNotSwallowTheFileBehindIt) {
  expect_verdict(padded(pdf()) + pdf(), pdf().size(), "complete");
  expect_verdict(pdf() + pdf(), pdf().size(), "complete");
}

// The end of the second file must not be taken for that of the first, whose own end is lost.
TEST(Pdf, StopsAtTheHeaderOfAnotherFile) {
  const std::string cut = pdf().substr(0, pdf().find("xref"));
  const std::size_t objects_end = cut.rfind("endobj") + 6;
  for (const std::string& next : {pdf(), png(), gif(), jpeg(), zip()})
    expect_verdict(padded(cut) + next + pdf(), objects_end, "truncated");
}

TEST(Pdf, GoesOnThroughFilesEmbeddedInStreams) {
  for (const std::string& embedded : {jpeg(), pdf()})
    for (const std::string& line_end : {"\n"s, "\r\n"s}) {
      std::string file = "%PDF-1.4\n1 0 obj\n<< /Pad ()>>\nstream" + line_end;
      file = replaced(file, "/Pad ()", "/Pad (" + std::string(512 - file.size(), 'x') + ")");
      ASSERT_EQ(file.size(), 512u);
      file = pdf_body(file + embedded + "\nendstream\nendobj\n", {"<< /Type /Catalog >>"}, 2);
      expect_verdict(file + std::string(600, '\0'), file.size(), "complete");
    }
}

// Annex F: the first %%EOF comes early and its startxref is 0; /L is the length of the file.
std::string linearized(const std::string& length) {
  std::string file = "%PDF-1.4\n1 0 obj\n<< /Linearized 1 /L " + length +
                     " /H [ 1 2 ] /O 3 /E 4 /N 1 /T 5 >>\nendobj\n";
  const std::size_t first_page = file.size();
  file += "xref\n1 1\n0000000009 00000 n \ntrailer\n<< /Size 3 >>\nstartxref\n0\n%%EOF\n";
  const std::size_t object = file.size();
  file += "2 0 obj\n<< /Type /Pages >>\nendobj\n";
  char entry[32];
  std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", object);
  return file + "xref\n2 1\n" + entry + "trailer\n<< /Size 3 >>\nstartxref\n" +
         std::to_string(first_page) + "\n%%EOF\n";
}

TEST(Pdf, EndsALinearizedFileAtItsLength) {
  const std::size_t size = linearized("0000").size();
  const std::string right = linearized("0" + std::to_string(size));
  ASSERT_EQ(right.size(), size);
  expect_verdict(right + std::string(600, '\0'), size, "complete");
  const std::string updated = pdf_body(right, {"<< /Type /Info >>"}, 3);
  expect_verdict(updated + std::string(600, '\0'), updated.size(), "complete");
  expect_verdict(linearized("0300") + std::string(600, '\0'), size, "complete");
  expect_verdict(linearized("9999") + std::string(600, '\0'), size, "complete");
  // Shorter than the file is, and no end there: as foreign bytes inside would make it.
  expect_verdict(linearized("0201") + std::string(600, '\0'), size, "damaged");
}

TEST(Pdf, TakesACrossReferenceStream) {
  std::string file = "%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n";
  const std::size_t xref = file.size();
  file +=
      "2 0 obj\n<< /Type /XRef /Size 3 /W [1 2 1] /Length 3 >>\nstream\nabc\nendstream\nendobj\n"
      "startxref\n" +
      std::to_string(xref) + "\r\n%%EOF";
  expect_verdict(file, file.size(), "complete");
  expect_verdict(file + "\r\n" + std::string(9, '\0'), file.size() + 2, "complete");
}

TEST(Pdf, IsDamagedWhenAnObjectIsNotWhereItShouldBe) {
  const std::string entry = "0000000015 00000 n";
  for (const std::string& other : {"0000000016 00000 n"s, "0000099999 00000 n"s}) {
    const std::string file = replaced(pdf(), entry, other);
    const auto verdict = validated("pdf", file);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->soundness, Soundness::damaged);
    EXPECT_EQ(verdict->length, file.size());
    EXPECT_THAT(verdict->end_reason, HasSubstr("object 1 is not at"));
  }
  expect_verdict(replaced(pdf(), entry, "0000000000 00000 n"), pdf().size(), "complete");
  expect_verdict(replaced(pdf(), entry, "000000001x 00000 n"), pdf().size(), "damaged");
  expect_verdict(replaced(pdf(), "trailer", "trailor"), pdf().size(), "damaged");
  const std::string update = pdf_body(pdf(), {"<< >>"}, 3, "/Prev 3");
  expect_verdict(update, update.size(), "damaged");
}

TEST(Pdf, TakesTableLinesWithoutTheSecondLineEnd) {
  const std::string file = replaced(replaced(pdf(), "f \n", "f\n"), "n \n", "n\n");
  expect_verdict(file, file.size(), "complete");
}

TEST(Pdf, DoesNotFollowACircleOfSections) {
  const std::string once = pdf();
  const std::size_t xref = once.find("xref\n");
  const std::string circle =
      pdf_body("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n",
               {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"}, 1,
               "/Prev " + std::to_string(xref));
  expect_verdict(circle, circle.size(), "complete");
}

TEST(Pdf, BreaksOffWhereStartxrefLeadsNowhere) {
  const std::string xref = std::to_string(pdf().find("xref\n"));
  const std::string file = replaced(pdf(), "startxref\n" + xref, "startxref\n7");
  expect_verdict(file + std::string(600, '\0'), file.size(), "truncated");
  // As when a gap lies in the middle of the file.
  const std::size_t half = pdf().find("endobj");
  const std::string gap = pdf().substr(0, half) + std::string(4096, '\0') + pdf().substr(half);
  expect_verdict(gap + std::string(600, '\0'), gap.size(), "truncated");
}

TEST(Pdf, IgnoresAnEndMarkInText) {
  const std::string file =
      pdf_body("%PDF-1.4\n", {"<< /Type /Catalog >>", "(%%EOF) (startxref x %%EOF)"});
  expect_verdict(file + std::string(600, '\0'), file.size(), "complete");
}

TEST(Pdf, NeedsVersionAndObject) {
  EXPECT_FALSE(validated("pdf", "%PDF-1.4"));
  EXPECT_FALSE(validated("pdf", "%PDF-x.4\n" + pdf().substr(9)));
  EXPECT_FALSE(validated("pdf", "%PDF-1x4\n" + pdf().substr(9)));
  EXPECT_FALSE(validated("pdf", "%PDF-1.4\n" + std::string(8000, 'x') + "startxref\n1\n%%EOF"));
  expect_verdict(padded("%PDF-1.4\n1 0 obj\n") + jpeg(), 512, "truncated");
}

TEST(Pdf, GivesUpWhenNoObjectComesFor64MiB) {
  const std::string cut = pdf().substr(0, pdf().find("xref"));
  const std::size_t objects_end = cut.rfind("endobj") + 6;
  expect_verdict(cut + std::string(std::size_t{65} << 20, '\0'), objects_end, "truncated");
}

}  // namespace
}  // namespace discern
