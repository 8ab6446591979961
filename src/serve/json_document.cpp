#include "serve/json_document.h"

#include <cmath>
#include <vector>

namespace clew::serve {
namespace {

using Value = nlohmann::json;

class Reader final : public nlohmann::json_sax<Value> {
 public:
  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    // What has no fraction and no exponent was too large for the integers.
    if (text.find_first_of(".eE") == std::string::npos || !std::isfinite(value))
      return refuse(place(), "the number does not fit");
    return put(value);
  }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return refuse(place(), "not JSON"); }
  bool start_object(std::size_t) override { return open(Value::object()); }
  bool start_array(std::size_t) override { return open(Value::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (open_.back()->contains(value))
      return refuse(pointer() + pointer_step(value), "the key comes twice");
    key_ = std::move(value);
    key_waits_ = true;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // The library's own words quote the text, which may be long and anything.
    if (dynamic_cast<const Value::out_of_range*>(&error) != nullptr)
      return refuse(place(), "the number does not fit");
    return refuse(key_waits_ ? place() : pointer(),
                  "not JSON, at byte " + std::to_string(position));
  }

  tl::expected<Value, Fault> result(bool read) && {
    if (!read) return tl::unexpected(fault_);
    return std::move(root_);
  }

 private:
  bool refuse(std::string pointer, std::string detail) {
    fault_ = {std::move(pointer), std::move(detail)};
    return false;
  }
  // Of the innermost object or array that is open.
  std::string pointer() const {
    std::string text;
    for (std::size_t i = 1; i < steps_.size(); ++i)
      text += steps_[i];
    return text;
  }
  // Of the value that comes.
  std::string place() const { return open_.empty() ? "" : pointer() + step(); }
  std::string step() const {
    return open_.back()->is_object() ? pointer_step(key_)
                                     : pointer_step(std::to_string(open_.back()->size()));
  }
  Value* insert(Value&& value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Value& parent = *open_.back();
    key_waits_ = false;
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool put(Value&& value) {
    insert(std::move(value));
    return true;
  }
  bool open(Value&& value) {
    if (open_.size() >= kDepthMax)
      return refuse("", "nested deeper than " + std::to_string(kDepthMax) + " levels");
    steps_.push_back(open_.empty() ? "" : step());
    open_.push_back(insert(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    steps_.pop_back();
    return true;
  }

  Value root_;
  std::vector<Value*> open_;        // parents stay where they are while a child is open
  std::vector<std::string> steps_;  // beside it: where each is in its parent
  std::string key_;
  bool key_waits_ = false;  // for its value
  Fault fault_;
};

}  // namespace

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

tl::expected<Value, Fault> read_json(std::string_view text) {
  Reader reader;
  const bool read = Value::sax_parse(text.begin(), text.end(), &reader);
  return std::move(reader).result(read);
}

}  // namespace clew::serve
