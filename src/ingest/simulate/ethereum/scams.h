// Those who make people pay them: a page that has its visitors approve a spender, who then takes
// their tokens; and addresses that look like one somebody has paid before, left in their history by
// transfers of nothing. https://www.chainalysis.com/blog/address-poisoning-scam/
#pragma once

#include <cstdint>

#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

class Scam {
 public:
  // Begins at `block` and acts about every `pace` blocks.
  Scam(World& world, std::uint32_t number, std::uint64_t block, std::uint64_t pace);

 private:
  template <class Run>
  void later(World& world, Run run);
  void begin(Town& town);
  void rob(Town& town, unsigned left);
  void poison(Town& town);
  void cash_out(Town& town);

  std::uint32_t number_;
  std::uint64_t pace_, next_;
  Party party_;
  std::uint32_t trail_ = 0;
  AccountId collector_ = kNobody;  // where everything goes, publicly known
};

}  // namespace clew::simulate::ethereum
