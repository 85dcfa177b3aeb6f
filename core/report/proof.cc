// SPDX-License-Identifier: Apache-2.0
// A proof is one JSON object:
//
//   schema "discern/proof/1", image, object, size, piece, root
//   entry   {path, path_hex?, id, state, runs_guessed, size, sha256,
//            runs [{file_offset, length, offset}]}   offset on the object; null: zeros
//   pieces  [{index, data}]     base64 of those that the runs touch, in their order
//   nodes   [hex]               of subtrees without any of them, from left to right
//
// The tree is walked from its root; its shape follows from size and piece alone. A subtree without
// a piece takes the next of `nodes`, and all of them must be used up.
#include "discern/proof.h"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <map>
#include <span>

#include "digest/hex.h"
#include "discern/digest.h"
#include "discern/json.h"
#include "discern/pass.h"
#include "report/openssl.h"
#include "report/records.h"

namespace discern {
namespace {

constexpr std::string_view kSchema = "discern/proof/1";
// Zeros of sparse parts that check_proof() hashes at most, whatever a proof claims.
constexpr std::uint64_t kMostZeros = std::uint64_t{1} << 34;

Error corrupt(std::string text) { return {Errc::corrupt, std::move(text)}; }

struct Shape {
  std::uint64_t size = 0;
  std::uint64_t piece = 0;
  std::uint64_t count() const { return size / piece + (size % piece != 0); }
  std::uint64_t length_of(std::uint64_t index) const {
    return std::min(piece, size - index * piece);
  }
};

// The largest power of two below `leaves`, which are two or more.
std::uint64_t left_of(std::uint64_t leaves) { return std::bit_floor(leaves - 1); }

// ---- making --------------------------------------------------------------------------------

// `wanted` are sorted indexes of leaves in [first, first + leaves.size()).
void collect_nodes(std::span<const TreeNode> leaves, std::uint64_t first,
                   std::span<const std::uint64_t> wanted, std::vector<TreeNode>& nodes) {
  if (wanted.empty()) {
    nodes.push_back(tree_top({leaves.begin(), leaves.end()}));
    return;
  }
  if (leaves.size() == 1) return;
  const std::uint64_t left = left_of(leaves.size());
  const auto cut =
      static_cast<std::size_t>(std::ranges::lower_bound(wanted, first + left) - wanted.begin());
  collect_nodes(leaves.first(static_cast<std::size_t>(left)), first, wanted.first(cut), nodes);
  collect_nodes(leaves.subspan(static_cast<std::size_t>(left)), first + left, wanted.subspan(cut),
                nodes);
}

// The runs of the content, cut at its end. They cover it without gaps, and each that has a place
// lies on the view.
Result<std::vector<Run>> content_runs(const Entry& entry, std::uint64_t view_size) {
  std::vector<Run> runs;
  std::uint64_t at = 0;
  for (Run run : entry.runs) {
    if (at == entry.size) break;
    if (run.file_offset != at || run.length == 0)
      return Error{Errc::unsupported, "its content lies not, or not in this order, in runs"};
    run.length = std::min(run.length, entry.size - at);
    if (run.view_offset &&
        (*run.view_offset > view_size || run.length > view_size - *run.view_offset))
      return Error{Errc::io, "its runs lead behind the end of the view"};
    at += run.length;
    runs.push_back(run);
  }
  if (at < entry.size)
    return Error{Errc::unsupported,
                 std::to_string(entry.size - at) + " bytes of its content lie in no run"};
  return runs;
}

void add_entry(JsonWriter& json, const Entry& entry, const std::vector<Run>& runs,
               const std::string& sha256) {
  json.key("entry").begin_object();
  add_name(json, "path", entry.path);
  json.field("id", entry.id).field("state", name_of(entry.state));
  json.field("runs_guessed", entry.runs_guessed).field("size", entry.size);
  json.field("sha256", sha256).key("runs").begin_array();
  for (const Run& run : runs) {
    json.begin_object().field("file_offset", run.file_offset).field("length", run.length);
    json.key("offset");
    if (run.view_offset)
      json.value(*run.view_offset);
    else
      json.null();
    json.end_object();
  }
  json.end_array().end_object();
}

// ---- checking ------------------------------------------------------------------------------

namespace bj = boost::json;

const bj::value* member(const bj::object& object, std::string_view name) {
  return object.if_contains({name.data(), name.size()});
}

std::optional<std::uint64_t> number(const bj::object& object, std::string_view name) {
  const bj::value* const value = member(object, name);
  if (!value) return std::nullopt;
  if (const auto* wide = value->if_uint64()) return *wide;
  if (const auto* narrow = value->if_int64(); narrow && *narrow >= 0)
    return static_cast<std::uint64_t>(*narrow);
  return std::nullopt;
}

std::string text(const bj::object& object, std::string_view name) {
  const bj::value* const value = member(object, name);
  const bj::string* const string = value ? value->if_string() : nullptr;
  return string ? std::string(string->data(), string->size()) : std::string();
}

const bj::array* list(const bj::object& object, std::string_view name) {
  const bj::value* const value = member(object, name);
  return value ? value->if_array() : nullptr;
}

// Lower-case digits only: a proof has one spelling.
std::optional<TreeNode> node_of(std::string_view hex) {
  TreeNode node;
  if (!from_hex(hex, node) || to_hex(node) != hex) return std::nullopt;
  return node;
}

using Pieces = std::map<std::uint64_t, std::string>;

Result<Pieces> pieces_of(const bj::object& proof, const Shape& shape) {
  const bj::array* const array = list(proof, "pieces");
  if (!array) return corrupt("has no list of pieces");
  Pieces pieces;
  for (const bj::value& value : *array) {
    const bj::object* const object = value.if_object();
    const auto index = object ? number(*object, "index") : std::nullopt;
    if (!index || *index >= shape.count()) return corrupt("has a piece behind the object's end");
    const std::string name = "piece " + std::to_string(*index);
    auto data = from_base64(text(*object, "data"));
    if (!data || data->size() != shape.length_of(*index))
      return corrupt(name + " is not as long as it has to be");
    if (!pieces.empty() && *index <= pieces.rbegin()->first)
      return corrupt(name + " is out of order");
    pieces.emplace(*index, std::move(*data));
  }
  return pieces;
}

class TreeWalk {
 public:
  TreeWalk(const Pieces& pieces, std::vector<TreeNode> nodes)
      : pieces_(pieces), nodes_(std::move(nodes)) {}

