// A hack: somebody has the key of an exchange's hot wallet and tries to get away with ether and
// tokens. Where each unit ends up is booked as it moves (loot_book.h).
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
  // The steps find this hack again in the town that they are run in.
  template <class Run>
  void later(World& world, Run run);
  void steal(Town& town);
  // One small deposit after the other, the rest to a fresh address.
  void peel(Town& town, AccountId from, unsigned left);
  void split(Town& town, AccountId from);
  void cash_out(Town& town, AccountId from, AssetId asset);
  AccountId hideout(World& world);
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
