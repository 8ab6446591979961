#include "ingest/simulate/coin.h"

namespace clew::simulate {

std::string_view name(Role role) {
  constexpr std::string_view kNames[] = {"receive", "change", "deposit", "hot",
                                         "cold",    "payout", "mix",     "loot"};
  return kNames[static_cast<std::size_t>(role)];
}

std::string_view name(CoinJoin protocol) {
  constexpr std::string_view kNames[] = {"none", "whirlpool", "wasabi1", "wasabi2", "joinmarket"};
  return kNames[static_cast<std::size_t>(protocol)];
}

}  // namespace clew::simulate
