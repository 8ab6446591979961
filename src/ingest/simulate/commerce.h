// Merchants, mining pools and miners: where coins come from and what users spend them on.
#pragma once

#include <string_view>
#include <vector>

#include "ingest/simulate/exchange.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

// Takes payments on fresh invoice addresses, or on a published one, and sells what it earns.
class Merchant {
 public:
  Merchant(World& world, std::uint32_t number, Exchange& bank);
  // Where a customer pays; `known`: on the published address.
  Spot checkout(bool known = false);
  void step();

 private:
  World& world_;
  Exchange& bank_;
  WalletId till_;
  Spot published_;
};

// Mines blocks to one published address; shares the reward among its miners and sells the rest.
class Pool {
 public:
  Pool(World& world, std::uint32_t number, Exchange& bank, const std::vector<WalletId>& miners);
  Spot payout_spot() const { return published_; }
  std::string_view tag() const { return tag_; }
  void step();

 private:
  World& world_;
  Exchange& bank_;
  const std::vector<WalletId>& miners_;
  WalletId purse_;
  Spot published_;
  std::string tag_;
};

// A miner sells its payouts now and then.
void sell_payouts(World& world, WalletId miner, Exchange& bank);

}  // namespace clew::simulate
