#include "chain/evm/network_text.h"

#include <charconv>

namespace clew::evm {
namespace {

constexpr std::string_view kPrefix = "evm:";

}  // namespace

std::string network_name(std::uint64_t chain_id) {
  return std::string(kPrefix) + std::to_string(chain_id);
}

std::optional<std::uint64_t> chain_id_of(std::string_view network) {
  if (!network.starts_with(kPrefix)) return std::nullopt;
  network.remove_prefix(kPrefix.size());
  std::uint64_t id = 0;
  const auto [end, code] = std::from_chars(network.data(), network.data() + network.size(), id);
  if (code != std::errc() || end != network.data() + network.size()) return std::nullopt;
  return id;
}

std::string hash_text(const ChainParams& chain, const Hash256& hash) {
  return chain.address_form == AddressForm::tron ? to_hex(hash) : to_text(hash);
}

}  // namespace clew::evm