  // Of the leaves [first, first + count); nothing when nodes are wanting. As deep as the tree, 64.
  std::optional<TreeNode> node(std::uint64_t first, std::uint64_t count) {
    const auto piece = pieces_.lower_bound(first);
    if (piece == pieces_.end() || piece->first - first >= count) {
      if (used_ == nodes_.size()) return std::nullopt;
      return nodes_[used_++];
    }
    if (count == 1) return tree_leaf(sha256_node(as_bytes(piece->second)));
    const std::uint64_t left = left_of(count);
    const auto one = node(first, left);
    const auto other = one ? node(first + left, count - left) : std::nullopt;
    if (!other) return std::nullopt;
    return tree_node(*one, *other);
  }
  bool all_used() const { return used_ == nodes_.size(); }

 private:
  const Pieces& pieces_;
  std::vector<TreeNode> nodes_;
  std::size_t used_ = 0;
};

Status check_root(const bj::object& proof, const Shape& shape, const Pieces& pieces,
                  const std::string& root) {
  const bj::array* const array = list(proof, "nodes");
  if (!array) return corrupt("has no list of nodes");
  std::vector<TreeNode> nodes;
  for (const bj::value& value : *array) {
    const bj::string* const hex = value.if_string();
    const auto node = hex ? node_of({hex->data(), hex->size()}) : std::nullopt;
    if (!node) return corrupt("has a node that is no digest");
    nodes.push_back(*node);
  }
  TreeWalk walk(pieces, std::move(nodes));
  const auto top = shape.count() == 0 ? tree_top({}) : walk.node(0, shape.count());
  if (!top || !walk.all_used()) return corrupt("has not the nodes that its pieces need");
  const std::string computed = to_hex(tree_root(shape.size, shape.piece, *top));
  if (computed != root)
    return corrupt("its pieces and nodes lead to the root " + computed + ", not to " + root);
  return Done{};
}

// Digest of the content that runs and pieces make up.
class Content {
 public:
  Content(const Shape& shape, const Pieces& pieces) : shape_(shape), pieces_(pieces) {}

