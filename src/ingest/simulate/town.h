// Everybody who lives in a world, and what they do each block.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "ingest/simulate/commerce.h"
#include "ingest/simulate/crowd.h"
#include "ingest/simulate/exchange.h"
#include "ingest/simulate/hack.h"
#include "ingest/simulate/mixing.h"
#include "ingest/simulate/ransom.h"
#include "ingest/simulate/sleepers.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

class Town {
 public:
  explicit Town(World& world);
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  // Fills the block under construction.
  void step();
  struct Miner {
    Spot spot;
    std::string_view tag;
  };
  // Who finds the block.
  Miner next_miner();

 private:
  void open_businesses();
  void plan_crimes();
  void trade();

  World& world_;
  std::vector<Exchange> exchanges_;
  std::vector<WalletId> miners_;
  std::vector<Pool> pools_;
  std::vector<Merchant> merchants_;
  Sleepers sleepers_;
  Crowd crowd_;
  Mixing mixing_;
  std::deque<Hack> hacks_;
  std::deque<Ransom> ransoms_;
};

}  // namespace clew::simulate
