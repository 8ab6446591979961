// A hack: somebody has the key of an exchange's hot wallet and tries to get away with ether and
// tokens: peeling, splitting and merging, swapping to and fro, through the mixer, to exchanges
// under false names; a part is never touched again. Where each unit ends up is booked as it moves
// (loot_book.h).
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

class Hack {
 public:
  // The theft happens at `block`; the thief acts about every `pace` blocks from then on.
  Hack(World& world, std::uint32_t number, std::uint64_t block, std::uint64_t pace);

 private:
  // `run` finds this hack again in the town that it is run in.
  template <class Run>
  void later(World& world, Run run);
  void steal(Town& town);
  void take_token(Town& town, std::size_t token, std::uint32_t trail);

  // Ether: one small deposit after the other, the rest to a fresh address.
  void peel(Town& town, AccountId from, unsigned left);
  // Over intermediaries in one transaction, of which each goes its way.
  void split(Town& town, AccountId from);
  void go_own_way(Town& town, AccountId from, std::size_t which);
  void merge(Town& town, std::vector<AccountId> from);
  void swap_ether(Town& town, AccountId from);
  void mix(Town& town, AccountId from);
  void sell_to_stranger(Town& town, AccountId from);

  // Tokens.
  void begin_with_token(Town& town, AccountId from, std::size_t token);
  void fence_token(Town& town, AccountId from, std::size_t token);
  void swap_token(Town& town, AccountId from, std::size_t token, unsigned left);

  // In several parts, one after the other.
  void cash_out(Town& town, AccountId from, AssetId asset);
  AccountId hideout(World& world);
  // Ether for fees comes from an exchange that nobody suspects.
  void feed(Town& town, AccountId account);
  // A deposit address at another exchange than the victim, always known to the public.
  void deposit(Town& town, AccountId from, AssetId asset, const U256& value);

  std::uint32_t number_;
  std::uint64_t pace_;
  std::uint64_t next_;  // block of the next step
  Party party_;
  std::uint32_t victim_ = 0;          // which exchange
  std::vector<AccountId> customers_;  // accounts at exchanges, under false names
};

}  // namespace clew::simulate::ethereum
