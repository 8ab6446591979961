#include "ingest/simulate/tron/account.h"

namespace clew::simulate::tron {

std::string_view name(Role role) {
  constexpr std::array<std::string_view, kRoles> kNames = {
      "issuer",     "exchange", "deposit",  "merchant",  "employer", "spammer",  "salaried",
      "freelancer", "trader",   "saver",    "landlord",  "remitter", "family",   "savings",
      "scam",       "mule",     "splitter", "collector", "broker",   "poisoner", "sanctioned"};
  return kNames[static_cast<std::size_t>(role)];
}

}  // namespace clew::simulate::tron
