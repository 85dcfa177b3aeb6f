// SPDX-License-Identifier: Apache-2.0
#include "discern/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "discern/digest.h"

namespace discern {
namespace {

using testing::HasSubstr;

constexpr std::size_t kSize = 11 * 4096 + 512;

// Eleven pieces and a bit, and a file in three runs, the middle one sparse.
class ProofTest : public testing::Test {
 protected:
  ProofTest() {
    std::vector<std::byte> bytes(kSize);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::byte>(i * 2654435761U >> 13);
    media_ = bytes;
    view_ = {"media", 512, memory_source(bytes, "a.img")};
    entry_.runs = {{0, 5000, 4096}, {5000, 1000, std::nullopt}, {6000, 4096, 44800}};
    content_.assign(bytes.begin() + 4096, bytes.begin() + 9096);
    content_.resize(6000);
    content_.insert(content_.end(), bytes.begin() + 44800, bytes.begin() + 44800 + 512);
    entry_.size = content_.size();
    PieceTreeBuilder builder(view_);
    Stream stream{"view:media", view_.source, 512};
    builder.add_to(stream);
    EXPECT_TRUE(run_pass(std::span(&stream, 1), {1}));
    tree_ = builder.finish();
  }

  std::string proof() const {
    const auto made = prove(image_, view_, tree_, entry_);
    EXPECT_TRUE(made) << made.error().text;
    return made ? *made : "";
  }
  std::string why(const std::string& text) const {
    const auto checked = check_proof(text);
    return checked ? "holds" : checked.error().text;
  }

