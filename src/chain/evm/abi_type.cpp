#include "chain/evm/abi_type.h"

#include <optional>

namespace clew::evm {
namespace {

using Kind = AbiType::Kind;

tl::unexpected<Error> fail_type_name(std::string_view name, const std::string& reason) {
  return fail(ErrorKind::data, "type \"" + std::string(name.substr(0, 64)) + "\": " + reason);
}

// One to `digits_max` digits without a leading zero, or 0 itself.
std::optional<std::uint32_t> read_number(std::string_view text, std::size_t digits_max) {
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  if (text.front() == '0' && text.size() > 1) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return number;
}

bool is_width(std::uint32_t bits) {
  return bits >= 8 && bits <= 256 && bits % 8 == 0;
}

Result<AbiType> make_fixed_point(std::string_view name, std::string_view size, Kind kind) {
  AbiType type;
  type.kind = kind;
  type.is_fixed_point = true;
  type.bits = 128;
  type.decimals = 18;
  if (size.empty()) return type;
  const std::size_t x = size.find('x');
  if (x == std::string_view::npos) return fail_type_name(name, "not a type");
  const auto bits = read_number(size.substr(0, x), 3),
             decimals = read_number(size.substr(x + 1), 2);
  if (!bits || !is_width(*bits) || !decimals || *decimals > 80) {
    return fail_type_name(name, "not a type");
  }
  type.bits = *bits;
  type.decimals = *decimals;
  return type;
}

Result<AbiType> make_number(std::string_view name, std::string_view size, Kind kind) {
  AbiType type;
  type.kind = kind;
  if (size.empty()) return type;
  const auto bits = read_number(size, 3);
  if (!bits || !is_width(*bits)) return fail_type_name(name, "not a type");
  type.bits = *bits;
  return type;
}

AbiType make_simple(Kind kind, std::uint32_t size = 0) {
  AbiType type;
  type.kind = kind;
  type.size = size;
  type.dynamic = kind == Kind::bytes || kind == Kind::string;
  return type;
}

Result<AbiType> make_base(std::string_view name) {
  if (name == "address") return make_simple(Kind::address);
  if (name == "bool") return make_simple(Kind::boolean);
  if (name == "string") return make_simple(Kind::string);
  if (name == "bytes") return make_simple(Kind::bytes);
  if (name == "byte") return make_simple(Kind::fixed_bytes, 1);
  if (name == "function") {
    AbiType type = make_simple(Kind::fixed_bytes, 24);
    type.is_function = true;
    return type;
  }
  const auto after = [&](std::string_view prefix) { return name.substr(prefix.size()); };
  if (name.starts_with("ufixed")) return make_fixed_point(name, after("ufixed"), Kind::number);
  if (name.starts_with("fixed")) return make_fixed_point(name, after("fixed"), Kind::signed_number);
  if (name.starts_with("uint")) return make_number(name, after("uint"), Kind::number);
  if (name.starts_with("int")) return make_number(name, after("int"), Kind::signed_number);
  if (name.starts_with("bytes")) {
    const auto size = read_number(after("bytes"), 2);
    if (size && *size >= 1 && *size <= 32) return make_simple(Kind::fixed_bytes, *size);
  }
  return fail_type_name(name, "not a type");
}

// T[] or T[k] of an element.
Result<AbiType> make_array(std::string_view name, std::string_view size, AbiType element) {
  AbiType type;
  type.kind = size.empty() ? Kind::list : Kind::array;
  type.dynamic = size.empty() || element.dynamic;
  if (!size.empty()) {
    const auto count = read_number(size, 9);
    if (!count) return fail_type_name(name, "not a size of an array");
    const std::uint64_t words = std::uint64_t{*count} * element.words;
    if (*count > AbiLimits::kWordsMax || words > AbiLimits::kWordsMax) {
      return fail(ErrorKind::unsupported,
                  "an array of " + std::to_string(*count) + " is too large");
    }
    type.size = *count;
    type.words = type.dynamic ? 1 : static_cast<std::uint32_t>(words);
  }
  type.parts.push_back({std::move(element), "", false});
  return type;
}

std::size_t depth_of(const AbiType& type) {
  std::size_t depth = 0;
  for (const AbiParameter& part : type.parts)
    depth = std::max(depth, depth_of(part.type) + 1);
  return depth;
}

}  // namespace

AbiType make_tuple(std::vector<AbiParameter> parts) {
  AbiType type;
  type.kind = Kind::tuple;
  type.words = 0;
  for (const AbiParameter& part : parts) {
    type.dynamic = type.dynamic || part.type.dynamic;
    type.words += part.type.words;
  }
  if (type.dynamic) type.words = 1;
  type.parts = std::move(parts);
  return type;
}

Result<AbiType> make_abi_type(std::string_view name, std::vector<AbiParameter> components,
                              std::size_t depth) {
  const std::size_t end = name.find('[');
  const std::string_view base = name.substr(0, end);
  AbiType type;
  if (base == "tuple") {
    std::uint64_t words = 0;
    for (const AbiParameter& part : components)
      words += part.type.words;
    if (words > AbiLimits::kWordsMax) return fail(ErrorKind::unsupported, "a tuple is too large");
    type = make_tuple(std::move(components));
  } else {
    CLEW_TRY(made, make_base(base));
    type = std::move(made);
  }
  std::size_t levels = depth + depth_of(type);
  for (std::string_view rest = end == std::string_view::npos ? "" : name.substr(end);
       !rest.empty();) {
    const std::size_t close = rest.find(']');
    if (rest.front() != '[' || close == std::string_view::npos) {
      return fail_type_name(name, "brackets do not match");
    }
    if (++levels > AbiLimits::kDepthMax) {
      return fail(ErrorKind::unsupported, "types are nested too deep");
    }
    CLEW_TRY(array, make_array(name, rest.substr(1, close - 1), std::move(type)));
    type = std::move(array);
    rest.remove_prefix(close + 1);
  }
  if (levels > AbiLimits::kDepthMax) {
    return fail(ErrorKind::unsupported, "types are nested too deep");
  }
  return type;
}

std::string canonical(const AbiType& type) {
  const std::string bits = std::to_string(type.bits);
  switch (type.kind) {
    case Kind::number:
    case Kind::signed_number: {
      const std::string sign = type.kind == Kind::number ? "u" : "";
      if (!type.is_fixed_point) return sign + "int" + bits;
      return sign + "fixed" + bits + "x" + std::to_string(type.decimals);
    }
    case Kind::address:
      return "address";
    case Kind::boolean:
      return "bool";
    case Kind::fixed_bytes:
      return type.is_function ? "function" : "bytes" + std::to_string(type.size);
    case Kind::bytes:
      return "bytes";
    case Kind::string:
      return "string";
    case Kind::list:
      return canonical(type.parts[0].type) + "[]";
    case Kind::array:
      return canonical(type.parts[0].type) + "[" + std::to_string(type.size) + "]";
    case Kind::tuple:
      break;
  }
  std::string text = "(";
  for (const AbiParameter& part : type.parts) {
    if (text.size() > 1) text += ',';
    text += canonical(part.type);
  }
  return text + ")";
}

}  // namespace clew::evm
