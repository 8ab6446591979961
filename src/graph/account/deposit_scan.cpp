#include "graph/account/deposit_scan.h"

#include <algorithm>
#include <array>

namespace clew::account {

using chain::TransferKind;

namespace {

bool is_coin_movement(TransferKind kind) {
  return kind == TransferKind::native || kind == TransferKind::internal;
}

U256 distance(const U256& a, const U256& b) {
  return a > b ? *checked_sub(a, b) : *checked_sub(b, a);
}

}  // namespace

// What came of one asset since some of it was sent last, and what fees took of it.
struct DepositScan::Asset {
  std::vector<TransferRow> received;
  U256 sum, fees;
  bool overflow = false;

  void add(U256& to, const U256& value) {
    const auto more = checked_add(to, value);
    overflow |= !more;
    to = more.value_or(to);
  }
};

// The life of one candidate, transfer by transfer.
class DepositScan::Reading {
 public:
  Reading(const DepositScan& scan, AddressId who)
      : scan_(scan), who_(who), own_(scan.label_of(who)) {
    found_.address = who;
  }

  // False if it cannot be a deposit address.
  bool take(const Posting& posting) {
    const auto row = scan_.snapshot_.transfer(posting.transfer);
    auto& asset = assets_[row.asset];
    if (row.kind == TransferKind::fee) {
      if (posting.sends) asset.add(asset.fees, row.value);
      return true;
    }
    if (row.value.is_zero()) return true;
    if (!posting.sends) {
      asset.add(asset.sum, row.value);
      asset.received.push_back(row);
      return true;
    }
    if (!scan_.is_own_act(row, who_))
      // Coins that leave without its signature are a contract's. Of tokens, it may have allowed
      // somebody to move them, or a worthless contract says so: neither is its doing.
      return !is_coin_movement(row.kind);
    const auto* to = scan_.label_of(row.to);
    if (to == nullptr || !to->keeps_deposits || scan_.no_wallets_.contains(row.to)) return false;
    if (own_ != nullptr && own_->service != to->service) return false;
    if (matches(asset, row)) note_forward(asset, row, *to);
    asset = {};
    return true;
  }

  std::optional<DepositAddress> found() {
    if (found_.forwards.empty()) return std::nullopt;
    return std::move(found_);
  }

 private:
  void note_forward(const Asset& asset, const TransferRow& sent, const LabelledAddress& to);
  bool matches(const Asset& asset, const TransferRow& sent) const;
  void note_customer(const TransferRow& received);

