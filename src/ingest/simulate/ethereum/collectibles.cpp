#include "ingest/simulate/ethereum/collectibles.h"

#include <algorithm>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/tokens.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

using chain::TransferKind;
using evm::CallKind;

constexpr std::uint64_t kMintGas = 60'000, kGiveGas = 35'000, kShopGas = 25'000;
constexpr std::uint64_t kEnoughGas = 400'000;
constexpr std::size_t kKinds = 8;

U256 token_id(const State& state, AssetId asset) {
  return state.asset(asset).token_id;
}

}  // namespace

void Collectibles::found(Town& town, AccountId creator) {
  World& world = town.world;
  const Party party{PartyKind::shop, 1};
  for (AccountId* contract : {&pictures_, &items_, &shop_}) {
    *contract = world.open_contract(creator, party);
    deploy(world, creator, *contract);
  }
  for (std::uint64_t id = 1; id <= kKinds; ++id)
    kinds_.push_back(world.state.add_asset(items_, U256(id)));
}

void Collectibles::emit_picture(Execution& run, Picture& picture, AccountId to) {
  const State& state = run.state();
  run.log({events().transfer, word(state[picture.owner].address), word(state[to].address),
           word(token_id(state, picture.asset))},
          {});
  run.move(TransferKind::erc721, picture.asset, picture.owner, to, U256(1));
  picture.owner = to;
}

void Collectibles::mint_picture(Town& town, AccountId owner) {
  World& world = town.world;
  const U256 price = share(from_ether(1), 8, 100);
  if (!world.affords(owner, price, kEnoughGas)) return;
  const U256 id(minted_.size() + 1);
  minted_.push_back({world.state.add_asset(pictures_, id), kZeroAccount});
  Request request{.sender = owner, .to = pictures_, .value = price};
  request.input = call_data(methods().mint, {word(world.address(owner)), word(id)});
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(kMintGas);
    emit_picture(run, minted_.back(), owner);
    return Bytes();
  });
}

void Collectibles::give_picture(Town& town, AccountId owner, AccountId to) {
  World& world = town.world;
  const auto found = std::ranges::find(minted_, owner, &Picture::owner);
  if (found == minted_.end() || owner == to || !world.affords(owner, {}, kEnoughGas)) return;
  Request request{.sender = owner, .to = pictures_};
  request.input =
      call_data(methods().safe_transfer_from, {word(world.address(owner)), word(world.address(to)),
                                               word(token_id(world.state, found->asset))});
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(kGiveGas);
    emit_picture(run, *found, to);
    return Bytes();
  });
}

// The shop pays the seller and keeps its part.
void Collectibles::buy_picture(Town& town, AccountId buyer) {
  World& world = town.world;
  if (minted_.empty()) return;
  Picture& picture = world.rng.pick(minted_);
  const U256 price = from_gwei(50'000'000 + world.rng.below(1'000'000'000));
  if (picture.owner == buyer || !world.affords(buyer, price, kEnoughGas)) return;
  const AccountId seller = picture.owner;
  const Word id = word(token_id(world.state, picture.asset));
  Request request{.sender = buyer, .to = shop_, .value = price};
  request.input = call_data(methods().buy, {word(world.address(pictures_)), id});
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(kShopGas);
    const Bytes input = call_data(methods().transfer_from,
                                  {word(world.address(seller)), word(world.address(buyer)), id});
    run.enter({CallKind::call, pictures_, {}, input});
    run.spend(kGiveGas);
    emit_picture(run, picture, buyer);
    run.leave();
    run.enter({CallKind::call, seller, share(price, 975, 1'000), {}});
    run.leave();
    run.log({events().sale, word(world.address(seller)), word(world.address(buyer))},
            words({word(world.address(pictures_)), id, word(price)}));
    return Bytes();
  });
}

void Collectibles::mint_items(Town& town, AccountId owner) {
  World& world = town.world;
  if (!world.affords(owner, {}, kEnoughGas)) return;
  const std::size_t count = 2 + world.rng.below(3), first = world.rng.below(kKinds - count + 1);
  std::vector<Word> ids, amounts;
  std::vector<U256> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(U256(1 + world.rng.below(20)));
    ids.push_back(word(token_id(world.state, kinds_[first + i])));
    amounts.push_back(word(values.back()));
  }
  Bytes lists = words({word(std::uint64_t{64}), word(std::uint64_t{96 + 32 * count})});
  append_array(lists, ids);
  append_array(lists, amounts);
  Request request{.sender = owner, .to = items_};
  request.input = call_data(methods().mint_batch, {word(world.address(owner))});
  request.input.insert(request.input.end(), lists.begin(), lists.end());
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(kMintGas * count);
    run.log({events().transfer_batch, word(world.address(owner)), word(Address{}),
             word(world.address(owner))},
            lists);
    for (std::size_t i = 0; i < count; ++i)
      run.move(TransferKind::erc1155, kinds_[first + i], kZeroAccount, owner, values[i]);
    return Bytes();
  });
}

void Collectibles::give_items(Town& town, AccountId owner, AccountId to) {
  World& world = town.world;
  const AssetId kind = world.rng.pick(kinds_);
  const U256 held = world.state.balance(kind, owner);
  if (held.is_zero() || owner == to || !world.affords(owner, {}, kEnoughGas)) return;
  const U256 value(1 + world.rng.below(held.low_u64()));
  const Word id = word(token_id(world.state, kind));
  Request request{.sender = owner, .to = items_};
  request.input = call_data(methods().safe_transfer_single,
                            {word(world.address(owner)), word(world.address(to)), id, word(value),
                             word(std::uint64_t{160}), word(std::uint64_t{0})});
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(kGiveGas);
    run.log({events().transfer_single, word(world.address(owner)), word(world.address(owner)),
             word(world.address(to))},
            words({id, word(value)}));
    run.move(TransferKind::erc1155, kind, owner, to, value);
    return Bytes();
  });
}

}  // namespace clew::simulate::ethereum
