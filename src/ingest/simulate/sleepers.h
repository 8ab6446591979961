// People who receive coins and forget about them for years: miners of the first days, savers.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/exchange.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

class Sleepers {
 public:
  explicit Sleepers(World& world);
  // Where an early miner is paid: a bare public key.
  Spot mining_spot();
  // Now and then somebody buys for their grandchildren, and now and then one wakes up.
  void step(std::vector<Exchange>& exchanges);

 private:
  void wake(Exchange& exchange);

  World& world_;
  WalletId drawer_;
};

}  // namespace clew::simulate