  const DepositScan& scan_;
  const AddressId who_;
  const LabelledAddress* const own_;  // its own label
  std::unordered_map<AssetId, Asset> assets_;
  DepositAddress found_;
};

bool DepositScan::Reading::matches(const Asset& asset, const TransferRow& sent) const {
  const auto& options = scan_.options_;
  const auto left = checked_sub(asset.sum, asset.fees);
  if (asset.received.empty() || asset.overflow || !left) return false;
  if (sent.asset != kCoin) {
    if (asset.sum != sent.value) return false;
  } else if (sent.value <= options.fee_max || distance(*left, sent.value) > options.fee_max) {
    return false;
  }
  const auto& s = scan_.snapshot_;
  const auto first = s.number_of(s.block_of_transfer(asset.received.front().id));
  return s.number_of(s.block_of_transfer(sent.id)) - first <= options.blocks_max;
}

void DepositScan::Reading::note_forward(const Asset& asset, const TransferRow& sent,
                                        const LabelledAddress& to) {
  auto& forwards = found_.forwards;
  if (std::none_of(forwards.begin(), forwards.end(),
                   [&](const auto& f) { return f.service == to.service; })) {
    forwards.push_back({to.service, to.address, {}});
    for (const auto& row : asset.received)
      forwards.back().transfers.push_back(row.id);
    forwards.back().transfers.push_back(sent.id);
  }
  for (const auto& row : asset.received)
    note_customer(row);
}

void DepositScan::Reading::note_customer(const TransferRow& received) {
  if (received.asset == kCoin && received.value <= scan_.options_.fee_max) return;
  const auto who = received.from;
  if (who == kNoAddress || who == who_) return;
  // A named person may be somebody's customer; a service that keeps money pays for others.
  const auto* known = scan_.label_of(who);
  if (known != nullptr && known->keeps_deposits) return;
  if (!scan_.is_own_act(received, who)) return;
  auto& customers = found_.customers;
  if (std::none_of(customers.begin(), customers.end(),
                   [&](const auto& c) { return c.customer == who; }))
    customers.push_back({who, received.id});
}

DepositScan::DepositScan(const Snapshot& snapshot, std::span<const LabelledAddress> labelled,
                         const DepositOptions& options)
    : snapshot_(snapshot), options_(options) {
  for (const auto& one : labelled) {
    const auto [known, is_new] = labelled_.emplace(one.address, one);
    if (!is_new && one.service < known->second.service) known->second = one;
  }
}

const LabelledAddress* DepositScan::label_of(AddressId address) const {
  const auto found = labelled_.find(address);
  return found == labelled_.end() ? nullptr : &found->second;
}

// A transaction's own value is its sender's. Lists may not tell who sent a transaction, and are
// believed about tokens then: nothing better is known.
bool DepositScan::is_own_act(const TransferRow& row, AddressId from) const {
  if (row.kind == TransferKind::native) return row.from == from;
  const auto tx = snapshot_.tx_of_transfer(row.id);
  if (!tx) return false;
  const auto sender = snapshot_.tx(*tx).from;
  return sender == kNoAddress ? row.kind != TransferKind::internal : sender == from;
}

std::vector<AddressId> DepositScan::payers_of(AddressId wallet) const {
  std::vector<AddressId> payers;
  std::size_t tidy_at = 1 << 16;
  const auto tidy = [&] {
    std::sort(payers.begin(), payers.end());
    payers.erase(std::unique(payers.begin(), payers.end()), payers.end());
  };
  auto walk = snapshot_.walk(
      wallet,
      {.from = options_.span.from, .until = options_.span.until, .side = WalkSide::received});
  std::array<Passage, 256> some;
  for (auto n = walk.read(some); n > 0; n = walk.read(some)) {
    for (std::size_t i = 0; i < n; ++i)
      if (some[i].other != kNoAddress) payers.push_back(some[i].other);
    if (payers.size() < tidy_at) continue;
    tidy();
    tidy_at = std::max(tidy_at, payers.size() * 2);
  }
  tidy();
  return payers;
}

// Labelled deposit addresses: what is sent there is not forwarded but deposited.
std::vector<DepositAddress> DepositScan::labelled_deposits() {
  std::vector<DepositAddress> found;
  for (const auto& [address, known] : labelled_) {
    if (!known.keeps_deposits) continue;
    if (auto deposit = examine(address)) found.push_back(std::move(*deposit));
  }
  for (const auto& deposit : found)
    no_wallets_.insert(deposit.address);
  return found;
}

std::vector<DepositAddress> DepositScan::run() {
  auto found = labelled_deposits();
  std::vector<AddressId> candidates;
  for (const auto& [address, known] : labelled_) {
    if (!known.keeps_deposits || no_wallets_.contains(address)) continue;
    const auto payers = payers_of(address);
    if (payers.size() < options_.payers_min)
      no_wallets_.insert(address);
    else
      std::copy_if(payers.begin(), payers.end(), std::back_inserter(candidates),
                   [&](AddressId payer) { return label_of(payer) == nullptr; });
  }
  std::erase_if(found, [&](const DepositAddress& deposit) {
    return no_wallets_.contains(deposit.forwards.front().wallet);
  });
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  for (const auto candidate : candidates)
    if (auto deposit = examine(candidate)) found.push_back(std::move(*deposit));
  return found;
}

std::optional<DepositAddress> DepositScan::examine(AddressId candidate) const {
  Reading reading(*this, candidate);
  std::uint64_t postings = 0;
  bool possible = true;
  snapshot_.for_each_posting(candidate, options_.span.from, [&](const Posting& posting) {
    if (posting.transfer >= options_.span.until) return false;
    possible = ++postings <= options_.postings_max && reading.take(posting);
    return possible;
  });
  return possible ? reading.found() : std::nullopt;
}

}  // namespace clew::account
