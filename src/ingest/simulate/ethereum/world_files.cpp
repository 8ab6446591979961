#include "ingest/simulate/ethereum/world_files.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "ingest/simulate/ethereum/trail_json.h"
#include "ingest/simulate/world_directory.h"

#ifndef CLEW_VERSION
#define CLEW_VERSION "0.1.0"
#endif

namespace clew::simulate::ethereum {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kFolders = {"chain", "labels", "truth"};

Json options_json(const Options& options) {
  Json branches = Json::array();
  for (const BranchPlan& branch : options.branches)
    branches.push_back({{"from", branch.from}, {"length", branch.length}});
  return {{"blocks", options.blocks},
          {"seed", options.seed},
          {"transactions_per_block", options.transactions_per_block},
          {"chain_id", options.chain_id},
          {"transfers", options.transfers},
          {"branches", std::move(branches)}};
}

Json trail_summary(const World& world, const Trail& trail) {
  Json txids = Json::array();
  for (const LootMove& origin : trail.origins) {
    std::string tx = evm::to_text(world.loot.mark(origin.at).tx);
    if (txids.empty() || txids.back() != tx) txids.push_back(std::move(tx));
  }
  return {{"truth", "truth/" + file_stem(trail) + ".json"}, {"transactions", std::move(txids)}};
}

std::string world_json(const Options& options, const World& world, const Summary& s) {
  Json json;
  json["complete"] = true;
  json["program"] = "clew " CLEW_VERSION;
  json["network"] = "ethereum";
  json["chain_id"] = options.chain_id;
  json["options"] = options_json(options);
  json["blocks"] = s.blocks;
  json["transactions"] = s.transactions;
  json["logs"] = s.logs;
  json["transfers"] = s.transfers;
  json["accounts"] = s.accounts;
  json["tip"] = {{"number", s.tip_number}, {"hash", evm::to_text(s.tip_hash)}};
  json["branch_blocks"] = s.branch_blocks;
  json["raw_bytes"] = s.raw_bytes;
  json["thefts"] = Json::array();
  json["scams"] = Json::array();
  for (const Trail& trail : world.loot.trails())
    json[trail.kind == TrailKind::theft ? "thefts" : "scams"].push_back(
        trail_summary(world, trail));
  return json.dump(1) + "\n";
}

// What the contracts answer when asked, and where code is.
std::string contracts_json(const Town& town) {
  const State& state = town.world.state;
  Json tokens = Json::array();
  const auto add = [&](AccountId contract, const std::string& name, const std::string& symbol,
                       unsigned decimals, const char* standard) {
    tokens.push_back({{"address", town.world.text(contract)},
                      {"name", name},
                      {"symbol", symbol},
                      {"decimals", decimals},
                      {"standard", standard}});
  };
  for (const Token& token : town.tokens)
    add(token.contract, token.name, token.symbol, token.decimals, "erc20");
  for (const AccountId pair : town.market.pairs())
    add(pair, "Market Shares", "SHARE", 18, "erc20");
  add(town.collectibles.pictures(), "Pictures", "PIC", 0, "erc721");
  add(town.collectibles.items(), "Items", "ITM", 0, "erc1155");
  Json contracts = Json::array();
  for (AccountId i = 1; i < state.accounts(); ++i) {
    if (!state[i].has_code) continue;
    contracts.push_back(
        {{"address", town.world.text(i)}, {"code", evm::to_text(code_of(town.world, i))}});
  }
  return Json{{"tokens", std::move(tokens)}, {"contracts", std::move(contracts)}}.dump(1) + "\n";
}

std::string accounts_csv(const World& world) {
  std::string text = "address,owner,kind,role\n";
  for (AccountId i = 1; i < world.state.accounts(); ++i) {
    const Account& account = world.state[i];
    if (!account.seen && !account.has_code) continue;
    text += world.text(i) + "," + name(account.party) + "," +
            std::string(name(account.party.kind)) + "," + std::string(name(account.role)) + "\n";
  }
  return text;
}

std::string balances_csv(const World& world) {
  std::string text = "address,asset,balance\n";
  const auto add = [&](AccountId account, AssetId asset, const U256& balance) {
    if (balance.is_zero()) return;
    text += world.text(account) + "," + Truth::text(world.state.asset(asset)) + "," +
            balance.to_decimal() + "\n";
  };
  for (AccountId i = 0; i < world.state.accounts(); ++i)
    add(i, kEther, world.state[i].ether);
  for (const Holding& holding : world.state.token_holdings())
    add(holding.account, holding.asset, world.state.balance(holding.asset, holding.account));
  return text;
}

std::string opening_csv(const Town& town) {
  std::string text = "address,asset,balance\n";
  for (const Allotment& allotment : town.allotments)
    text += town.world.text(allotment.account) + ",ETH," + allotment.wei.to_decimal() + "\n";
  return text;
}

std::string readme(const World& world) {
  std::string text =
      "A simulated Ethereum world, made by clew simulate.\n\n"
      "chain/    blocks, receipts and calls: clew replay serves them as a node does\n"
      "labels/   what is publicly known: clew labels import labels/*\n"
      "truth/    what really happened; never an input of any analysis\n"
      "world.json  options, counts, and the transactions to trace\n";
  for (const Trail& trail : world.loot.trails()) {
    const Mark& at = world.loot.mark(trail.origins.front().at);
    text += "\n" + file_stem(trail) + ": taken from " + name(trail.victim) + " in block " +
            std::to_string(at.block) + ", transaction " + evm::to_text(at.tx) + "\n";
  }
  return text;
}

}  // namespace

Result<void> prepare_world(FileSystem& files, const std::string& out) {
  return prepare_directory(files, out, kFolders);
}

Result<void> write_world_files(FileSystem& files, const Options& options, const Town& town,
                               const Summary& summary) {
  const World& world = town.world;
  const auto write = [&](const std::string& name, const std::string& text) {
    return write_atomically(files, options.out + "/" + name, as_bytes(text));
  };
  CLEW_CHECK(world.labels.write(files, options.out + "/labels", date_text(world.time())));
  for (const Trail& trail : world.loot.trails())
    CLEW_CHECK(write("truth/" + file_stem(trail) + ".json", trail_json(world, trail)));
  CLEW_CHECK(write("truth/accounts.csv", accounts_csv(world)));
  CLEW_CHECK(write("truth/opening.csv", opening_csv(town)));
  CLEW_CHECK(write("truth/balances.csv", balances_csv(world)));
  CLEW_CHECK(write("chain/contracts.json", contracts_json(town)));
  CLEW_CHECK(write("README.txt", readme(world)));
  return write("world.json", world_json(options, world, summary));
}

}  // namespace clew::simulate::ethereum
