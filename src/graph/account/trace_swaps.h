// Exchanges of one asset for another within one transaction, as its transfers show them. Internal
// to tracing; docs/tracing.md states the rule and its limits.
//
// In the direction of a trace, an address that gave up some of an asset and got another for it, or
// had another address get it, made a deal. What is traced of the former becomes the same share of
// the latter.
#pragma once

#include <deque>
#include <map>

#include "graph/account/holding.h"
#include "graph/account/trace_log.h"

namespace clew::account {

// One asset that a deal gives up.
struct SwapGift {
  AssetId asset = kCoin;
  U256 value;     // of the transfers that are part of the deal
  U256 returned;  // of it, what came back in the same asset
  // What is traced of it: the units that were given, in order.
  Taint taint;
  std::uint32_t hops = 0xffffffff, widest = kNoItem;
};
struct SwapGain {
  AssetId asset = kCoin;
  U256 value;  // net
};

// One transfer of a gift.
struct SwapPart {
  TransferId transfer = 0;
  std::uint32_t gift = 0;
  U256 offset;  // where its units begin among the gift's
};

// What an address gave and got of each asset in a transaction.
struct SwapFlow {
  U256 out, in;
};
using SwapFlows = std::map<AssetId, SwapFlow>;

struct SwapDeal {
  TxId tx = 0;
  AddressId party = kNoAddress;  // who gives
  AddressId taker = kNoAddress;  // who gets: the same, or whom the party named to a router
  std::vector<SwapGift> gifts;
  std::vector<SwapPart> parts;  // in the direction of the trace
  std::vector<SwapGain> gains;
  TransferId last = 0;   // of its transfers, in the direction of the trace
  bool pending = false;  // something traced was given, and nothing got for it yet
};

// One transfer's part in a deal.
struct SwapLeg {
  SwapDeal* deal = nullptr;  // none: it is part of no deal
  SwapGift* gift = nullptr;
  U256 offset;
};

// What is traced of one asset that was got for another.
struct SwapShare {
  const SwapGift* gift = nullptr;
  AssetId asset = kCoin;
  U256 value;   // that was got of it in all
  Taint taint;  // by place among these units
};

class TraceSwaps {
 public:
  TraceSwaps(const Snapshot& snapshot, const TraceOptions& options, AddressId zero, TraceWork& work)
      : snapshot_(snapshot), options_(options), zero_(zero), work_(work) {}

  // The deal of its payer that this transfer is part of. Valid until a transfer of another
  // transaction is asked for.
  SwapLeg leg_of(const TransferRow& row);
  // Deals of the transaction at work.
  std::deque<SwapDeal>& deals() { return deals_; }
  // How what is traced in the deal is shared out over what was got.
  std::vector<SwapShare> shares(const SwapDeal& deal) const;

 private:
  AddressId payer(const TransferRow& row) const;
  AddressId payee(const TransferRow& row) const;
  bool is_nobody(AddressId id) const { return id == kNoAddress || id == zero_; }
  void load(TxId tx);
  void count_flows();
  AddressId owner(AddressId id, AssetId asset) const;
  SwapDeal& deal_of(AddressId party);
  bool pays_anything(AddressId party) const;
  bool is_part(const TransferRow& row, const SwapDeal& deal) const;
  SwapDeal make_deal(AddressId party);
  void find_gains(SwapDeal& deal);
  void find_taker(SwapDeal& deal);
  void add_parts(SwapDeal& deal) const;

  const Snapshot& snapshot_;
  const TraceOptions& options_;
  const AddressId zero_;
  TraceWork& work_;
  TxId tx_ = kNone;
  // Of the transaction at work, in the direction of the trace, fees left out; who pays, sorted; and
  // what was asked for of its deals, those without gifts for parties that made none.
  std::vector<TransferRow> rows_;
  std::vector<AddressId> payers_;
  // What each address gave and got, by asset. What comes into being or ceases is its contract's.
  std::map<AddressId, SwapFlows> flows_;
  std::deque<SwapDeal> deals_;
};

}  // namespace clew::account
