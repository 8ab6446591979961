#include "ingest/simulate/ethereum/market.h"

#include <algorithm>
#include <cassert>

#include "base/keccak.h"
#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

using chain::TransferKind;
using evm::CallKind;

constexpr std::uint64_t kReadGas = 2'600, kSyncGas = 5'000, kRouterGas = 3'000;
constexpr std::uint64_t kSwapGas = 600'000;
constexpr std::uint64_t kMinimumShares = 1'000;  // that nobody ever gets

U256 square_root(const U256& value) {
  U256 root{};
  for (int bit = 127; bit >= 0; --bit) {
    U256::Limbs limbs = root.limbs();
    limbs[static_cast<std::size_t>(bit) / 64] |= std::uint64_t{1} << (bit % 64);
    const auto square = checked_mul(U256(limbs), U256(limbs));
    if (square && *square <= value) root = U256(limbs);
  }
  return root;
}

// What a pair gives for `in`, after its fee of 0.3 %.
U256 amount_out(const U256& in, const U256& reserve_in, const U256& reserve_out) {
  const U256 after_fee = times(in, 997);
  return share(after_fee, reserve_out, plus(times(reserve_in, 1'000), after_fee));
}

Address pair_address(const Address& factory, const Address& token0, const Address& token1) {
  Bytes pair(token0.begin(), token0.end());
  pair.insert(pair.end(), token1.begin(), token1.end());
  Bytes preimage = {0xff};
  preimage.insert(preimage.end(), factory.begin(), factory.end());
  const Hash256 salt = keccak256(pair), code = keccak256(as_bytes("pair"));
  preimage.insert(preimage.end(), salt.begin(), salt.end());
  preimage.insert(preimage.end(), code.begin(), code.end());
  const Hash256 hash = keccak256(preimage);
  Address address;
  std::copy(hash.end() - 20, hash.end(), address.begin());
  return address;
}

}  // namespace

void Market::found_contracts(Town& town, AccountId maker) {
  const Party party{PartyKind::market, 1};
  factory_ = town.world.open_contract(maker, party);
  deploy(town.world, maker, factory_);
  router_ = town.world.open_contract(maker, party);
  deploy(town.world, maker, router_);
}

void Market::found_pairs(Town& town, AccountId maker) {
  for (std::size_t token = 1; token < town.tokens.size(); ++token)
    open_pair(town, maker, 0, token);
  open_pair(town, maker, 1, 2);
  wrap(town.world, town.wrapped(), maker, from_ether(20'000));
  for (std::size_t token = 0; token < town.tokens.size(); ++token)
    approve_once(town, maker, token);
  for (const Pair& pair : pairs_)
    add_liquidity(town, maker, pair, from_ether(5'000));
}

void Market::open_pair(Town& town, AccountId maker, std::size_t a, std::size_t b) {
  World& world = town.world;
  const auto address = [&](std::size_t token) {
    return world.address(town.tokens[token].contract);
  };
  if (address(b) < address(a)) std::swap(a, b);
  Pair pair;
  pair.contract = world.open_contract_at(
      pair_address(world.address(factory_), address(a), address(b)), {PartyKind::market, 1});
  pair.shares = world.state.add_asset(pair.contract);
  pair.token0 = a;
  pair.token1 = b;
  world.state[pair.contract].exchanges = true;
  const Word place = word(pairs_.size() + 1);
  Request request{.sender = maker, .to = factory_};
  request.input = call_data(methods().create_pair, {word(address(a)), word(address(b))});
  world.transact(std::move(request), [&](Execution& run) {
    const Bytes code = code_of(world, pair.contract);
    run.enter({CallKind::create2, pair.contract, {}, code});
    run.spend(200 * 20 * code.size());
    run.leave(code);
    const Bytes initialize = call_data(methods().initialize, {word(address(a)), word(address(b))});
    run.enter({CallKind::call, pair.contract, {}, initialize});
    run.spend(2 * 22'100);
    run.leave();
    run.log({events().pair_created, word(address(a)), word(address(b))},
            words({word(world.address(pair.contract)), place}));
    return words({word(world.address(pair.contract))});
  });
  pairs_.push_back(pair);
}

void Market::mint_shares(Execution& run, const Pair& pair, AccountId to, const U256& shares) const {
  const auto mint = [&](AccountId who, const U256& value) {
    const State& state = run.state();
    run.log({events().transfer, word(Address{}), word(state[who].address)}, words({word(value)}));
    run.move(TransferKind::erc20, pair.shares, kZeroAccount, who, value);
  };
  run.spend(2 * 22'100);
  mint(kZeroAccount, U256(kMinimumShares));
  mint(to, minus(shares, U256(kMinimumShares)));
}

void Market::add_liquidity(Town& town, AccountId maker, const Pair& pair, const U256& wei) {
  World& world = town.world;
  const Token &first = town.tokens[pair.token0], &second = town.tokens[pair.token1];
  const U256 amount0 = first.worth(wei), amount1 = second.worth(wei);
  const U256 shares = square_root(*checked_mul(amount0, amount1));
  Request request{.sender = maker, .to = router_};
  request.input =
      call_data(methods().add_liquidity,
                {word(world.address(first.contract)), word(world.address(second.contract)),
                 word(amount0), word(amount1), word(amount0), word(amount1),
                 word(world.address(maker)), word(world.time() + 1'200)});
  world.transact(std::move(request), [&](Execution& run) {
    call_transfer_from(run, first, maker, pair.contract, amount0);
    call_transfer_from(run, second, maker, pair.contract, amount1);
    const Bytes mint = call_data(methods().pair_mint, {word(world.address(maker))});
    run.enter({CallKind::call, pair.contract, {}, mint});
    mint_shares(run, pair, maker, shares);
    sync(run, town, pair);
    run.log({events().mint, word(world.address(router_))}, words({word(amount0), word(amount1)}));
    run.leave(words({word(shares)}));
    return words({word(amount0), word(amount1), word(shares)});
  });
}

std::vector<AccountId> Market::pairs() const {
  std::vector<AccountId> contracts;
  for (const Pair& pair : pairs_)
    contracts.push_back(pair.contract);
  return contracts;
}

const Market::Pair* Market::find_pair(std::size_t a, std::size_t b) const {
  for (const Pair& pair : pairs_)
    if ((pair.token0 == a && pair.token1 == b) || (pair.token0 == b && pair.token1 == a))
      return &pair;
  return nullptr;
}

std::optional<std::vector<U256>> Market::amounts(const Town& town, const Route& route,
                                                 const U256& amount) const {
  std::vector<U256> result = {amount};
  for (std::size_t i = 0; i + 1 < route.size(); ++i) {
    const Pair* pair = find_pair(route[i], route[i + 1]);
    if (pair == nullptr) return std::nullopt;
    const auto reserve = [&](std::size_t token) {
      return town.world.state.balance(town.tokens[token].asset, pair->contract);
    };
    result.push_back(amount_out(result.back(), reserve(route[i]), reserve(route[i + 1])));
    if (result.back().is_zero()) return std::nullopt;
  }
  return result;
}

std::optional<U256> Market::quote(const Town& town, const Route& route, const U256& amount) const {
  const auto all = amounts(town, route, amount);
  return all ? std::optional(all->back()) : std::nullopt;
}

U256 Market::sensible(const Town& town, std::size_t from, std::size_t to) const {
  const Route route = find_route(from, to);
  const Pair* pair = find_pair(route[0], route[1]);
  assert(pair != nullptr);
  return share(town.world.state.balance(town.tokens[from].asset, pair->contract), 2, 100);
}

bool Market::is_dear(const Town& town, std::size_t token) const {
  const Pair* pair = find_pair(0, token);
  const Token& other = town.tokens[token];
  return town.world.state.balance(town.wrapped().asset, pair->contract) >
         other.in_ether(town.world.state.balance(other.asset, pair->contract));
}

Route Market::find_route(std::size_t from, std::size_t to) const {
  if (find_pair(from, to) != nullptr) return {from, to};
  return {from, 0, to};
}

void Market::approve_once(Town& town, AccountId trader, std::size_t token) {
  if (!approved_.insert(std::uint64_t{trader} << 8 | token).second) return;
  approve(town.world, town.tokens[token], trader, router_, U256::max());
}

Request Market::request_of(const Town& town, const Swap& order, const U256& least) const {
  const World& world = town.world;
  Request request{.sender = order.trader, .to = router_};
  if (order.gives_ether) request.value = order.amount;
  const Hash256& method = order.gives_ether   ? methods().swap_ether_for_tokens
                          : order.takes_ether ? methods().swap_tokens_for_ether
                                              : methods().swap_tokens_for_tokens;
  request.input = call_data(method);
  const std::uint64_t head = order.gives_ether ? 4 : 5;  // words before the route
  if (!order.gives_ether) append_word(request.input, word(order.amount));
  append_word(request.input, word(least));
  append_word(request.input, word(head * 32));
  append_word(request.input, word(world.address(order.to)));
  append_word(request.input, word(world.time() + 1'200));
  std::vector<Word> tokens;
  for (const std::size_t token : order.route)
    tokens.push_back(word(world.address(town.tokens[token].contract)));
  append_array(request.input, tokens);
  return request;
}

std::optional<Sent> Market::swap(Town& town, const Swap& order) {
  World& world = town.world;
  const U256 ether = order.gives_ether ? order.amount : U256();
  const Token& given = town.tokens[order.route.front()];
  if (order.amount.is_zero() || !world.affords(order.trader, ether, kSwapGas) ||
      (!order.gives_ether && world.state.balance(given.asset, order.trader) < order.amount))
    return std::nullopt;
  if (!amounts(town, order.route, order.amount)) return std::nullopt;
  if (!order.gives_ether) approve_once(town, order.trader, order.route.front());
  const auto all = amounts(town, order.route, order.amount);
  return world.transact(request_of(town, order, share(all->back(), 99, 100)), [&](Execution& run) {
    run_swap(run, town, order, *all);
    std::vector<Word> told;
    for (const U256& amount : *all)
      told.push_back(word(amount));
    Bytes output = words({word(std::uint64_t{32})});
    append_array(output, told);
    return output;
  });
}

void Market::fail_swap(Town& town, const Swap& order) {
  World& world = town.world;
  const U256 ether = order.gives_ether ? order.amount : U256();
  const auto all = amounts(town, order.route, order.amount);
  if (!all || !world.affords(order.trader, ether, kSwapGas)) return;
  Request request = request_of(town, order, times(all->back(), 2));
  request.error = "execution reverted";
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(kRouterGas);
    const Pair* pair = find_pair(order.route[0], order.route[1]);
    run.enter({CallKind::static_call, pair->contract, {}, call_data(methods().get_reserves)});
    run.spend(kReadGas);
    run.leave();
    return Bytes();
  });
}

void Market::run_swap(Execution& run, const Town& town, const Swap& order,
                      const std::vector<U256>& amounts) const {
  run.spend(kRouterGas);
  const auto& route = order.route;
  const auto pair_of = [&](std::size_t i) { return find_pair(route[i], route[i + 1]); };
  for (std::size_t i = 0; i + 1 < route.size(); ++i) {
    const Pair* pair = pair_of(i);
    const auto reserve = [&](std::size_t token) {
      return word(run.state().balance(town.tokens[token].asset, pair->contract));
    };
    run.enter({CallKind::static_call, pair->contract, {}, call_data(methods().get_reserves)});
    run.spend(kReadGas);
    run.leave(words({reserve(pair->token0), reserve(pair->token1), word(town.world.time())}));
  }
  const Token& given = town.tokens[route.front()];
  if (order.gives_ether) {
    call_deposit(run, given, amounts.front());
    call_transfer(run, given, pair_of(0)->contract, amounts.front());
  } else {
    call_transfer_from(run, given, order.trader, pair_of(0)->contract, amounts.front());
  }
  for (std::size_t i = 0; i + 1 < route.size(); ++i) {
    const bool last = i + 2 == route.size();
    const AccountId to = !last ? pair_of(i + 1)->contract : order.takes_ether ? router_ : order.to;
    swap_pair(run, town, *pair_of(i), route[i + 1], amounts[i], amounts[i + 1], to);
  }
  if (!order.takes_ether) return;
  call_withdraw(run, town.wrapped(), amounts.back());
  run.enter({CallKind::call, order.to, amounts.back(), {}});
  run.leave();
}

void Market::swap_pair(Execution& run, const Town& town, const Pair& pair, std::size_t taken,
                       const U256& in, const U256& out, AccountId to) const {
  const bool takes0 = taken == pair.token0;
  const Word none = word(std::uint64_t{0});
  const State& state = run.state();
  Bytes input =
      call_data(methods().pair_swap, {takes0 ? word(out) : none, takes0 ? none : word(out),
                                      word(state[to].address), word(std::uint64_t{128}), none});
  const AccountId caller = run.self();
  run.enter({CallKind::call, pair.contract, {}, input});
  call_transfer(run, town.tokens[taken], to, out);
  sync(run, town, pair);
  run.log({events().swap, word(state[caller].address), word(state[to].address)},
          words({takes0 ? none : word(in), takes0 ? word(in) : none, takes0 ? word(out) : none,
                 takes0 ? none : word(out)}));
  run.leave();
}

void Market::sync(Execution& run, const Town& town, const Pair& pair) const {
  const Token &first = town.tokens[pair.token0], &second = town.tokens[pair.token1];
  call_balance_of(run, first, pair.contract);
  call_balance_of(run, second, pair.contract);
  run.spend(kSyncGas);
  run.log({events().sync}, words({word(run.state().balance(first.asset, pair.contract)),
                                  word(run.state().balance(second.asset, pair.contract))}));
}

}  // namespace clew::simulate::ethereum
