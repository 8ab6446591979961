// The CoinJoins of a ledger.
#pragma once

#include <vector>

#include "detect/coinjoin.h"
#include "ledger/snapshot.h"

namespace clew::detect {

struct ScanOptions {
  // Verdicts below are left out. kDoubtful suits reports. To keep entities apart, a false alarm
  // costs little and a missed round merges strangers, so kDoubtful - 15 is a fair choice there: it
  // takes in the JoinMarket rounds of a partial ledger, which are judged by their outputs alone.
  int confidence_min = kDoubtful;
};

struct FoundCoinJoin {
  ledger::TxIndex tx = 0;
  CoinJoin verdict;
};

// In order of TxIndex. Throws ledger::Corruption like the snapshot itself.
std::vector<FoundCoinJoin> scan(const ledger::Snapshot& snapshot, ScanOptions options = {});

// The same transactions by number alone, ascending, and as one flag a transaction of the ledger.
std::vector<ledger::TxIndex> coinjoin_transactions(const ledger::Snapshot& snapshot,
                                                   ScanOptions options = {});
std::vector<bool> coinjoin_flags(const ledger::Snapshot& snapshot, ScanOptions options = {});

// Judges transactions of one snapshot one at a time; not to be shared between threads. The snapshot
// must outlive it.
class LedgerRecogniser {
 public:
  explicit LedgerRecogniser(const ledger::Snapshot& snapshot);
  std::optional<CoinJoin> recognise(ledger::TxIndex tx);

 private:
  bool worth_a_look(const ledger::TxRow& row);
  void fill_shape(const ledger::TxRow& row);

  const ledger::Snapshot* snapshot_;
  bool mainnet_;
  std::vector<ledger::AddressId> coordinators_;
  std::vector<std::int64_t> values_;
  TxShape shape_;
};

}  // namespace clew::detect
