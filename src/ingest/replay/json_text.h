// Writes JSON as Ethereum's nodes do, at the end of a text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/u256.h"

namespace clew::replay {

class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }
  // Of an object's next field, whose value follows. Keys need no escaping.
  void key(std::string_view name);

  void hex(ByteView bytes);            // "0x00ff"
  void quantity(std::uint64_t value);  // "0xff", without leading zeros
  void quantity(const U256& value);
  void number(std::uint64_t value);  // 255
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void text(std::string_view value);  // escaped
  void raw(std::string_view json);    // a value that is JSON already

  // The same as fields of an object.
  void hex(std::string_view name, ByteView bytes) { key(name), hex(bytes); }
  template <class Number>
  void quantity(std::string_view name, const Number& value) {
    key(name), quantity(value);
  }
  void text(std::string_view name, std::string_view value) { key(name), text(value); }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  std::string& out_;
  bool first_ = true;  // of the object or array at hand: no comma before what comes next
};

}  // namespace clew::replay
