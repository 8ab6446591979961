#include "ingest/simulate/ethereum/trail_json.h"

#include <map>
#include <nlohmann/json.hpp>

#include "ingest/simulate/ethereum/amount.h"

namespace clew::simulate::ethereum {
namespace {

using Json = nlohmann::ordered_json;

std::string asset_text(const World& world, AssetId asset) {
  return Truth::text(world.state.asset(asset));
}

Json address_json(const World& world, AccountId account) {
  return account == kNobody ? Json() : Json(world.text(account));
}

Json move_json(const World& world, const LootMove& moved) {
  const Mark& at = world.loot.mark(moved.at);
  return {{"tx", evm::to_text(at.tx)},
          {"block", at.block},
          {"position", at.position},
          {"time", at.time},
          {"kind", kind_text(moved.move.kind)},
          {"asset", asset_text(world, moved.move.asset)},
          {"from", address_json(world, moved.move.from)},
          {"to", address_json(world, moved.move.to)},
          {"value", moved.move.value.to_decimal()},
          {"place", moved.move.place},
          {"loot", moved.loot.to_decimal()}};
}

Json moves_json(const World& world, const std::vector<LootMove>& moves) {
  Json list = Json::array();
  for (const LootMove& moved : moves)
    list.push_back(move_json(world, moved));
  return list;
}

// By address and asset.
Json services_json(const World& world, const std::vector<LootMove>& arrivals) {
  std::map<std::pair<AccountId, AssetId>, std::vector<LootMove>> sorted;
  for (const LootMove& arrival : arrivals)
    sorted[{arrival.move.to, arrival.move.asset}].push_back(arrival);
  Json list = Json::array();
  for (const auto& [where, moves] : sorted) {
    U256 amount{};
    for (const LootMove& moved : moves)
      amount = plus(amount, moved.loot);
    const Label& label = world.labels[world.state[where.first].label];
    list.push_back({{"address", world.text(where.first)},
                    {"label", label.name},
                    {"category", label.category},
                    {"actor", label.actor},
                    {"asset", asset_text(world, where.second)},
                    {"amount", amount.to_decimal()},
                    {"first_block", world.loot.mark(moves.front().at).block},
                    {"arrivals", moves_json(world, moves)}});
  }
  return list;
}

Json swaps_json(const World& world, const Trail& trail) {
  Json list = Json::array();
  for (const LootSwap& swap : trail.swaps) {
    const Mark& at = world.loot.mark(swap.at);
    list.push_back({{"tx", evm::to_text(at.tx)},
                    {"block", at.block},
                    {"time", at.time},
                    {"contract", world.text(swap.contract)},
                    {"from_asset", asset_text(world, swap.from)},
                    {"from_amount", swap.taken.to_decimal()},
                    {"to_asset", asset_text(world, swap.to)},
                    {"to_amount", swap.given.to_decimal()}});
  }
  return list;
}

Json rests_json(const World& world, const Trail& trail) {
  std::map<std::pair<AccountId, AssetId>, U256> sums;
  for (const LootRest& rest : trail.rests) {
    U256& sum = sums[{rest.account, rest.asset}];
    sum = plus(sum, rest.amount);
  }
  Json list = Json::array();
  for (const auto& [where, amount] : sums)
    list.push_back({{"address", world.text(where.first)},
                    {"asset", asset_text(world, where.second)},
                    {"amount", amount.to_decimal()}});
  return list;
}

Json sums_json(const World& world, const std::vector<LootMove>& moves) {
  std::map<AssetId, U256> sums;
  for (const LootMove& moved : moves)
    sums[moved.move.asset] = plus(sums[moved.move.asset], moved.loot);
  Json json = Json::object();
  for (const auto& [asset, sum] : sums)
    json[asset_text(world, asset)] = sum.to_decimal();
  return json;
}

}  // namespace

std::string file_stem(const Trail& trail) {
  return (trail.kind == TrailKind::theft ? "theft-" : "scam-") + std::to_string(trail.number);
}

std::string trail_json(const World& world, const Trail& trail) {
  Json json;
  json["name"] = file_stem(trail);
  json["victim"] = name(trail.victim);
  json["criminal"] = name(trail.criminal);
  json["policy"] = "fifo";
  json["stolen"] = sums_json(world, trail.origins);
  json["origins"] = moves_json(world, trail.origins);
  json["services"] = services_json(world, trail.arrivals);
  json["mixed"] = moves_json(world, trail.mixed);
  json["swaps"] = swaps_json(world, trail);
  json["pooled"] = moves_json(world, trail.pooled);
  json["dormant"] = rests_json(world, trail);
  json["fees"] = sums_json(world, trail.fees);
  json["transfers"] = moves_json(world, trail.moves);
  return json.dump(1) + "\n";
}

}  // namespace clew::simulate::ethereum
