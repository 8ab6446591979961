#include "ingest/replay/params.h"

#include "base/u256.h"

namespace clew::replay {
namespace {

const Json kNull;

template <class Fixed>
tl::expected<Fixed, RpcError> read_fixed(const Json& value, const char* what) {
  Fixed bytes{};
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() == 2 + 2 * bytes.size() && text.starts_with("0x") &&
        hex_into(std::string_view(text).substr(2), bytes.data()))
      return bytes;
  }
  return refuse(kInvalidParams, "invalid argument: " + std::string(what) + " expected");
}

}  // namespace

const Json& param(const Json& params, std::size_t i) {
  return params.is_array() && i < params.size() ? params[i] : kNull;
}

const Json& field(const Json& object, const char* name) {
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

tl::expected<Hash256, RpcError> read_hash(const Json& value) {
  return read_fixed<Hash256>(value, "a hash");
}

tl::expected<evm::Address, RpcError> read_address(const Json& value) {
  return read_fixed<evm::Address>(value, "an address");
}

std::optional<std::uint64_t> read_quantity(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto number = U256::from_quantity(value.get_ref<const std::string&>());
  return number ? number->to_u64() : std::nullopt;
}

}  // namespace clew::replay
