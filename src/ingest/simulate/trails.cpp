#include "ingest/simulate/trails.h"

#include <algorithm>

#include "ingest/simulate/fifo.h"

namespace clew::simulate {
namespace {

// Satoshi of each trail among the stains, by trail.
std::map<std::uint32_t, std::int64_t> by_trail(const Stains& stains) {
  std::map<std::uint32_t, std::int64_t> sums;
  for (const Stain& s : stains)
    sums[s.trail] += s.length;
  return sums;
}

}  // namespace

std::int64_t Trail::stolen() const {
  std::int64_t sum = 0;
  for (const auto& origin : origins)
    sum += origin.value;
  return sum;
}

std::int64_t Trail::accounted() const {
  std::int64_t sum = fees;
  for (const auto& arrival : arrivals)
    sum += arrival.amount;
  for (const auto& mix : mixes)
    sum += mix.amount;
  for (const auto& rest : rests)
    sum += rest.amount;
  return sum;
}

std::uint32_t Trails::begin(Trail::Kind kind, Owner victim, Owner criminal) {
  const auto same_kind = [kind](const Trail& t) { return t.kind == kind; };
  Trail trail;
  trail.kind = kind;
  trail.number =
      1 + static_cast<std::uint32_t>(std::count_if(trails_.begin(), trails_.end(), same_kind));
  trail.victim = victim;
  trail.criminal = criminal;
  trails_.push_back(std::move(trail));
  return static_cast<std::uint32_t>(trails_.size());
}

bool Trails::concerns(const Draft& draft) {
  return std::any_of(draft.inputs.begin(), draft.inputs.end(),
                     [](const Coin& c) { return c.stains != nullptr; }) ||
         std::any_of(draft.outputs.begin(), draft.outputs.end(),
                     [](const Payment& p) { return p.begins_trail != 0; });
}

void Trails::book_inputs(const Draft& draft, const Mark& at) {
  std::map<std::uint32_t, std::int64_t> sums;
  for (const Coin& coin : draft.inputs) {
    if (!coin.stains) continue;
    unspent_.erase({coin.txid, coin.vout});
    for (const auto& [number, amount] : by_trail(*coin.stains))
      sums[number] += amount;
  }
  for (const auto& [number, amount] : sums) {
    trail(number).hops.push_back({at, std::string(draft.note), amount, 0, {}});
    if (draft.coinjoin != CoinJoin::none)
      trail(number).mixes.push_back({at, draft.coinjoin, amount});
  }
}

void Trails::book_output(const Mark& at, Coin& coin, Stains stains, std::uint32_t begins) {
  if (begins != 0) {
    std::erase_if(stains, [begins](const Stain& s) { return s.trail == begins; });
    stains.push_back({begins, 0, coin.value});
    trail(begins).origins.push_back({at, coin.vout, coin.value, coin.spot});
  }
  if (stains.empty()) return;
  for (const auto& [number, amount] : by_trail(stains)) {
    const TrailArrival moved{at, coin.vout, amount, coin.spot};
    if (number != begins) trail(number).hops.back().outputs.push_back(moved);
    if (coin.spot.service) trail(number).arrivals.push_back(moved);
  }
  if (coin.spot.service) return;
  coin.stains = std::make_shared<const Stains>(std::move(stains));
  unspent_[{coin.txid, coin.vout}] = {at, coin.spot, coin.stains};
}

void Trails::book_fee(const Stains& stains) {
  for (const auto& [number, amount] : by_trail(stains)) {
    trail(number).hops.back().fee = amount;
    trail(number).fees += amount;
    ++trail(number).fee_transactions;
  }
}

void Trails::move(const Draft& draft, const Mark& at, std::span<Coin> coins) {
  book_inputs(draft, at);
  const bool mixed = draft.coinjoin != CoinJoin::none;
  Carried carried = carry_fifo(draft.inputs, draft.outputs);
  for (std::size_t i = 0; i < coins.size(); ++i) {
    if (mixed) carried.outputs[i].clear();
    book_output(at, coins[i], std::move(carried.outputs[i]), draft.outputs[i].begins_trail);
  }
  if (!mixed) book_fee(carried.fee);
}

void Trails::settle() {
  for (const auto& [outpoint, loot] : unspent_)
    for (const auto& [number, amount] : by_trail(*loot.stains))
      trail(number).rests.push_back({loot.at, outpoint.second, amount, loot.spot});
  unspent_.clear();
}

}  // namespace clew::simulate
