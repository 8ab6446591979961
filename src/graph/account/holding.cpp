#include "graph/account/holding.h"

#include <algorithm>

#include "graph/account/amount.h"

namespace clew::account {

void Holding::append(const U256& length, std::uint32_t item) {
  if (length.is_zero()) return;
  if (head_ < runs_.size() && runs_.back().item == item)
    runs_.back().length = plus(runs_.back().length, length);
  else
    runs_.push_back({length, item});
}

bool Holding::receive(const U256& value) {
  const auto sum = checked_add(balance_, value);
  if (!sum) return false;
  if (tainted_ && moves_segments(policy_)) append(value, kClean);
  balance_ = *sum;
  return true;
}

bool Holding::receive(const U256& value, const Taint& taint) {
  if (!taint.any) return receive(value);
  const auto sum = checked_add(balance_, value);
  if (!sum) return false;
  if (moves_segments(policy_)) {
    if (!tainted_) append(balance_, kClean);
    U256 at;
    for (const auto& s : taint.stretches) {
      append(minus(s.start, at), kClean);
      append(s.length, s.item);
      at = plus(s.start, s.length);
    }
    append(minus(value, at), kClean);
  }
  balance_ = *sum;
  amount_ = plus(amount_, taint.amount);
  tainted_ = true;
  return true;
}

// Takes units from the end of the queue that the policy names.
void Holding::take(const U256& value, Taint& taint) {
  U256 at;
  while (at < value) {
    auto& run = policy_ == TaintPolicy::fifo ? runs_[head_] : runs_.back();
    const auto length = std::min(run.length, minus(value, at));
    if (run.item != kClean) {
      taint.stretches.push_back({at, length, run.item});
      taint.amount = plus(taint.amount, length);
    }
    at = plus(at, length);
    run.length = minus(run.length, length);
    if (!run.length.is_zero()) break;
    policy_ == TaintPolicy::fifo ? void(++head_) : runs_.pop_back();
  }
  if (head_ > runs_.size() / 2) {
    runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  taint.any = !taint.stretches.empty();
}

void Holding::send(const U256& value, Taint& taint) {
  taint.clear();
  const auto left = minus(balance_, value);
  if (tainted_ && !value.is_zero()) {
    if (moves_segments(policy_)) {
      take(value, taint);
    } else {
      taint.amount = share(amount_, value, balance_);
      taint.any = policy_ == TaintPolicy::poison || !taint.amount.is_zero();
    }
    amount_ = minus(amount_, taint.amount);
    tainted_ = policy_ == TaintPolicy::poison ? !left.is_zero() : !amount_.is_zero();
    if (!tainted_) {
      runs_.clear();
      head_ = 0;
    }
  }
  balance_ = left;
}

// The newest units, the oldest of them first.
std::vector<Holding::Run> Holding::take_newest(const U256& value) {
  std::vector<Run> newest;
  for (U256 left = value; !left.is_zero();) {
    auto& run = runs_.back();
    const auto length = std::min(run.length, left);
    newest.push_back({length, run.item});
    left = minus(left, length);
    run.length = minus(run.length, length);
    if (run.length.is_zero()) runs_.pop_back();
  }
  std::reverse(newest.begin(), newest.end());
  return newest;
}

// Appends a clean piece that begins at `at` of the taint's units, marked.
U256 Holding::append_marked(const Run& run, const U256& at, const Taint& taint) {
  const auto end = plus(at, run.length);
  auto done = at;
  U256 marked;
  for (const auto& s : taint.stretches) {
    const auto from = std::max(s.start, done), until = std::min(plus(s.start, s.length), end);
    if (from >= until) continue;
    append(minus(from, done), kClean);
    append(minus(until, from), s.item);
    marked = plus(marked, minus(until, from));
    done = until;
  }
  append(minus(end, done), kClean);
  return marked;
}

U256 Holding::mark(const U256& value, const Taint& taint) {
  if (!taint.any || balance_.is_zero()) return {};
  U256 marked;
  if (moves_segments(policy_)) {
    if (!tainted_) append(balance_, kClean);
    U256 at;
    for (const auto& run : take_newest(std::min(value, balance_))) {
      if (run.item == kClean)
        marked = plus(marked, append_marked(run, at, taint));
      else
        append(run.length, run.item);
      at = plus(at, run.length);
    }
  } else {
    marked = std::min(taint.amount, minus(balance_, amount_));
  }
  amount_ = plus(amount_, marked);
  tainted_ = tainted_ || policy_ == TaintPolicy::poison || !amount_.is_zero();
  if (!tainted_) {
    runs_.clear();
    head_ = 0;
  }
  return marked;
}

}  // namespace clew::account
