// Writes JSON (RFC 8259) at the end of a text, without white space and without a tree in between.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clew {

class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }
  // Before each value of an object.
  void key(std::string_view name);

  // Bytes that are not UTF-8 become U+FFFD.
  void string(std::string_view text);
  void number(std::uint64_t value) { raw(std::to_string(value)); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  // A value that is JSON already.
  void raw(std::string_view json) {
    separate();
    out_ += json;
  }

 private:
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  // A comma before every value of an array or key of an object but the first.
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void append_quoted(std::string_view text);

  std::string& out_;
  bool first_ = true;
};

}  // namespace clew