  std::vector<std::byte> media_;
  std::vector<std::byte> content_;
  Image image_{"a.img", "raw"};
  View view_;
  Entry entry_{.path = "/file", .id = "5"};
  PieceTree tree_;
};

TEST_F(ProofTest, HoldsAndSaysWhatItProves) {
  const auto file = check_proof(proof());
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(file->root, tree_.root);
  EXPECT_EQ(file->path, "/file");
  EXPECT_EQ(file->object, "view:media");
  EXPECT_EQ(file->sha256, hex_digest(Algorithm::sha256, content_));
  EXPECT_EQ(file->size, content_.size());
  EXPECT_EQ(file->sparse, 1000U);
  EXPECT_EQ(file->pieces, 4U);  // 1, 2, 10 and 11
  EXPECT_EQ(file->runs, 3U);
}

TEST_F(ProofTest, HoldsForEveryPlaceAndForEmptyFiles) {
  for (std::uint64_t at = 0; at < kSize; at += 512) {
    entry_.runs = {{0, 512, at}};
    entry_.size = 512;
    EXPECT_EQ(why(proof()), "holds") << at;
  }
  entry_.runs = {{0, kSize, 0}};
  entry_.size = kSize;
  EXPECT_EQ(why(proof()), "holds");
  entry_.runs = {};
  entry_.size = 0;
  EXPECT_EQ(why(proof()), "holds");
}

// Each hexadecimal digit of nodes, root and digest, each digit of base64.
TEST_F(ProofTest, FailsWithAnyDigitChanged) {
  const std::string good = proof();
  const std::size_t pieces = good.find("\"pieces\"");
  std::size_t changed = 0;
  bool inside = false;
  for (std::size_t i = 0; i < good.size(); ++i) {
    if (good[i] == '"') inside = !inside;
    const bool digest = good.compare(i - std::min<std::size_t>(i, 10), 10, "\"sha256\": ") == 0 ||
                        good.compare(i - std::min<std::size_t>(i, 8), 8, "\"root\": ") == 0;
    if (digest && good[i] == '"') {
      std::string bad = good;
      bad[i + 1] = bad[i + 1] == '0' ? '1' : '0';
      EXPECT_NE(why(bad), "holds") << i;
      ++changed;
    }
    if (i < pieces || !inside || good[i] == '"' || i % 7 != 0) continue;
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(why(bad), "holds") << i;
    ++changed;
  }
  EXPECT_GT(changed, 2000U);
}

TEST_F(ProofTest, FailsWithNumbersChanged) {
  namespace bj = boost::json;
  const bj::value good = bj::parse(proof());
  const auto with = [&](auto change) {
    bj::value bad = good;
    change(bad.as_object());
    return why(bj::serialize(bad));
  };
  EXPECT_THAT(with([](bj::object& o) { o["size"] = kSize - 1; }), HasSubstr("piece 11"));
  EXPECT_THAT(with([](bj::object& o) { o["size"] = kSize + 4096; }), HasSubstr("piece 11"));
  EXPECT_THAT(with([](bj::object& o) { o["piece"] = 8192; }), HasSubstr("piece 1 "));
  EXPECT_THAT(with([](bj::object& o) { o["piece"] = 0; }), HasSubstr("what pieces"));
  EXPECT_THAT(with([](bj::object& o) { o["piece"] = 4095; }), HasSubstr("what pieces"));
  EXPECT_THAT(with([](bj::object& o) { o["size"] = -1; }), HasSubstr("what pieces"));
  EXPECT_THAT(with([](bj::object& o) { o["pieces"].as_array()[0].as_object()["index"] = 12; }),
              HasSubstr("behind the object's end"));
  EXPECT_THAT(with([](bj::object& o) { o["pieces"].as_array()[1].as_object()["index"] = 1; }),
              HasSubstr("out of order"));
  EXPECT_THAT(with([](bj::object& o) { o["pieces"].as_array()[0].as_object()["index"] = 0; }),
              HasSubstr("lead to the root"));
  EXPECT_THAT(with([](bj::object& o) { o["nodes"].as_array().pop_back(); }), HasSubstr("nodes"));
  EXPECT_THAT(with([](bj::object& o) {
                auto& nodes = o["nodes"].as_array();
                nodes.push_back(nodes[0]);
              }),
              HasSubstr("nodes"));
  EXPECT_THAT(with([](bj::object& o) { o["nodes"].as_array()[0] = "12"; }), HasSubstr("no digest"));
  EXPECT_THAT(with([](bj::object& o) { o.erase("nodes"); }), HasSubstr("no list of nodes"));
  EXPECT_THAT(with([](bj::object& o) { o.erase("pieces"); }), HasSubstr("no list of pieces"));
  EXPECT_THAT(with([](bj::object& o) { o.erase("entry"); }), HasSubstr("names no file"));
  const auto run = [&](std::size_t number, const char* name, const bj::value& value) {
    return with([&](bj::object& o) {
      o["entry"].as_object()["runs"].as_array()[number].as_object()[name] = value;
    });
  };
  EXPECT_THAT(run(0, "offset", 4097), HasSubstr("SHA-256"));
  EXPECT_THAT(run(0, "offset", 0), HasSubstr("lacks piece 0"));
  EXPECT_THAT(run(0, "offset", "1"), HasSubstr("no place"));
  EXPECT_THAT(run(0, "offset", kSize), HasSubstr("behind the object's end"));
  EXPECT_THAT(run(0, "offset", std::uint64_t{0} - 1), HasSubstr("behind the object's end"));
  EXPECT_THAT(run(0, "length", 4999), HasSubstr("one behind the other"));
  EXPECT_THAT(run(0, "length", 0), HasSubstr("one behind the other"));
  EXPECT_THAT(run(2, "length", 511), HasSubstr("in all, the file"));
  EXPECT_THAT(run(1, "offset", 4096), HasSubstr("SHA-256"));
  EXPECT_THAT(with([](bj::object& o) {
                auto& file = o["entry"].as_object();
                file["size"] = std::uint64_t{1} << 60;
                file["runs"].as_array()[0].as_object()["offset"] = nullptr;
                file["runs"].as_array()[0].as_object()["length"] = std::uint64_t{1} << 60;
              }),
              HasSubstr("16 GiB"));
}

// Without the sizes in the root a proof could claim a third leaf to be the fifth: the nodes on its
// way are the same.
TEST_F(ProofTest, FailsForAnotherNumberOfPieces) {
  namespace bj = boost::json;
  std::vector<std::byte> three(media_.begin(), media_.begin() + 3 * 4096);
  view_.source = memory_source(three, "a.img");
  PieceTreeBuilder builder(view_);
  Stream stream{"view:media", view_.source, 512};
  builder.add_to(stream);
  ASSERT_TRUE(run_pass(std::span(&stream, 1), {1}));
  tree_ = builder.finish();
  entry_.runs = {{0, 4096, 2 * 4096}};
  entry_.size = 4096;
  bj::value forged = bj::parse(proof());
  bj::object& o = forged.as_object();
  o["size"] = 5 * 4096;
  o["pieces"].as_array()[0].as_object()["index"] = 4;
  o["entry"].as_object()["runs"].as_array()[0].as_object()["offset"] = 4 * 4096;
  EXPECT_THAT(why(bj::serialize(forged)), HasSubstr("lead to the root"));
}

TEST_F(ProofTest, IsNotMadeOfContentThatIsNotWholeOnTheView) {
  const auto refused = [&] {
    const auto made = prove(image_, view_, tree_, entry_);
    return made ? "made" : made.error().text;
  };
  entry_.runs = {{0, 100, 0}};
  EXPECT_THAT(refused(), HasSubstr("lie in no run"));
  entry_.runs = {{100, 10000, 0}};
  EXPECT_THAT(refused(), HasSubstr("in runs"));
  entry_.runs = {{0, entry_.size, kSize - 1}};
  EXPECT_THAT(refused(), HasSubstr("behind the end"));
  entry_.size = std::uint64_t{1} << 60;
  entry_.runs = {{0, 1, 0}, {1, entry_.size - 1, std::nullopt}};
  EXPECT_THAT(refused(), HasSubstr("on no block"));
}

TEST_F(ProofTest, IsNotMadeOfBytesThatAreNotTheTrees) {
  media_[5000] ^= std::byte{1};
  view_.source = memory_source(media_, "a.img");
  const auto made = prove(image_, view_, tree_, entry_);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text, HasSubstr("piece 1 changed"));
}

TEST(Proof, IsNoOtherJson) {
  for (const char* text : {"", "{", "[]", "{}", R"({"schema":"discern/hash/1"})"}) {
    const auto checked = check_proof(text);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::not_this) << text;
  }
}

TEST(Proof, FindsTheRootInAReport) {
  const char* report = R"({"tree":{"object":"view:media","root":"12"}})";
  EXPECT_EQ(*root_in_report(report, "view:media"), "12");
  EXPECT_FALSE(root_in_report(report, "view:data"));
  EXPECT_FALSE(root_in_report(R"({"tree":null})", "view:media"));
  EXPECT_FALSE(root_in_report("{", "view:media"));
}

}  // namespace
}  // namespace discern
