// Entities on account chains, by deposit addresses (Victor, "Address Clustering Heuristics for
// Ethereum", Financial Cryptography 2020, section 4.1).
//
// An exchange gives each customer an address of their own, and moves what comes there to a wallet
// that is known to be its. Two rules follow, each with transfers as its proof:
//   deposit_address  an address that sent such a wallet what it had received just before belongs to
//                    the exchange, if it never pays anybody else;
//   shared_deposit   two addresses that pay the same deposit address belong together.
// Only what an address did itself counts: its sendings are those of transactions that it sent, so
// that neither a contract's logs nor payments of others can forge one. Definitions and limits:
// docs/entities.md.
//
// The result follows from the content of the ledger and from `services`, however the ledger is cut
// into segments and in whatever order its blocks came.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/account/moments.h"
#include "graph/service_guard.h"

namespace clew::account {

using graph::ServiceId;

enum class DepositRule : std::uint8_t { deposit_address, shared_deposit };
struct DepositRuleInfo {
  std::string_view name;
  int confidence = 0;  // 0 to 100, an order of trust
  std::string_view meaning;
};
const DepositRuleInfo& info(DepositRule rule);

// An address that labels name.
struct LabelledAddress {
  AddressId address = kNoAddress;
  ServiceId service = 0;
  // Of a service that keeps customers' money, as an exchange does: what is forwarded to its wallets
  // was a deposit. Labels name deposit addresses too, which are no wallets: those that act as one,
  // and those that next to nobody ever paid. The others are only kept apart.
  bool keeps_deposits = false;
};

struct DepositOptions {
  // Between a deposit and the transfer that forwards it. This and the next as in the code that
  // the paper's author published.
  std::uint32_t blocks_max = 10'000;
  // By how much the coin forwarded may differ from what came less the fees that the ledger knows
  // of; smaller deposits of the coin say nothing. Tokens must be forwarded to the last unit.
  U256 fee_max = U256(std::uint64_t{10'000'000'000'000'000});  // 0.01 coins of 18 decimals
  // Who pays more deposit addresses of one service than this is no customer: it feeds them fees, or
  // pays out for others.
  std::uint32_t payees_max = 8;
  // A labelled address that fewer addresses ever paid is not taken for a wallet.
  std::uint32_t payers_min = 5;
  // An address of more transfers is no customer's deposit address.
  std::uint64_t postings_max = 100'000;
  TransferSpan span;  // of all transfers that count
  // Which join anything.
  bool deposit_address = true, shared_deposit = true;
};

// Why two addresses are held to be together, and the transfers that show it, in order of time.
// deposit_address: what `a` received, and as the last how it forwarded that to `b`, a wallet of the
// service. shared_deposit: what `a`, and later `b`, paid to the deposit address `via`.
struct DepositJoin {
  DepositRule rule{};
  AddressId a = kNoAddress, b = kNoAddress, via = kNoAddress;
  std::vector<TransferId> transfers;
};
// A join as it is gone through.
struct DepositStep {
  AddressId from = kNoAddress, to = kNoAddress;
  DepositJoin join;
};
// One that was not made, because it would put two labelled parties together.
struct HeldBackDeposit {
  DepositJoin join;
  ServiceId service_a = 0, service_b = 0;
};

class DepositEntities {
 public:
  // `labelled`: every address that labels name, in any order.
  static DepositEntities find(const Snapshot& snapshot, std::span<const LabelledAddress> labelled,
                              const DepositOptions& options = {});

  // The entity that an address is in, named by the smallest of its addresses in bytes: the address
  // itself if nothing joins it with another.
  AddressId entity(AddressId id) const;
  // In order of their bytes; the address alone if nothing joins it.
  std::vector<AddressId> members(AddressId entity) const;
  // The joins that lead from `a` to `b`, in that order; nothing if they are not together. Of one
  // address with itself: an empty list.
  std::optional<std::vector<DepositStep>> why(AddressId a, AddressId b) const;

  // What joined anything, in order of time of the last transfer.
  std::span<const DepositJoin> joins() const { return joins_; }
  // In the same order.
  std::span<const HeldBackDeposit> held_back() const { return held_back_; }
  // The service whose deposit address it was found to be, labelled as it may be.
  std::optional<ServiceId> service_of_deposit(AddressId id) const;
  std::size_t entity_count() const { return members_.size(); }  // of two addresses or more

 private:
  std::unordered_map<AddressId, AddressId> entity_of_;  // of those that something joins
  std::unordered_map<AddressId, std::vector<AddressId>> members_;
  std::unordered_map<AddressId, std::vector<std::uint32_t>> joins_of_;  // a forest
  std::unordered_map<AddressId, ServiceId> deposits_;
  std::vector<DepositJoin> joins_;
  std::vector<HeldBackDeposit> held_back_;

  friend class DepositJoiner;
};

}  // namespace clew::account
