// Calls and events of contracts as the Solidity ABI writes them
// (https://docs.soliditylang.org/en/latest/abi-spec.html).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/u256.h"
#include "chain/evm/header.h"

namespace clew::simulate::ethereum {

using Word = Hash256;
inline Word word(const U256& value) {
  return value.to_big_endian();
}
inline Word word(std::uint64_t value) {
  return word(U256(value));
}
Word word(const evm::Address& address);

// The hash of an event's or method's signature, "transfer(address,uint256)".
Hash256 signature_hash(std::string_view signature);

Bytes words(std::initializer_list<Word> values);
// The method's selector and its arguments.
Bytes call_data(const Hash256& method, std::initializer_list<Word> arguments = {});
// Goes on with the arguments of a call: an array's length and items.
void append_array(Bytes& data, std::span<const Word> items);
void append_word(Bytes& data, const Word& value);
// Gas for the bytes of a transaction's input (EIP-2028).
std::uint64_t input_gas(ByteView input);

// topic 0 of the events that the world's contracts know.
struct Events {
  Hash256 transfer, approval, approval_for_all, deposit, withdrawal, pair_created, mint, burn, sync,
      swap, transfer_single, transfer_batch, mixer_deposit, mixer_withdrawal, sale, ownership;
};
const Events& events();

struct Methods {
  Hash256 transfer, transfer_from, approve, mint, burn, deposit, withdraw, safe_transfer_from,
      safe_transfer_single, safe_transfer_batch, set_approval_for_all, mint_batch;
  Hash256 create_pair, initialize, pair_mint, pair_swap, get_reserves, balance_of, add_liquidity,
      swap_ether_for_tokens, swap_tokens_for_ether, swap_tokens_for_tokens;
  Hash256 disperse_ether, disperse_token, mixer_deposit, mixer_withdraw, verify_proof, buy, split,
      create_wallet, sweep, destroy, drain, claim, open_channel, execute, post_batch;
};
const Methods& methods();

}  // namespace clew::simulate::ethereum