  Status add(std::optional<std::uint64_t> offset, std::uint64_t length) {
    if (!offset) return add_zeros(length);
    if (*offset > shape_.size || length > shape_.size - *offset)
      return corrupt("has a run behind the object's end");
    for (std::uint64_t done = 0; done < length;) {
      const std::uint64_t at = *offset + done;
      const auto piece = pieces_.find(at / shape_.piece);
      if (piece == pieces_.end())
        return corrupt("lacks piece " + std::to_string(at / shape_.piece) + " of the file");
      const std::uint64_t into = at % shape_.piece;
      const std::uint64_t part = std::min(length - done, piece->second.size() - into);
      hasher_.update(as_bytes(std::string_view(piece->second))
                         .subspan(static_cast<std::size_t>(into), static_cast<std::size_t>(part)));
      done += part;
    }
    return Done{};
  }

  std::string finish() { return hasher_.finish(); }
  std::uint64_t sparse() const { return sparse_; }

 private:
  Status add_zeros(std::uint64_t length) {
    if (length > kMostZeros - sparse_)
      return Error{Errc::limit, "more than 16 GiB of the file would be on no block"};
    sparse_ += length;
    const std::vector<std::byte> zeros(std::size_t{1} << 18);
    for (std::uint64_t left = length; left > 0;) {
      const std::uint64_t part = std::min<std::uint64_t>(left, zeros.size());
      hasher_.update(Bytes(zeros).first(static_cast<std::size_t>(part)));
      left -= part;
    }
    return Done{};
  }

  const Shape& shape_;
  const Pieces& pieces_;
  Hasher hasher_{Algorithm::sha256};
  std::uint64_t sparse_ = 0;
};

Status check_content(const bj::object& entry, const Shape& shape, const Pieces& pieces,
                     ProvedFile& file) {
  const bj::array* const runs = list(entry, "runs");
  const auto size = number(entry, "size");
  if (!runs || !size) return corrupt("does not say what the file is made of");
  Content content(shape, pieces);
  std::uint64_t at = 0;
  for (const bj::value& value : *runs) {
    const bj::object* const run = value.if_object();
    const auto start = run ? number(*run, "file_offset") : std::nullopt;
    const auto length = run ? number(*run, "length") : std::nullopt;
    const bj::value* const place = run ? member(*run, "offset") : nullptr;
    if (!start || !length || !place || *start != at || *length == 0 || *length > *size - at)
      return corrupt("has runs that are not the file's size in all, one behind the other");
    const auto offset = number(*run, "offset");
    if (!offset && !place->is_null()) return corrupt("has a run with no place");
    if (const Status added = content.add(offset, *length); !added) return added.error();
    at += *length;
  }
  if (at != *size)
    return corrupt("has runs of " + std::to_string(at) + " bytes in all, the file " +
                   std::to_string(*size));
  file.size = *size;
  file.runs = runs->size();
  file.sparse = content.sparse();
  file.sha256 = content.finish();
  if (const std::string said = text(entry, "sha256"); said != file.sha256)
    return corrupt("the file's bytes have the SHA-256 " + file.sha256 + ", not " + said);
  return Done{};
}

Result<bj::value> parsed(std::string_view json) {
  boost::system::error_code why;
  bj::value value = bj::parse({json.data(), json.size()}, why);
  if (why) return Error{Errc::not_this, "is no JSON: " + why.message()};
  return value;
}

}  // namespace

Result<std::string> prove(const Image& image, const View& view, const PieceTree& tree,
                          const Entry& entry) {
  const auto runs = content_runs(entry, tree.size);
  if (!runs) return runs.error();
  const DigestSet digest = hash_entry(entry, view, std::array{Algorithm::sha256});
  if (!digest.not_hashed.empty()) return Error{Errc::unsupported, digest.not_hashed};
  if (!digest.bad.empty())
    return Error{Errc::io,
                 std::to_string(total_length(digest.bad)) + " of its bytes could not be read"};

  const Shape shape{tree.size, tree.piece};
  std::vector<std::uint64_t> wanted;
  for (const Run& run : *runs) {
    if (!run.view_offset) continue;
    for (std::uint64_t i = *run.view_offset / shape.piece;
         i <= (*run.view_offset + run.length - 1) / shape.piece; ++i)
      if (wanted.empty() || wanted.back() != i) wanted.push_back(i);
  }
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());

