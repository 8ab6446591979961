// What the actors move: places to pay to, coins, and the stolen satoshi that a coin carries.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace clew::simulate {

constexpr std::int64_t kBitcoin = 100'000'000;  // satoshi
constexpr std::int64_t kDust = 1'000;           // no actor makes smaller outputs

// The script that pays a key, or several keys derived from it.
enum class Scheme : std::uint8_t {
  p2pk,
  p2pkh,
  p2sh_segwit,    // P2WPKH within P2SH
  p2sh_multisig,  // 2 of 3
  p2wpkh,
  p2wsh_multisig,  // 2 of 3
  p2tr,
  bare_multisig,  // 1 of 2
  nonstandard,    // anyone can spend; has no address
  op_return,      // nobody can spend; has no address
};
constexpr std::size_t kSchemes = 10;
constexpr bool has_address(Scheme scheme) {
  return scheme < Scheme::nonstandard;
}

using WalletId = std::uint32_t;

enum class Role : std::uint8_t { receive, change, deposit, hot, cold, payout, mix, loot };
std::string_view name(Role role);

// Where an output pays.
struct Spot {
  std::uint64_t key = 0;
  WalletId wallet = 0;
  std::uint32_t label = 0;  // number of its public label, or 0
  Scheme scheme = Scheme::p2wpkh;
  Role role = Role::receive;
  bool service = false;  // its label names a service: a trace ends here
};

// Satoshi [start, start + length) of a coin belong to a trail.
struct Stain {
  std::uint32_t trail = 0;
  std::int64_t start = 0;
  std::int64_t length = 0;
  bool operator==(const Stain&) const = default;
};
using Stains = std::vector<Stain>;

struct Coin {
  Hash256 txid{};
  std::uint32_t vout = 0;
  std::uint32_t height = 0;
  std::int64_t value = 0;  // satoshi
  Spot spot;
  std::shared_ptr<const Stains> stains;  // null: clean
};

struct Payment {
  Spot to;
  std::int64_t value = 0;          // satoshi
  bool held = false;               // the coin is kept by whoever sends, not put into a wallet
  std::uint32_t begins_trail = 0;  // the coin is loot: the first outpoint of this trail
};

enum class CoinJoin : std::uint8_t { none, whirlpool, wasabi1, wasabi2, joinmarket };
std::string_view name(CoinJoin protocol);

// A transaction about to be made. What the inputs hold beyond the outputs is the fee.
struct Draft {
  std::vector<Coin> inputs;
  std::vector<Payment> outputs;
  std::int32_t version = 2;
  std::uint32_t lock_time = 0;
  std::uint32_t sequence = 0xfffffffd;
  CoinJoin coinjoin = CoinJoin::none;
  std::string_view note;  // for the story: what the transaction does there
};

}  // namespace clew::simulate
