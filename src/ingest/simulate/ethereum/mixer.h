// A mixer of fixed sums, whose events are Tornado Cash's: who withdraws shows a proof, not which
// deposit it was. A relayer sends the withdrawal, so that the receiver needs no ether before.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

class Mixer {
 public:
  void found(Town& town, AccountId creator);

  // Of the pools, smallest first, in wei.
  std::size_t pools() const { return pools_.size(); }
  const U256& sum(std::size_t pool) const { return pools_[pool].sum; }
  // Deposits from `from`, which must be able to; some time later whoever owns it withdraws to
  // `receiver`, and `then` is run with what arrived.
  using Then = std::function<void(Town&, AccountId receiver)>;
  void mix(Town& town, std::size_t pool, AccountId from, AccountId receiver, std::uint64_t after,
           const Then& then = {});
  // Lines of truth for deposits that nobody withdrew.
  void settle(World& world) const;

 private:
  struct Pool {
    AccountId contract = kNobody;
    U256 sum{};
    std::uint32_t leaves = 0;
  };
  struct Note {
    std::uint64_t id = 0;
    std::size_t pool = 0;
    AccountId from = kNobody;
    Hash256 commitment{}, nullifier{}, deposit{};
    std::uint64_t block = 0;
  };
  void withdraw(Town& town, const Note& note, AccountId receiver, const Then& then);
  std::string line(const World& world, const Note& note) const;

  AccountId verifier_ = kNobody;
  std::vector<Pool> pools_;
  std::vector<AccountId> relayers_;
  std::deque<Note> notes_;  // not withdrawn
  std::uint64_t next_note_ = 1;
};

}  // namespace clew::simulate::ethereum
