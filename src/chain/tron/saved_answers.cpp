#include "chain/tron/saved_answers.h"

#include <optional>

#include "chain/tron/json_document.h"
#include "chain/tron/json_fields.h"

namespace clew::tron {
namespace {

using Kind = SavedAnswer::Kind;
using simdjson::ondemand::json_type;

// What an object says of the block that it is, or is of.
struct Signs {
  std::optional<std::uint64_t> number, info_of;
  std::optional<Hash256> id;
  bool tables = false;
  bool empty = true, envelope = false;
};

Result<void> take_number(JsonValue field, std::string_view key, std::optional<std::uint64_t>& to) {
  CLEW_TRY(number, read_count(field, key));
  to = number;
  return {};
}

Result<void> take_hash(JsonValue field, std::string_view key, std::optional<Hash256>& to) {
  CLEW_TRY(hash, read_hash(field, key));
  to = hash;
  return {};
}

Result<void> read_header_number(JsonValue header, Signs& signs) {
  return for_each_field(header, "block_header", [&](auto key, JsonValue field) -> Result<void> {
    if (key != "raw_data") return {};
    signs.number = 0;  // which some writers leave out
    return for_each_field(field, key, [&](auto name, JsonValue part) -> Result<void> {
      return name == "number" ? take_number(part, name, signs.number) : Result<void>();
    });
  });
}

Result<void> read_table_of_blocks(JsonValue blocks, Signs& signs) {
  signs.tables = true;
  return for_each_element(blocks, "blocks", "block", [&](JsonValue row) {
    return for_each_field(row, "block", [&](auto key, JsonValue field) -> Result<void> {
      if (key == "block_id") return take_number(field, key, signs.number);
      return key == "block_hash" ? take_hash(field, key, signs.id) : Result<void>();
    });
  });
}

}  // namespace

struct SavedAnswerFinder::Impl {
  Result<void> walk(JsonValue value);
  Result<std::optional<std::uint64_t>> walk_part(JsonValue value);
  Result<void> walk_list(JsonValue value);
  Result<void> take(JsonValue field, std::string_view key, Signs& signs);
  Result<std::optional<std::uint64_t>> walk_object(JsonValue value);
  void found(Kind kind, const Signs& signs, std::string_view text) {
    answers.push_back({kind, signs.number.value_or(0), signs.id.value_or(Hash256{}),
                       document.offset_of(text), text.size()});
  }

  JsonDocument document;
  std::vector<SavedAnswer> answers;
};

Result<void> SavedAnswerFinder::Impl::walk(JsonValue value) {
  CLEW_TRY(info_of, walk_part(value));
  if (info_of) return fail(ErrorKind::data, "an info of one transaction, not the list of a block");
  return {};
}

// Of an info, the number of its block.
Result<std::optional<std::uint64_t>> SavedAnswerFinder::Impl::walk_part(JsonValue value) {
  json_type type{};
  if (const auto code = value.type().get(type)) return fail_json("answer", code);
  if (type != json_type::array) return walk_object(value);
  CLEW_CHECK(walk_list(value));
  return std::optional<std::uint64_t>();
}

// Infos are read as the list that they stand in.
Result<void> SavedAnswerFinder::Impl::walk_list(JsonValue value) {
  simdjson::ondemand::array array;
  std::string_view text;
  if (const auto code = value.get_array().get(array)) return fail_json("answer", code);
  if (const auto code = array.raw_json().get(text)) return fail_json("answer", code);
  if (const auto code = array.reset().error()) return fail_json("answer", code);
  std::optional<std::uint64_t> infos_of;
  std::size_t index = 0;
  for (auto element : array) {
    JsonValue item;
    if (const auto code = std::move(element).get(item)) return fail_json("answer", code);
    auto info_of = walk_part(item);
    if (!info_of)
      return fail(std::move(info_of).error().within("element " + std::to_string(index)));
    if (index > 0 && *info_of != infos_of)
      return fail(ErrorKind::data, "a list of infos is not of one block");
    infos_of = *info_of;
    ++index;
  }
  if (infos_of) found(Kind::infos, {.number = infos_of}, text);
  return {};
}

Result<void> SavedAnswerFinder::Impl::take(JsonValue field, std::string_view key, Signs& signs) {
  if (key == "blockID") return take_hash(field, key, signs.id);
  if (key == "blockNumber") return take_number(field, key, signs.info_of);
  if (key == "block_header") return read_header_number(field, signs);
  if (key == "blocks") return read_table_of_blocks(field, signs);
  if (key == "Error") return fail_said(field);
  json_type type{};
  if (const auto code = field.type().get(type)) return fail_json(key, code);
  const bool within = type == json_type::object || type == json_type::array;
  // The result of an info is a word.
  if (!within || (key != "result" && key != "block" && key != "infos")) return {};
  signs.envelope = true;
  return walk(field);
}

Result<std::optional<std::uint64_t>> SavedAnswerFinder::Impl::walk_object(JsonValue value) {
  simdjson::ondemand::object object;
  std::string_view text;
  if (value.get_object().get(object)) return fail_type("answer", "an object or a list of them");
  if (const auto code = object.raw_json().get(text)) return fail_json("answer", code);
  if (const auto code = object.reset().error()) return fail_json("answer", code);
  Signs signs;
  for (auto each : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (const auto code = std::move(each).get(field)) return fail_json("answer", code);
    if (const auto code = get_key(field, key)) return fail_json("answer", code);
    signs.empty = false;
    CLEW_CHECK(take(field.value(), key, signs));
  }
  if (signs.info_of) return signs.info_of;
  if (signs.id && signs.number) {
    found(signs.tables ? Kind::tables : Kind::block, signs, text);
  } else if (signs.id || signs.number || signs.tables) {
    return fail_missing(signs.tables ? "block_id or block_hash"
                        : signs.id   ? "block_header"
                                     : "blockID");
  } else if (!signs.empty && !signs.envelope) {
    return fail(ErrorKind::data, "neither a block, nor infos of its transactions, nor its tables");
  }
  return std::optional<std::uint64_t>();
}

SavedAnswerFinder::SavedAnswerFinder() : impl_(std::make_unique<Impl>()) {}
SavedAnswerFinder::~SavedAnswerFinder() = default;

Result<std::vector<SavedAnswer>> SavedAnswerFinder::find(std::string_view json) {
  impl_->answers.clear();
  CLEW_CHECK(
      impl_->document.parse(json, "answer", [&](JsonValue root) { return impl_->walk(root); }));
  return impl_->answers;
}

}  // namespace clew::tron
