// A simulated world's transfers in a ledger, with its truth beside it.
#pragma once

#include <charconv>
#include <set>
#include <unordered_map>

#include "chain/evm/header.h"
#include "graph/account/trace_world_test.h"
#include "ingest/simulate/ethereum/world_test_support.h"

namespace clew::account::test {

struct SimulatedAccount {
  std::string text, owner, kind, role;
};

struct SimulatedLedger {
  std::uint64_t seed = 0;
  std::unique_ptr<clew::test::MemoryFiles> files = std::make_unique<clew::test::MemoryFiles>();
  std::optional<Snapshot> opened;
  std::vector<SimulatedAccount> accounts;
  std::unordered_map<std::string, std::string> owners;  // by address
  std::unordered_map<AddressId, bool> deposits;         // whether anything was forwarded from it
  std::set<std::string> published;                      // addresses with a label

  const Snapshot& snapshot() const { return *opened; }
  std::optional<AddressId> find(const std::string& text) const {
    chain::Account account;
    if (text.size() != 42 || !hex_into(std::string_view(text).substr(2), account.data()))
      return std::nullopt;
    return opened->find_address(account);
  }
  std::string text(AddressId id) const { return evm::to_text(opened->address(id)); }
  const std::string& owner(AddressId id) const { return owners.at(text(id)); }
};

inline std::optional<chain::Account> simulated_account(const std::string& text) {
  chain::Account account;
  if (text.empty() || !hex_into(std::string_view(text).substr(2), account.data()))
    return std::nullopt;
  return account;
}

// A row of truth/transfers.csv; see docs/formats/simulated-ethereum.md.
inline chain::Transfer simulated_transfer(const std::vector<std::string>& row) {
  using chain::TransferKind;
  static const std::map<std::string, TransferKind> kKinds = {
      {"native", TransferKind::native},   {"internal", TransferKind::internal},
      {"erc20", TransferKind::erc20},     {"erc721", TransferKind::erc721},
      {"erc1155", TransferKind::erc1155}, {"withdrawal", TransferKind::withdrawal},
      {"fee", TransferKind::fee},         {"reward", TransferKind::reward}};
  chain::Transfer transfer;
  if (!row[1].empty()) transfer.tx = static_cast<std::uint32_t>(std::stoul(row[1]));
  transfer.kind = kKinds.at(row[2]);
  if (row[3] != "ETH") {
    const auto slash = row[3].find('/');
    transfer.asset.contract = *simulated_account(row[3].substr(0, slash));
    if (slash != std::string::npos)
      transfer.asset.token_id = *U256::from_decimal(row[3].substr(slash + 1));
  }
  transfer.from = simulated_account(row[4]);
  transfer.to = simulated_account(row[5]);
  transfer.value = *U256::from_decimal(row[6]);
  transfer.place = static_cast<std::uint32_t>(std::stoul(row[7]));
  return transfer;
}

// The blocks of a world's best chain as its truth tells them; who pays a transaction's fee sent it.
inline Chain simulated_chain(const simulate::ethereum::test::MadeWorld& world) {
  Chain chain;
  Hash256 parent{};
  const auto next = [&](std::uint64_t number) {
    auto& block = chain.emplace_back();
    block.number = number;
    block.parent = parent;
    block.hash = parent = hash_of("simulated block " + std::to_string(number));
    block.time = 1'700'000'000 + 12 * number;
    block.size = 20'000;
  };
  for (const auto& row : world.table("truth/transfers.csv")) {
    const auto number = std::stoull(row[0]);
    while (chain.empty() || chain.back().number < number)
      next(chain.empty() ? number : chain.back().number + 1);
    auto& block = chain.back();
    auto transfer = simulated_transfer(row);
    while (transfer.tx != chain::Transfer::kNoTx && block.txs.size() <= transfer.tx) {
      chain::AccountTx tx;
      tx.hash = hash_of("simulated tx " + row[0] + " " + std::to_string(block.txs.size()));
      block.txs.push_back(tx);
    }
    if (transfer.kind == chain::TransferKind::fee && transfer.from)
      block.txs[transfer.tx].from = *transfer.from;
    block.transfers.push_back(std::move(transfer));
  }
  return chain;
}

inline void read_truth(const simulate::ethereum::test::MadeWorld& world, SimulatedLedger& ledger) {
  const auto labels = world.text("labels/services.tagpack.yaml");
  for (const auto& row : world.table("truth/accounts.csv")) {
    ledger.accounts.push_back({row[0], row[1], row[2], row[3]});
    ledger.owners.emplace(row[0], row[1]);
    if (labels.find(row[0].substr(2)) != labels.npos) ledger.published.insert(row[0]);
  }
  std::unordered_map<std::string, std::string> hot_of;
  for (const auto& row : world.table("truth/deposits.csv")) {
    hot_of.emplace(row[0], row[3]);
    if (const auto id = ledger.find(row[0])) ledger.deposits.emplace(*id, false);
  }
  for (const auto& row : world.table("truth/transfers.csv")) {
    const auto hot = hot_of.find(row[4]);
    if (hot != hot_of.end() && hot->second == row[5]) ledger.deposits[*ledger.find(row[4])] = true;
  }
}

inline SimulatedLedger simulated_ledger(std::uint64_t seed, std::uint32_t blocks) {
  const auto world = simulate::ethereum::test::make_world({.blocks = blocks, .seed = seed});
  SimulatedLedger ledger;
  ledger.seed = seed;
  {
    auto writer = open_writer("ledger", {.hash_key = seed}, *ledger.files);
    append_all(writer, simulated_chain(world));
    EXPECT_TRUE(writer.commit());
  }
  auto opened = Snapshot::open("ledger", *ledger.files);
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
  ledger.opened.emplace(std::move(*opened));
  read_truth(world, ledger);
  return ledger;
}

}  // namespace clew::account::test
