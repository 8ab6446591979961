#include "ingest/simulate/ethereum/town.h"

#include <algorithm>
#include <cassert>

#include "ingest/simulate/ethereum/amount.h"

namespace clew::simulate::ethereum {
namespace {

constexpr std::uint32_t kExchanges = 4, kBuilders = 5, kValidators = 40;
constexpr std::uint64_t kRoomGas = 3'000'000, kTransferGas = 21'000;

std::uint32_t population(const World& world) {
  return std::clamp<std::uint32_t>(world.traffic() * 5, 80, 100'000);
}

}  // namespace

Town::Town(const WorldOptions& options, std::uint32_t blocks) : world(options) {
  open_businesses();
  crowd.move_in(world, population(world), kExchanges);
  plan_crimes(blocks);
}

void Town::open_businesses() {
  const auto allot = [&](AccountId account, std::uint64_t ether) {
    const U256 wei = from_ether(ether);
    world.state.apply({.to = account, .value = wei});
    allotments.push_back({account, wei});
  };
  for (std::uint32_t i = 1; i <= kBuilders; ++i) {
    builders_.push_back(world.open_account({PartyKind::builder, i}, Role::fees));
    allot(builders_.back(), 10);
  }
  world.set_builder(builders_[0]);
  for (std::uint32_t i = 1; i <= kValidators; ++i)
    validators_.push_back(world.open_account({PartyKind::validator, i}, Role::withdrawal));
  issuer_ = world.open_account({PartyKind::issuer, 1});
  tokens.push_back(open_wrapped_ether(world, {PartyKind::issuer, 1}));
  allot(issuer_, 400'000);
  for (std::uint32_t i = 1; i <= kExchanges; ++i) {
    exchanges.emplace_back(world, i);
    allot(exchanges.back().hot(), 20'000);
    allot(exchanges.back().cold(), 1'000'000);
    allot(exchanges.back().gas_station(), 200);
  }
}

void Town::found_tokens() {
  const TokenPlan plans[] = {
      {"Simulated Dollar", "USDS", 6, 400, 50'000'000'000, true},
      {"Harbour Token", "HRB", 18, 2'000, 5'000'000'000, false},
      {"Wrapped Bitcoin", "WBTC", 8, 20'000'000, 2'000'000, false},
  };
  for (const TokenPlan& plan : plans)
    tokens.push_back(create_token(world, issuer_, plan));
}

void Town::endow_exchanges() {
  for (const Token& token : tokens) {
    if (token.wrapped_ether) continue;
    for (const Exchange& exchange : exchanges)
      send_token(world, token, issuer_, exchange.hot(), token.worth(from_ether(100'000)));
  }
}

// The first hack and the first scam fit even into the smallest world; a large one sees more of
// them, evenly spread.
void Town::plan_crimes(std::uint32_t blocks) {
  constexpr std::uint32_t kBlocksPerHack = 3'000, kBlocksPerScam = 2'500, kCrimesMax = 99;
  const std::uint32_t first_hack = std::clamp<std::uint32_t>(blocks * 3 / 10, 60, 500);
  const std::uint32_t first_scam = std::clamp<std::uint32_t>(blocks / 5, 40, 400);
  const std::uint32_t many_hacks = 1 + std::min(kCrimesMax, blocks / kBlocksPerHack);
  const std::uint32_t many_scams = 1 + std::min(kCrimesMax, blocks / kBlocksPerScam);
  const std::uint32_t pace = std::clamp<std::uint32_t>(blocks / 300, 1, 20);
  for (std::uint32_t i = 0; i < many_hacks; ++i)
    hacks.emplace_back(world, i + 1, first_hack + (blocks - first_hack) / many_hacks * i, pace);
  for (std::uint32_t i = 0; i < many_scams; ++i)
    scams.emplace_back(world, i + 1, first_scam + (blocks - first_scam) / many_scams * i, 2 * pace);
}

bool Town::has_room() const {
  return world.gas_left() > kRoomGas;
}

const Token& Town::token_of(AssetId asset) const {
  const auto found = std::ranges::find(tokens, asset, &Token::asset);
  assert(found != tokens.end());
  return *found;
}

void Town::deposit(AccountId from, Exchange& exchange, AccountId address, AssetId asset,
                   const U256& value) {
  if (asset == kEther) {
    world.pay(from, address, value);
  } else {
    send_token(world, token_of(asset), from, address, value);
  }
  exchange.notice(world, address, asset);
}

void Town::pay_validators() {
  const std::uint64_t most = std::clamp<std::uint64_t>(world.traffic() / 4, 2, 16);
  for (std::uint64_t i = 0; i < most; ++i) {
    const std::uint64_t validator = (world.number() * most + i) % (100 * kValidators);
    world.withdraw(validator, validators_[validator % kValidators],
                   17'000'000 + world.rng.below(3'000'000));
  }
}

void Town::trade() {
  for (Exchange& exchange : exchanges)
    exchange.step(*this);
  const std::uint64_t traffic = world.traffic(), spread = traffic / 4;
  const std::uint64_t wanted = traffic - spread + world.rng.below(2 * spread + 1);
  for (std::uint64_t tries = 3 * wanted;
       tries > 0 && world.block_transactions() < wanted && has_room(); --tries)
    crowd.act(*this);
  if (world.number() % 5 == 0 && has_room()) services.post_blobs(*this);
}

bool Town::found() {
  switch (world.number()) {
    case 1:
      found_tokens();
      return true;
    case 2:
      endow_exchanges();
      market.found_contracts(*this, issuer_);
      return true;
    case 3:
      market.found_pairs(*this, issuer_);
      return true;
    case 4:
      mixer.found(*this, issuer_);
      return true;
    case 5:
      services.found(*this, issuer_);
      return true;
    case 6:
      collectibles.found(*this, issuer_);
      return true;
    default:
      return false;
  }
}

// Who builds a block pays who proposes it, in its last transaction.
void Town::pay_proposer() {
  const AccountId builder = world.builder();
  const U256 value = from_gwei(10'000'000 + world.rng.below(40'000'000));
  if (!world.affords(builder, value, 10 * kTransferGas)) return;
  world.transact({.sender = builder,
                  .to = world.rng.pick(validators_),
                  .value = value,
                  .price = GasPrice{U256(), world.base_fee()}});
}

void Town::step() {
  world.set_builder(world.rng.pick(builders_));
  world.begin_block();
  if (!found()) {
    for (const Step& step : world.due_steps())
      step(*this);
    trade();
  }
  pay_proposer();
  pay_validators();
}

}  // namespace clew::simulate::ethereum
