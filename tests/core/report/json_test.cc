// SPDX-License-Identifier: Apache-2.0
#include "discern/json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

namespace discern {
namespace {

std::string string_of(std::string_view text) {
  std::string out;
  JsonWriter(out).value(text);
  return out;
}

TEST(Json, WritesObjectsOnOneLine) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("text", "a")
      .field("yes", true)
      .key("list")
      .begin_array()
      .value(1)
      .value(-2)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .null()
      .end_array()
      .field("last", std::string("b"))
      .end_object();
  EXPECT_EQ(out, R"({"text":"a","yes":true,"list":[1,-2,{},[],null],"last":"b"})");
}

// Layout: python3 -m json.tool --indent 2.
TEST(Json, IndentsForPeople) {
  std::string out;
  JsonWriter json(out, 2);
  json.begin_object().key("list").begin_array().value(1).value(2).end_array();
  json.key("empty").begin_array().end_array().key("object").begin_object().field("a", 1);
  json.end_object().end_object();
  EXPECT_EQ(out,
            "{\n  \"list\": [\n    1,\n    2\n  ],\n  \"empty\": [],\n  \"object\": {\n"
            "    \"a\": 1\n  }\n}");
}

TEST(Json, WritesTheExtremesOfIntegers) {
  std::string out;
  JsonWriter(out)
      .begin_array()
      .value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::uint64_t>::max())
      .value(std::uint8_t{255})
      .end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,255]");
}

TEST(Json, WritesNumbersThatReadBackExactly) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().number(0.1).number(1e300).number(std::numeric_limits<double>::quiet_NaN());
  json.number(std::numeric_limits<double>::infinity()).end_array();
  EXPECT_EQ(out, "[0.1,1e+300,null,null]");
}

TEST(Json, EscapesControlCharactersQuotesAndBackslashes) {
  EXPECT_EQ(string_of(std::string_view("\"\\\n\t\r\0\x1b\x7f", 8)),
            "\"\\\"\\\\\\n\\t\\u000d\\u0000\\u001b\\u007f\"");
  EXPECT_EQ(string_of("\xC2\x9B"), "\"\\u009b\"");  // C1: control sequence introducer
  EXPECT_EQ(string_of("\xC3\xA4/\xF0\x9F\x92\xBE"), "\"\xC3\xA4/\xF0\x9F\x92\xBE\"");
}

// Expected values: python3, bytes.decode('utf-8', 'replace').
TEST(Json, ReplacesEachMaximalSubpartOfBadUtf8) {
  EXPECT_EQ(string_of("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(string_of("\xE6\x97z"), "\"\xEF\xBF\xBDz\"");
  EXPECT_EQ(string_of("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Json, IsAcceptedByAStrictParserForAllBytePairs) {
  for (int first = 0; first < 256; ++first) {
    std::string text;
    for (int second = 0; second < 256; ++second)
      text += {static_cast<char>(first), static_cast<char>(second)};
    boost::json::error_code error;
    boost::json::parse(string_of(text), error);
    EXPECT_FALSE(error) << first << ": " << error.message();
  }
}

}  // namespace
}  // namespace discern
