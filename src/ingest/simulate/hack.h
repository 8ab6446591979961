// A hack: somebody empties the hot wallet of an exchange and tries to get away with it. The loot
// goes three ways: a peeling chain, a split over intermediaries, and a CoinJoin; clean coins are
// mixed in on the way, and a part is never touched again. The script keeps the loot's coins in its
// own hands; where their satoshi end up is booked as they move (trails.h).
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/crowd.h"
#include "ingest/simulate/exchange.h"
#include "ingest/simulate/mixing.h"
#include "ingest/simulate/world.h"

namespace clew::simulate {

struct Scene {
  World& world;
  std::vector<Exchange>& exchanges;
  std::vector<Merchant>& merchants;
  Crowd& crowd;
  Mixing& mixing;
};

class Hack {
 public:
  // The theft happens at `height`; the thief acts about every `pace` blocks from then on.
  Hack(const Scene& scene, std::uint32_t number, std::uint32_t height, std::uint32_t pace);
  Hack(const Hack&) = delete;
  Hack& operator=(const Hack&) = delete;

 private:
  void steal();
  void buy_clean();
  // The peeling chain: one small payment after the other, the rest to a fresh address.
  void peel(Coin coin, unsigned left);
  Payment peeled(std::int64_t value);
  // The split over intermediaries, and what each of them does.
  void split(Coin coin);
  void commingle(Coin coin);
  void deposit_all(Coin coin);
  void sell_to_stranger(Coin coin);
  // The way into a CoinJoin.
  void mix(Coin coin);

  Spot hideout();   // a fresh address of the thief
  Spot cash_out();  // a deposit address at another exchange than the victim
  void later(std::function<void()> step);
  // Pays everything but the fee: to the payments, and the rest to `rest`, whose coin is returned.
  Coin move(std::vector<Coin> inputs, std::vector<Payment> payments, const Spot& rest,
            std::string_view note, bool held = true);

  Scene scene_;
  World& world_;
  std::uint32_t number_;
  std::uint32_t pace_;
  std::uint32_t next_;  // height of the next step
  WalletId thief_;
  std::uint32_t trail_ = 0;
  std::size_t victim_ = 0;  // which exchange
  std::vector<Coin> clean_;
  std::vector<Spot> accounts_;  // deposit addresses that the thief has used
};

}  // namespace clew::simulate
