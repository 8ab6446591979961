// A ransom campaign: victims buy coins at an exchange and pay the address on their screen; the
// collector gathers the payments, shares them with an affiliate, and cashes out.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/hack.h"

namespace clew::simulate {

class Ransom {
 public:
  // The first victim pays soon after `height`; the campaign acts about every `pace` blocks.
  Ransom(const Scene& scene, std::uint32_t number, std::uint32_t height, std::uint32_t pace);
  Ransom(const Ransom&) = delete;
  Ransom& operator=(const Ransom&) = delete;

 private:
  void infect();
  void pay(WalletId victim, const Coin& coin);
  void collect();
  void share(const Coin& coin);
  void cash_out(const Coin& coin, std::string_view note);

  Scene scene_;
  World& world_;
  std::uint32_t number_;
  std::uint32_t pace_;
  WalletId gang_;
  std::uint32_t trail_ = 0;  // from the first payment on; its victim is the first of them
  Spot demand_;              // the address on the screen
  std::int64_t price_;
  std::vector<Coin> collected_;
};

}  // namespace clew::simulate
