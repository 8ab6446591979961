#include "base/keccak.h"
#include "ingest/replay/methods.h"
#include "ingest/replay/params.h"

namespace clew::replay {
namespace {

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

Reply get_chain_id(WorldChain& chain, const Json&, Faults&) {
  return quoted(U256(chain.chain_id()).to_quantity());
}

Reply get_net_version(WorldChain& chain, const Json&, Faults&) {
  return quoted(std::to_string(chain.chain_id()));
}

Reply get_client_version(WorldChain&, const Json&, Faults&) {
  return quoted("clew-replay/v1");
}

Reply get_syncing(WorldChain&, const Json&, Faults&) {
  return "false";
}

// The block that a state is asked of.
tl::expected<std::uint64_t, RpcError> state_block(WorldChain& chain, const View& view,
                                                  const Json& which) {
  const auto entry = chain.find_block(view, which);
  if (!entry) return tl::unexpected(entry.error());
  if (*entry == nullptr) return refuse(kServerError, "header not found");
  return (*entry)->number;
}

Reply get_balance(WorldChain& chain, const Json& params, Faults& faults) {
  const auto holder = read_address(param(params, 0));
  if (!holder) return tl::unexpected(holder.error());
  const View view = view_for(chain, faults);
  const auto number = state_block(chain, view, param(params, 1));
  if (!number) return tl::unexpected(number.error());
  const auto balance = chain.state().balance(view, *number, {}, *holder);
  if (!balance) return refuse(kServerError, balance.error().message);
  return quoted(balance->to_quantity());
}

Reply get_code(WorldChain& chain, const Json& params, Faults&) {
  const auto account = read_address(param(params, 0));
  if (!account) return tl::unexpected(account.error());
  return quoted(evm::to_text(chain.state().code(*account)));
}

// A string as the ABI returns it.
std::string returned_text(const std::string& text) {
  Bytes bytes(64);
  bytes[31] = 32;
  const auto size = U256(text.size()).to_big_endian();
  std::copy(size.begin(), size.end(), bytes.begin() + 32);
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.resize((bytes.size() + 31) / 32 * 32);
  return quoted(evm::to_text(bytes));
}

std::string returned_number(const U256& number) {
  return quoted(evm::to_text(number.to_big_endian()));
}

bool calls_method(ByteView input, std::string_view signature) {
  const Hash256 hash = keccak256(as_bytes(signature));
  return input.size() >= 4 && std::equal(input.begin(), input.begin() + 4, hash.begin());
}

Reply token_balance(WorldChain& chain, const Json& params, Faults& faults,
                    const evm::Address& contract, ByteView input) {
  if (input.size() < 36) return refuse(3, "execution reverted");
  evm::Address holder;
  std::copy_n(input.begin() + 16, holder.size(), holder.begin());
  const View view = view_for(chain, faults);
  const auto number = state_block(chain, view, param(params, 1));
  if (!number) return tl::unexpected(number.error());
  const auto balance = chain.state().balance(view, *number, contract, holder);
  if (!balance) return refuse(kServerError, balance.error().message);
  return returned_number(*balance);
}

// Only what tokens say of themselves.
Reply call(WorldChain& chain, const Json& params, Faults& faults) {
  const Json& message = param(params, 0);
  const auto contract = read_address(field(message, "to"));
  if (!contract) return tl::unexpected(contract.error());
  const Json& data = field(message, field(message, "input").is_null() ? "data" : "input");
  const std::string text = data.is_string() ? data.get<std::string>() : "0x";
  const auto input = from_hex(std::string_view(text).substr(text.starts_with("0x") ? 2 : 0));
  if (!input) return refuse(kInvalidParams, "invalid argument: hexadecimal input expected");
  const TokenFacts* token = chain.state().token(*contract);
  if (token == nullptr) {
    if (chain.state().code(*contract).empty()) return quoted("0x");
    return refuse(3, "execution reverted");
  }
  if (calls_method(*input, "name()")) return returned_text(token->name);
  if (calls_method(*input, "symbol()")) return returned_text(token->symbol);
  if (calls_method(*input, "decimals()")) return returned_number(U256(token->decimals));
  if (calls_method(*input, "balanceOf(address)"))
    return token_balance(chain, params, faults, *contract, *input);
  return refuse(3, "execution reverted");
}

constexpr Method kMethods[] = {
    {"eth_chainId", get_chain_id},
    {"net_version", get_net_version},
    {"web3_clientVersion", get_client_version},
    {"eth_syncing", get_syncing},
    {"eth_getBalance", get_balance},
    {"eth_getCode", get_code},
    {"eth_call", call},
};

}  // namespace

std::span<const Method> state_methods() {
  return kMethods;
}

}  // namespace clew::replay
