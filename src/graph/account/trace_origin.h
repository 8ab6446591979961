// What a trace on an account chain starts with, as users name it: a transaction, an address.
#pragma once

#include "graph/account/trace.h"

namespace clew::account {

struct OriginOptions {
  std::optional<AssetId> asset;  // no other
  TraceWindow window;            // of addresses: what they received in it
  std::uint64_t transfers_max = 100'000;
  std::uint64_t postings_max = 1'000'000;  // of an address's history that are looked at
};

struct Origins {
  std::vector<TraceOrigin> list;
  bool cut = false;  // there is more: the earliest are taken
};

// All that a transaction moved, fees left out.
Origins origins_of(const Snapshot& snapshot, TxId tx, const OriginOptions& options);
// All that addresses received from others, in order of time, and what they must have had before
// the ledger begins to have sent what they sent. With a window that has a beginning the latter is
// left out.
Origins origins_of(const Snapshot& snapshot, std::span<const AddressId> addresses,
                   const OriginOptions& options);

}  // namespace clew::account
