#include "ingest/simulate/ethereum/loot_book.h"

#include <algorithm>
#include <cassert>

#include "ingest/simulate/ethereum/amount.h"

namespace clew::simulate::ethereum {
namespace {

using chain::TransferKind;

bool is_token(TransferKind kind) {
  return kind == TransferKind::erc20 || kind == TransferKind::erc721 ||
         kind == TransferKind::erc1155;
}

}  // namespace

std::uint32_t LootBook::begin(TrailKind kind, Party victim, Party criminal) {
  Trail trail;
  trail.kind = kind;
  trail.victim = victim;
  trail.criminal = criminal;
  trail.number = 1 + static_cast<std::uint32_t>(std::ranges::count_if(
                         trails_, [kind](const Trail& other) { return other.kind == kind; }));
  trails_.push_back(std::move(trail));
  return static_cast<std::uint32_t>(trails_.size());
}

void LootBook::begin_transaction(const Mark& at, std::uint32_t begins_trail) {
  at_ = at;
  marked_ = false;
  begins_ = begins_trail;
}

MarkId LootBook::here() {
  if (!marked_) marks_.push_back(at_);
  marked_ = true;
  return static_cast<MarkId>(marks_.size() - 1);
}

void LootBook::note(const State& state, const Move& move) {
  if (trails_.empty() || move.value.is_zero()) return;
  Noted noted{move, {}};
  if (move.to != kNobody && !(move.to == kZeroAccount && move.asset != kEther))
    noted.before = minus(state.balance(move.asset, move.to), move.value);
  noted_.push_back(noted);
}

// A wrapped coin that comes into being is given by its contract, and taken by it when it ceases.
void LootBook::follow(const State& state, const Noted& noted) {
  const Move& move = noted.move;
  const bool minted = is_token(move.kind) && state[state.contract_of(move.asset)].exchanges;
  const auto party = [&](AccountId account) {
    return account == kZeroAccount && minted ? state.contract_of(move.asset) : account;
  };
  const AccountId giver = party(move.from), taker = party(move.to);
  Lots lots;
  if (begins_ != 0 && taker != kNobody && state[taker].party == trail(begins_).criminal &&
      (giver == kNobody || state[giver].party != trail(begins_).criminal)) {
    lots.push_back({begins_, move.value});
    trail(begins_).origins.push_back({here(), move, move.value});
  } else {
    lots = take(state, move, giver);
    if (std::ranges::any_of(lots, [](const Lot& lot) { return lot.trail != 0; }))
      book(state, move, lots, taker);
  }
  deposit(state, noted, std::move(lots), taker);
}

// What the mover gives away, first in, first out; nothing at all if it is clean.
LootBook::Lots LootBook::take(const State& state, const Move& move, AccountId giver) {
  Lots given;
  if (giver == kNobody) return given;
  if (state[giver].exchanges) return exchange(move.asset, move.value, giver);
  const auto found = lots_.find(key(move.asset, giver));
  if (found == lots_.end()) return given;
  Lots& lots = found->second;
  for (U256 left = move.value; !left.is_zero();) {
    assert(!lots.empty());
    const U256 part = std::min(left, lots.front().amount);
    given.push_back({lots.front().trail, part});
    lots.front().amount = minus(lots.front().amount, part);
    if (lots.front().amount.is_zero()) lots.pop_front();
    left = minus(left, part);
  }
  if (lots.empty()) lots_.erase(found);
  return given;
}

// The lots that came in, stretched over what goes out.
LootBook::Lots LootBook::exchange(AssetId asset, const U256& value, AccountId contract) {
  Lots given;
  const auto found = taken_.find(contract);
  if (found == taken_.end() || found->second.asset == asset) return given;
  U256 before{}, edge{};
  for (const Lot& lot : found->second.lots) {
    before = plus(before, lot.amount);
    const U256 next = share(value, before, found->second.total);
    const U256 part = minus(next, edge);
    edge = next;
    if (part.is_zero()) continue;
    given.push_back({lot.trail, part});
    if (lot.trail == 0) continue;
    auto& swaps = trail(lot.trail).swaps;
    swaps.push_back({here(), contract, found->second.asset, asset, lot.amount, part});
  }
  taken_.erase(found);
  return given;
}

void LootBook::book(const State& state, const Move& move, const Lots& lots, AccountId taker) {
  for (const Lot& lot : lots) {
    if (lot.trail == 0) continue;
    Trail& t = trail(lot.trail);
    const LootMove moved{here(), move, lot.amount};
    t.moves.push_back(moved);
    if (move.kind == TransferKind::fee) {
      t.fees.push_back(moved);
    } else if (state[taker].ending == Ending::service) {
      t.arrivals.push_back(moved);
    } else if (state[taker].ending == Ending::mixer) {
      t.mixed.push_back(moved);
    }
  }
}

void LootBook::deposit(const State& state, const Noted& noted, Lots lots, AccountId taker) {
  const Move& move = noted.move;
  if (taker == kNobody || move.kind == TransferKind::fee) return;
  if (state[taker].ending != Ending::none) return;
  if (state[taker].exchanges) return hand_in(move, std::move(lots), taker);
  const bool known = lots_.contains(key(move.asset, taker));
  const bool clean = std::ranges::all_of(lots, [](const Lot& lot) { return lot.trail == 0; });
  if (clean && !known) return;
  Lots& held = lots_[key(move.asset, taker)];
  if (!known && !noted.before.is_zero()) held.push_back({0, noted.before});
  if (lots.empty()) lots.push_back({0, move.value});
  held.insert(held.end(), lots.begin(), lots.end());
}

void LootBook::hand_in(const Move& move, Lots lots, AccountId contract) {
  Taken& taken = taken_[contract];
  if (taken.asset != move.asset) taken = {};
  taken.asset = move.asset;
  taken.total = plus(taken.total, move.value);
  if (lots.empty()) lots.push_back({0, move.value});
  for (const Lot& lot : lots) {
    taken.lots.push_back(lot);
    if (lot.trail == 0) continue;
    taken.moves.push_back({here(), move, lot.amount});
    taken.trails.push_back(lot.trail);
  }
}

void LootBook::end_transaction(const State& state, const Hash256& tx, std::span<const Move> fees) {
  if (trails_.empty()) return;
  U256 paid{};
  for (const Move& fee : fees) {
    follow(state, {fee, {}});
    paid = plus(paid, fee.value);
  }
  for (Noted& noted : noted_) {
    if (!fees.empty() && noted.move.asset == kEther && noted.move.to == fees.front().from)
      noted.before = minus(noted.before, paid);
    follow(state, noted);
  }
  noted_.clear();
  for (const auto& [contract, taken] : taken_)
    for (std::size_t i = 0; i < taken.moves.size(); ++i)
      trail(taken.trails[i]).pooled.push_back(taken.moves[i]);
  taken_.clear();
  if (marked_) marks_.back().tx = tx;
}

void LootBook::settle() {
  std::map<std::uint64_t, const Lots*> sorted;
  for (const auto& [holding, lots] : lots_)
    sorted[holding] = &lots;
  for (const auto& [holding, lots] : sorted)
    for (const Lot& lot : *lots) {
      if (lot.trail == 0) continue;
      trail(lot.trail).rests.push_back(
          {static_cast<AccountId>(holding), static_cast<AssetId>(holding >> 32), lot.amount});
    }
}

}  // namespace clew::simulate::ethereum
