// Transactions as addresses and amounts: what relations and statistics are computed from, whether
// they come from a ledger or from somewhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/snapshot.h"

namespace clew::graph {

using ledger::AddressId;

// The payer of new coins, who has no address.
constexpr AddressId kNewCoins = ledger::kNoAddress - 1;

struct Party {
  AddressId address = ledger::kNoAddress;  // kNoAddress if it is not exactly one
  std::optional<std::int64_t> value;       // satoshi; nothing if unknown
};

struct PaymentTx {
  std::uint64_t tx = 0;       // a number that orders transactions
  std::uint32_t height = 0;   // of the block
  std::uint32_t time = 0;     // of the block, seconds
  std::vector<Party> inputs;  // of a coinbase one: kNewCoins, with the sum of the outputs
  std::vector<Party> outputs;
};

class TxSource {
 public:
  virtual ~TxSource() = default;
  virtual void load(std::uint64_t tx, PaymentTx& out) const = 0;
};

class LedgerTxSource final : public TxSource {
 public:
  explicit LedgerTxSource(ledger::Snapshot snapshot) : snapshot_(std::move(snapshot)) {}
  void load(std::uint64_t tx, PaymentTx& out) const override;

 private:
  ledger::Snapshot snapshot_;
};

}  // namespace clew::graph
