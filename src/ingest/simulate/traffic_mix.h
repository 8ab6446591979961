// How people use addresses and how many they pay at once: what decides inputs, outputs and new
// addresses a transaction, and with them how large a ledger becomes.
#pragma once

#include "ingest/simulate/simulate.h"

namespace clew::simulate {

struct TrafficMix {
  unsigned reusing_users;    // percent of users who keep one address
  unsigned published_tills;  // percent of purchases that go to a merchant's published address
  unsigned second_payee;     // percent of payments that pay two
  unsigned another_payee;    // percent of those that pay one more, and again; 0: never
  unsigned withdrawals;      // percent of acts that ask an exchange for coins
};

// Benchmarks meet what nodes hold: about 1.3 billion addresses in 1.2 billion transactions of
// 2.4 inputs and 2.6 outputs, so most outputs pay an address that was paid before.
// docs/benchmarks.md holds the mix against real blocks.
constexpr TrafficMix mix_of(Profile profile) {
  if (profile == Profile::benchmark) return {56, 56, 30, 45, 10};
  return {15, 25, 30, 0, 4};
}

}  // namespace clew::simulate
