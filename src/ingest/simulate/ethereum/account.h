// The accounts of a simulated world and who is behind them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/u256.h"
#include "chain/evm/header.h"
#include "ingest/simulate/ethereum/keys.h"

namespace clew::simulate::ethereum {

// Accounts are numbered in the order in which they come up; 0 is the zero address.
using AccountId = std::uint32_t;
constexpr AccountId kZeroAccount = 0;
constexpr AccountId kNobody = 0xffffffff;

enum class PartyKind : std::uint8_t {
  nobody,
  user,
  stranger,  // a user who takes stolen money to an exchange
  exchange,
  issuer,  // of tokens
  market,  // where tokens are swapped
  shop,    // contracts that anybody may use: payments to many, collections of tokens
  mixer,
  relayer,  // sends withdrawals from the mixer for those who have no ether there
  builder,  // of blocks
  validator,
  rollup,
  thief,
  scammer,
};
struct Party {
  PartyKind kind = PartyKind::nobody;
  std::uint32_t number = 0;
  bool operator==(const Party&) const = default;
};
// "exchange-3".
std::string name(Party party);
std::string_view name(PartyKind kind);

enum class Role : std::uint8_t {
  wallet,
  deposit,  // what a customer pays to, and nobody else
  hot,
  cold,
  gas,         // sends ether to deposit addresses for their fees
  fees,        // of a builder of blocks
  withdrawal,  // of a validator
  contract,
  loot,
  lookalike,  // resembles another address
};
std::string_view name(Role role);

// Where stolen money is held to have arrived.
enum class Ending : std::uint8_t { none, service, mixer };

struct Account {
  static constexpr KeyNumber kNoKey = 0xffffffff;

  Address address{};
  U256 ether{};  // wei
  std::uint64_t nonce = 0;
  KeyNumber key = kNoKey;  // none: a contract, or nobody knows it
  Party party;
  Role role = Role::wallet;
  Ending ending = Ending::none;
  // A contract that gives out another asset for what it takes in.
  bool exchanges = false;
  bool has_code = false;
  bool seen = false;        // has been part of a transfer or transaction
  std::uint32_t label = 0;  // number of its public label, or 0

  bool is_contract() const { return role == Role::contract; }
};

}  // namespace clew::simulate::ethereum
