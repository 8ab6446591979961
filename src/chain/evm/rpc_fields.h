// Fields of a node's JSON-RPC objects, written as RLP without an integer or array in between.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/json_cursor.h"
#include "base/json_fields.h"
#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {

tl::unexpected<Error> fail_field(std::string_view key, const std::string& reason);

// A string; a view without data for null. It lives as long as the parsed document.
Result<std::string_view> read_text(JsonValue value, std::string_view key);
Result<std::string_view> read_text(JsonCursor& json, std::string_view key);
// The same without an error; false if it is something else.
inline bool take_text(JsonCursor& json, std::string_view& text) {
  json.peek();
  if (json.take_string(text)) return true;
  text = {};
  return json.take_null();
}
tl::unexpected<Error> fail_text(std::string_view key);
// "0x..." of exactly to.size() bytes.
Result<void> read_fixed(std::string_view text, std::string_view key, std::span<std::uint8_t> to);
Result<std::uint64_t> read_u64(std::string_view text, std::string_view key);
// A quantity; leading zeros are taken.
Result<U256> read_u256(std::string_view text, std::string_view key);
// Whether a value is null; any other can still be read.
Result<bool> read_null(JsonValue value, std::string_view key);

// A quantity, of which leading zeros are taken off, in at most `size_max` bytes.
Result<void> write_quantity(RlpWriter& writer, std::string_view text, std::string_view key,
                            std::size_t size_max);
// Bytes of any number, or of exactly `size`.
Result<void> write_data(RlpWriter& writer, std::string_view text, std::string_view key);
Result<void> write_fixed(RlpWriter& writer, std::string_view text, std::string_view key,
                         std::size_t size);

// The texts of an object's known fields, in whatever order they come. A node gives its fields in
// one order, so each is looked for first where the last object had it.
template <std::size_t N>
class FieldTexts {
 public:
  explicit FieldTexts(const std::array<std::string_view, N>& names) : names_(names) {}

  void clear() {
    texts_.fill({});
    position_ = 0;
  }
  // Place of a name in the table; N if it is not there.
  std::size_t find(std::string_view key) {
    const std::size_t position = position_++;
    const std::size_t guess = position < kSeenMax ? seen_[position] : N;
    if (guess < N && names_[guess] == key) return guess;
    for (std::size_t i = 0; i < N; ++i) {
      if (names_[i] != key) continue;
      if (position < kSeenMax) seen_[position] = static_cast<std::uint8_t>(i);
      return i;
    }
    return N;
  }
  // Reads the object that comes next; other(key) is called for each field that is not in the table
  // and may read its value.
  template <class Other>
  Result<void> read(JsonCursor& json, std::string_view name, Other other) {
    clear();
    if (!json.take('{')) return fail_type(name, "an object");
    if (json.take('}')) return {};
    std::size_t position = 0;
    do {
      std::string_view key;
      const std::size_t field = read_key(json, key, position++);
      if (key.data() == nullptr) return json.fail_here(name);
      if (field < N) {
        if (!take_text(json, texts_[field])) return fail_text(key);
        continue;
      }
      json.peek();
      const std::size_t value = json.offset();
      CLEW_CHECK(other(key));
      if (json.offset() == value && !json.skip_value()) return json.fail_here(name);
    } while (json.take(','));
    if (!json.take('}')) return json.fail_here(name);
    return {};
  }
  Result<void> read(JsonCursor& json, std::string_view name) {
    return read(json, name, [](std::string_view) -> Result<void> { return {}; });
  }

  void set(std::size_t field, std::string_view text) { texts_[field] = text; }
  bool has(std::size_t field) const { return texts_[field].data() != nullptr; }
  std::string_view text(std::size_t field) const { return texts_[field]; }
  std::string_view name(std::size_t field) const { return names_[field]; }

  Result<void> quantity(RlpWriter& writer, std::size_t field, std::size_t size_max = 32) const {
    if (!has(field)) return fail_missing(names_[field]);
    return write_quantity(writer, texts_[field], names_[field], size_max);
  }
  Result<void> fixed(RlpWriter& writer, std::size_t field, std::size_t size) const {
    if (!has(field)) return fail_missing(names_[field]);
    return write_fixed(writer, texts_[field], names_[field], size);
  }
  Result<void> data(RlpWriter& writer, std::size_t field) const {
    if (!has(field)) return fail_missing(names_[field]);
    return write_data(writer, texts_[field], names_[field]);
  }

 private:
  static constexpr std::size_t kSeenMax = 64, kKeysMax = 32;

  // A key that was at some place in the last object, which others are likely to have there too.
  struct SeenKey {
    JsonKey key;
    std::size_t field;
  };

  // The key that comes next and its place in the table; no data if there is none.
  std::size_t read_key(JsonCursor& json, std::string_view& key, std::size_t position) {
    SeenKey& seen = keys_[position % kKeysMax];
    json.peek();
    if (json.take_key(seen.key)) {
      key = seen.key.key();
      return seen.field;
    }
    if (!json.take_key(key)) key = {};
    seen.key.set(key);
    seen.field = static_cast<std::size_t>(std::ranges::find(names_, key) - names_.begin());
    return seen.field;
  }

  const std::array<std::string_view, N>& names_;
  std::array<std::string_view, N> texts_{};
  std::array<std::uint8_t, kSeenMax> seen_{};
  std::array<SeenKey, kKeysMax> keys_{};
  std::size_t position_ = 0;
};

}  // namespace clew::evm
