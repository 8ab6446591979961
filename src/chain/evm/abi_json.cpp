#include "chain/evm/abi_json.h"

#include "base/json_fields.h"

namespace clew::evm {
namespace {

Result<std::string> read_string(JsonValue value, std::string_view key) {
  std::string_view text;
  if (value.get_string().get(text)) return fail_type(key, "a string");
  if (text.size() > AbiLimits::kTextMax) {
    return fail(ErrorKind::unsupported, "\"" + std::string(key) + "\" is too long");
  }
  return std::string(text);
}

Result<std::vector<AbiParameter>> read_parameters(JsonValue value, std::string_view key,
                                                  std::size_t depth);

Result<AbiParameter> read_parameter(JsonValue value, std::size_t depth) {
  AbiParameter parameter;
  std::string type;
  std::vector<AbiParameter> components;
  CLEW_CHECK(
      for_each_field(value, "inputs", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "type" || key == "name") {
          CLEW_TRY(text, read_string(item, key));
          (key == "type" ? type : parameter.name) = std::move(text);
        } else if (key == "indexed") {
          if (item.get_bool().get(parameter.indexed)) return fail_type(key, "true or false");
        } else if (key == "components") {
          CLEW_TRY(parts, read_parameters(item, "components", depth + 1));
          components = std::move(parts);
        }
        return {};
      }));
  CLEW_TRY(made, make_abi_type(type, std::move(components), depth));
  parameter.type = std::move(made);
  return parameter;
}

Result<std::vector<AbiParameter>> read_parameters(JsonValue value, std::string_view key,
                                                  std::size_t depth) {
  if (depth > AbiLimits::kDepthMax) {
    return fail(ErrorKind::unsupported, "tuples are nested too deep");
  }
  std::vector<AbiParameter> parameters;
  std::uint64_t words = 0;
  CLEW_CHECK(for_each_element(value, key, "parameter", [&](JsonValue item) -> Result<void> {
    CLEW_TRY(parameter, read_parameter(item, depth));
    words += parameter.type.words;
    if (words > AbiLimits::kWordsMax) {
      return fail(ErrorKind::unsupported, "the parameters are too large");
    }
    parameters.push_back(std::move(parameter));
    return {};
  }));
  return parameters;
}

Result<void> read_entry(JsonValue value, ContractAbi& out) {
  std::string type = "function";  // what an entry is that does not say
  AbiSignature signature;
  CLEW_CHECK(
      for_each_field(value, "abi", [&](std::string_view key, JsonValue item) -> Result<void> {
        if (key == "type" || key == "name") {
          CLEW_TRY(text, read_string(item, key));
          (key == "type" ? type : signature.name) = std::move(text);
        } else if (key == "inputs") {
          CLEW_TRY(parameters, read_parameters(item, "inputs", 0));
          signature.parameters = std::move(parameters);
        }
        return {};
      }));
  if (type != "function" && type != "event" && type != "error") return {};
  if (signature.name.empty()) return fail_missing("name");
  auto& list = type == "event" ? out.events : type == "error" ? out.errors : out.functions;
  list.push_back(std::move(signature));
  return {};
}

Result<void> read_entries(JsonValue value, ContractAbi& out) {
  return for_each_element(value, "abi", "entry",
                          [&](JsonValue item) { return read_entry(item, out); });
}

}  // namespace

Result<ContractAbi> read_contract_abi(std::string_view text) {
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (const auto code = parser.iterate(padded).get(document)) return fail_json("abi", code);
  JsonValue root;
  if (const auto code = document.get_value().get(root)) return fail_json("abi", code);
  simdjson::ondemand::json_type kind;
  if (const auto code = root.type().get(kind)) return fail_json("abi", code);
  ContractAbi abi;
  if (kind == simdjson::ondemand::json_type::array) {
    CLEW_CHECK(read_entries(root, abi));
    return abi;
  }
  bool found = false;
  CLEW_CHECK(
      for_each_field(root, "abi", [&](std::string_view key, JsonValue value) -> Result<void> {
        if (key != "abi") return {};
        found = true;
        return read_entries(value, abi);
      }));
  if (!found) return fail_missing("abi");
  return abi;
}

}  // namespace clew::evm
