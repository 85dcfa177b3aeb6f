// SPDX-License-Identifier: Apache-2.0
// A value, or the reason why there is none. Damage inside readable evidence is not an Error
// but a Finding (finding.h), delivered beside the data.
#ifndef DISCERN_RESULT_H
#define DISCERN_RESULT_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace discern {

enum class Errc {
  not_this,     // the bytes are not of this format; another one may fit
  corrupt,      // of this format, but contradicting itself beyond use
  unsupported,  // understood, but not readable by this build; `text` says what it is
  ambiguous,    // more than one reading is possible; `text` lists them and the option that decides
  missing,      // a file, view or entry that was named does not exist
  io,           // the operating system refused; `text` has its words
  limit,        // a bound of ours was reached
  cancelled,    // the caller's Progress said stop
};

// Names the file and the place in it: a byte offset for binary evidence, a line and column
// (both from 1) for text such as cue sheets.
struct Error {
  Errc code = Errc::corrupt;
  std::string text;
  std::string file = {};
  std::optional<std::uint64_t> offset = {};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// One line: `disc.cue:14:3: text` or `disc.img: offset 2352: text`.
std::string describe(const Error& error);

// Member names are those of std::expected, which clang 14 cannot compile.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// For operations whose only result is that they worked.
struct Done {};
using Status = Result<Done>;

}  // namespace discern

#endif
