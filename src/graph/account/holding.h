// What one account holds of one asset while a trace passes: the balance, and the traced part of it
// under a taint policy. Pure; docs/tracing.md defines the policies for accounts.
//
//   poison   all that an account sends is tainted, from the moment taint arrives until its balance
//            has been zero. Amounts are haircut's (Möser, Böhme, Breuker, FC 2014 Workshops).
//   haircut  a sending takes the balance's share of taint, rounded down; what rounding leaves stays
//            with the account, and leaves with its last unit.
//   fifo     units leave in the order in which they came (Clayton's Case, 1816; Anderson,
//            Shumailov, Ahmed, "Making Bitcoin Legal", Security Protocols 2018).
//   lifo     the unit that came last leaves first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/u256.h"
#include "graph/taint.h"

namespace clew::account {

using graph::TaintPolicy;

// Consecutive traced units: [start, start + length) of a transfer, and the item of the trace that
// brought them.
struct Stretch {
  U256 start, length;
  std::uint32_t item = 0;
  bool operator==(const Stretch&) const = default;
};

// The traced part of some units on their way.
struct Taint {
  bool any = false;                // under poison there can be taint of amount zero
  U256 amount;                     // traced units
  std::vector<Stretch> stretches;  // of FIFO and LIFO; ascending, apart
  void clear() {
    any = false;
    amount = {};
    stretches.clear();
  }
};

class Holding {
 public:
  explicit Holding(TaintPolicy policy) : policy_(policy) {}

  const U256& balance() const { return balance_; }
  const U256& amount() const { return amount_; }  // the traced part of it
  bool tainted() const { return tainted_; }
  // FIFO and LIFO: alternating pieces of traced units (by item) and others.
  std::size_t pieces() const { return runs_.size() - head_; }
  // Calls visit(item, length) for each traced piece, in the order in which they came.
  template <class Visit>
  void each_piece(Visit&& visit) const {
    for (auto i = head_; i < runs_.size(); ++i)
      if (runs_[i].item != kClean) visit(runs_[i].item, runs_[i].length);
  }

  // `value` units come in. False, and nothing changes, if the balance would pass 2^256 - 1.
  bool receive(const U256& value, const Taint& taint);
  bool receive(const U256& value);
  // `value` units leave, at most the balance; `taint` becomes what is traced of them.
  void send(const U256& value, Taint& taint);
  // Of the newest `value` units (at most the balance), those become traced that `taint` says, by
  // place among them, and that are not traced yet. Returns how many.
  U256 mark(const U256& value, const Taint& taint);

 private:
  static constexpr std::uint32_t kClean = 0xffffffff;
  struct Run {
    U256 length;
    std::uint32_t item = kClean;
  };
  void append(const U256& length, std::uint32_t item);
  void take(const U256& value, Taint& taint);
  std::vector<Run> take_newest(const U256& value);
  U256 append_marked(const Run& run, const U256& at, const Taint& taint);

  TaintPolicy policy_;
  U256 balance_, amount_;
  bool tainted_ = false;
  // FIFO and LIFO, while there is taint: the balance in pieces, the oldest first.
  std::vector<Run> runs_;
  std::size_t head_ = 0;
};

}  // namespace clew::account
