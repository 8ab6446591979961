// A market of pairs of tokens with constant products, and the contract through which people use it:
// calls and events are those of Uniswap's second version.
// https://docs.uniswap.org/contracts/v2/reference/smart-contracts/pair
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ingest/simulate/ethereum/tokens.h"
#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

// What is given for what: tokens by their place in the town's list, at least two.
using Route = std::vector<std::size_t>;

struct Swap {
  AccountId trader = kNobody;
  Route route;
  // Whether the first and last token, wrapped ether, are wrapped and unwrapped on the way.
  bool gives_ether = false, takes_ether = false;
  U256 amount{};
  AccountId to = kNobody;  // who is paid
};

class Market {
 public:
  // Two blocks of work for `maker`, who gives the pairs what they start with.
  void found_contracts(Town& town, AccountId maker);
  void found_pairs(Town& town, AccountId maker);

  AccountId router() const { return router_; }
  // Of all pairs; each is the token of its shares, too.
  std::vector<AccountId> pairs() const;
  // What the last token of the route would come to; nothing if there is no such route.
  std::optional<U256> quote(const Town& town, const Route& route, const U256& amount) const;
  // The most that a trade should be, for the price not to run away.
  U256 sensible(const Town& town, std::size_t from, std::size_t to) const;
  // Whether a token costs more ether here than elsewhere.
  bool is_dear(const Town& town, std::size_t token) const;
  // Through the pair of wrapped ether, or directly where there is a pair.
  Route find_route(std::size_t from, std::size_t to) const;
  // A transaction, after another that approves the router if it has to. Nothing happens if the
  // trader cannot pay or there is no such route.
  std::optional<Sent> swap(Town& town, const Swap& order);
  // The same, but the price moved too far: it reverts.
  void fail_swap(Town& town, const Swap& order);

 private:
  struct Pair {
    AccountId contract = kNobody;
    AssetId shares = kEther;             // of the pair's content, a token too
    std::size_t token0 = 0, token1 = 0;  // in order of their addresses
  };
  const Pair* find_pair(std::size_t a, std::size_t b) const;
  std::optional<std::vector<U256>> amounts(const Town& town, const Route& route,
                                           const U256& amount) const;
  void open_pair(Town& town, AccountId maker, std::size_t a, std::size_t b);
  void add_liquidity(Town& town, AccountId maker, const Pair& pair, const U256& wei);
  void mint_shares(Execution& run, const Pair& pair, AccountId to, const U256& shares) const;
  void run_swap(Execution& run, const Town& town, const Swap& order,
                const std::vector<U256>& amounts) const;
  void swap_pair(Execution& run, const Town& town, const Pair& pair, std::size_t taken,
                 const U256& in, const U256& out, AccountId to) const;
  void sync(Execution& run, const Town& town, const Pair& pair) const;
  Request request_of(const Town& town, const Swap& order, const U256& least) const;
  void approve_once(Town& town, AccountId trader, std::size_t token);

  AccountId factory_ = kNobody, router_ = kNobody;
  std::vector<Pair> pairs_;
  std::unordered_set<std::uint64_t> approved_;  // trader and token
};

}  // namespace clew::simulate::ethereum