  std::string out;
  JsonWriter json(out, 1);
  json.begin_object().field("schema", kSchema);
  add_name(json, "image", image.path);
  json.field("object", tree.object).field("size", tree.size).field("piece", tree.piece);
  json.field("root", tree.root);
  add_entry(json, entry, *runs, digest.digests.front().hex);
  json.key("pieces").begin_array();
  for (const std::uint64_t index : wanted) {
    // Zeros for what of the piece, outside the file, is unreadable: as in the tree.
    std::vector<std::byte> bytes(static_cast<std::size_t>(shape.length_of(index)));
    (void)view.source->read(index * shape.piece, bytes);
    if (tree_leaf(sha256_node(bytes)) != tree.leaves[static_cast<std::size_t>(index)])
      return Error{Errc::io, "piece " + std::to_string(index) + " changed while it was read"};
    json.begin_object().field("index", index).field("data", base64(as_text(bytes))).end_object();
  }
  std::vector<TreeNode> nodes;
  if (!tree.leaves.empty()) collect_nodes(tree.leaves, 0, wanted, nodes);
  json.end_array().key("nodes").begin_array();
  for (const TreeNode& node : nodes) json.value(to_hex(node));
  json.end_array().end_object();
  out += '\n';
  return out;
}

Result<ProvedFile> check_proof(std::string_view proof) {
  const auto value = parsed(proof);
  if (!value) return value.error();
  const bj::object* const object = value->if_object();
  if (!object || text(*object, "schema") != kSchema)
    return Error{Errc::not_this, "is no proof of discern"};
  const Shape shape{number(*object, "size").value_or(0), number(*object, "piece").value_or(0)};
  if (!number(*object, "size") || !std::has_single_bit(shape.piece) || shape.piece < 512)
    return corrupt("does not say what pieces the object has");
  const bj::value* const entry = member(*object, "entry");
  if (!entry || !entry->is_object()) return corrupt("names no file");
  const bj::object& about = entry->get_object();
  ProvedFile file;
  file.image = text(*object, "image");
  file.object = text(*object, "object");
  file.root = text(*object, "root");
  file.path = text(about, "path");
  file.state = text(about, "state");
  const bj::value* const guessed = member(about, "runs_guessed");
  file.runs_guessed = guessed && guessed->is_bool() && guessed->get_bool();
  const auto pieces = pieces_of(*object, shape);
  if (!pieces) return pieces.error();
  file.pieces = pieces->size();
  if (const Status root = check_root(*object, shape, *pieces, file.root); !root)
    return root.error();
  if (const Status content = check_content(about, shape, *pieces, file); !content)
    return content.error();
  return file;
}

Result<std::string> root_in_report(std::string_view report, std::string_view object) {
  const auto value = parsed(report);
  if (!value) return value.error();
  const bj::object* const whole = value->if_object();
  const bj::value* const tree = whole ? member(*whole, "tree") : nullptr;
  if (!tree || !tree->is_object()) return Error{Errc::missing, "states no root of a tree"};
  if (text(tree->get_object(), "object") != object)
    return Error{Errc::missing, "states no root for " + std::string(object)};
  return text(tree->get_object(), "root");
}

}  // namespace discern
