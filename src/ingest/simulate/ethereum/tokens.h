// Fungible tokens (ERC-20) and wrapped ether: what their contracts do when they are called.
#pragma once

#include <cstdint>
#include <string>

#include "ingest/simulate/ethereum/execution.h"
#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

struct Token {
  AccountId contract = kNobody;
  // Where its code is, if the contract that holds its balances only passes calls on.
  AccountId implementation = kNobody;
  AssetId asset = kEther;
  std::string name, symbol;
  unsigned decimals = 18;
  std::uint64_t micro_ether = 0;  // what one is worth, millionths of an ether
  bool wrapped_ether = false;

  // An amount worth so much ether, and the reverse.
  U256 worth(const U256& wei) const;
  U256 in_ether(const U256& amount) const;
};

// Within the token's own code, as the callee of a frame.
void emit_transfer(Execution& run, const Token& token, AccountId from, AccountId to,
                   const U256& value);
// Calls of the token by the code at hand.
void call_transfer(Execution& run, const Token& token, AccountId to, const U256& value);
void call_transfer_from(Execution& run, const Token& token, AccountId from, AccountId to,
                        const U256& value);
void call_balance_of(Execution& run, const Token& token, AccountId holder);
// Of wrapped ether.
void call_deposit(Execution& run, const Token& token, const U256& value);
void call_withdraw(Execution& run, const Token& token, const U256& value);

// Transactions.
struct TokenPlan {
  std::string name, symbol;
  unsigned decimals = 18;
  std::uint64_t micro_ether = 0;
  std::uint64_t supply = 0;  // whole tokens, to the creator
  bool proxy = false;
};
Token create_token(World& world, AccountId creator, const TokenPlan& plan);
// Is there from the genesis block on, where Ethereum's is.
Token open_wrapped_ether(World& world, Party party);

// Creates a contract; `body` is what its constructor does.
using Deployment = std::function<void(Execution&)>;
Sent deploy(World& world, AccountId creator, AccountId contract, const Deployment& body = {});

Sent send_token(World& world, const Token& token, AccountId from, AccountId to, const U256& value,
                std::uint32_t begins_trail = 0);
// `spender` moves what `from` allowed it to.
Sent send_token_from(World& world, const Token& token, AccountId spender, AccountId from,
                     AccountId to, const U256& value, std::uint32_t begins_trail = 0);
Sent approve(World& world, const Token& token, AccountId owner, AccountId spender,
             const U256& value);
Sent wrap(World& world, const Token& token, AccountId from, const U256& value);
Sent unwrap(World& world, const Token& token, AccountId from, const U256& value);
// Gas that a transfer takes at most.
constexpr std::uint64_t kTokenTransferGas = 90'000;

// What a contract's code is made of: nothing that could run, but no two are the same.
Bytes code_of(const World& world, AccountId contract);

}  // namespace clew::simulate::ethereum
