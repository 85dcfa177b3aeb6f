// SPDX-License-Identifier: Apache-2.0
// Writes JSON text in one go, without building a tree: one object per line for `--json`, or
// indented for files that people open.
#ifndef DISCERN_JSON_H
#define DISCERN_JSON_H

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace discern {

// Calls must nest properly: key() before each value inside an object. Strings are written as
// UTF-8; bytes that are not UTF-8 become U+FFFD (keep the exact bytes in a hex field beside).
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, int indent = 0) : out_(out), indent_(indent) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool yes);
  template <std::integral T>
  JsonWriter& value(T number) {
    if constexpr (std::is_signed_v<T>)
      return signed_value(static_cast<std::int64_t>(number));
    else
      return unsigned_value(static_cast<std::uint64_t>(number));
  }
  JsonWriter& number(double number);
  JsonWriter& null();

  template <class T>
  JsonWriter& field(std::string_view name, const T& what) {
    return key(name).value(what);
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& signed_value(std::int64_t number);
  JsonWriter& unsigned_value(std::uint64_t number);
  void separate();
  void new_line();

  std::string& out_;
  int indent_;
  int depth_ = 0;
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace discern

#endif
