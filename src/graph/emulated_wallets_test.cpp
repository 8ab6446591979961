// Two emulated runs of which it is known to which wallet each address belongs: no two wallets may
// merge through a CoinJoin, and each change rule is measured. Printed as a table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "graph/entities.h"
#include "graph/entity_test_support.h"

namespace clew::graph::test {
namespace {

constexpr const char* kRuns[] = {"2024-04-05_15-19_lognorm-static-10-5utxo",
                                 "2025-02-10_08-08_Joinmarket_1Taker_2Tumbler_40Maker"};

using Wallets = std::map<AddressId, std::string>;  // of addresses that the ledger holds

Wallets read_wallets(const std::string& run, const ledger::Snapshot& snapshot) {
  const Json truth =
      Json::parse(gunzip(data_dir() + "/bitcoin/coinjoin_emulated/" + run + "_truth.json.gz"));
  Wallets wallets;
  for (const auto& [name, wallet] : truth.at("wallets").items())
    for (const auto& text : wallet.at("addresses"))
      if (const AddressId id = TestLedger::id(snapshot, text); id != ledger::kNoAddress)
        wallets[id] = name;
  return wallets;
}

// A transaction with inputs of two wallets: a CoinJoin by definition.
bool is_joint(const ledger::Snapshot& snapshot, const Wallets& wallets, TxIndex tx) {
  const ledger::TxRow row = snapshot.tx(tx);
  std::set<std::string> owners;
  for (std::uint32_t i = 0; i < row.input_count; ++i) {
    const auto owner = wallets.find(snapshot.input_address(row.first_input + i));
    if (owner != wallets.end()) owners.insert(owner->second);
  }
  return owners.size() > 1;
}

// Pairs of addresses of which at least one belongs to a known wallet. The wallets' addresses are
// known completely, so a pair with any other address is wrong too.
struct Score {
  std::uint64_t joined = 0, right = 0, wanted = 0;
  double precision() const { return joined == 0 ? 1 : static_cast<double>(right) / joined; }
  double recall() const { return wanted == 0 ? 1 : static_cast<double>(right) / wanted; }
};

Score score(const Entities& entities, const Wallets& wallets) {
  std::map<AddressId, std::map<std::string, std::uint64_t>> by_entity;
  entities.each([&](AddressId address, AddressId entity) {
    const auto wallet = wallets.find(address);
    ++by_entity[entity][wallet == wallets.end() ? "" : wallet->second];
  });
  const auto pairs = [](std::uint64_t size) { return size * (size - 1) / 2; };
  Score score;
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& [address, wallet] : wallets)
    ++sizes[wallet];
  for (const auto& [wallet, size] : sizes)
    score.wanted += pairs(size);
  for (const auto& [entity, owners] : by_entity) {
    std::uint64_t all = 0;
    for (const auto& [owner, size] : owners) {
      all += size;
      if (!owner.empty()) score.right += pairs(size);
    }
    const auto others = owners.find("");
    score.joined += pairs(all) - (others == owners.end() ? 0 : pairs(others->second));
  }
  return score;
}

struct Emulation {
  TestLedger ledger;
  std::optional<ledger::Snapshot> snapshot;
  Wallets wallets;
  std::set<TxIndex> coinjoins;

  explicit Emulation(const std::string& name) {
    fill_from_verbose(
        ledger, gunzip(data_dir() + "/bitcoin/coinjoin_emulated/" + name + "_blocks.jsonl.gz"));
    snapshot.emplace(ledger.snapshot());
    wallets = read_wallets(name, *snapshot);
    for (TxIndex tx = 0; tx < snapshot->tx_count(); ++tx)
      if (is_joint(*snapshot, wallets, tx)) coinjoins.insert(tx);
  }
  Entities entities(RuleSet rules, bool with_coinjoins = false) const {
    EntityOptions options;
    options.rules = rules;
    options.with_coinjoins = with_coinjoins;
    options.coinjoins = {"truth", [this](TxIndex tx) { return coinjoins.contains(tx); }};
    return Entities::build(*snapshot, options).value();
  }
};

void print_row(const char* rules, const Score& s) {
  std::printf("  %-42s precision %5.1f %%  recall %5.1f %%  (%llu of %llu joined pairs right)\n",
              rules, 100 * s.precision(), 100 * s.recall(),
              static_cast<unsigned long long>(s.right), static_cast<unsigned long long>(s.joined));
}

class EmulatedWallets : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { CLEW_NEED_DATA(); }
};

TEST_P(EmulatedWallets, do_not_merge_through_coinjoins) {
  const Emulation run(GetParam());
  ASSERT_GT(run.wallets.size(), 100u);
  ASSERT_FALSE(run.coinjoins.empty());
  const Score without = score(run.entities(kDefaultRules), run.wallets);
  const Score with = score(run.entities(kDefaultRules, true), run.wallets);
  std::printf("%s: %zu addresses on chain, %zu CoinJoins\n", GetParam(), run.wallets.size(),
              run.coinjoins.size());
  print_row("multi_input, CoinJoins joined as well", with);
  print_row("multi_input", without);
  EXPECT_EQ(without.right, without.joined) << "two wallets were merged";
  EXPECT_LT(with.precision(), 0.5);  // what leaving CoinJoins out is for
}

TEST_P(EmulatedWallets, measure_each_change_rule) {
  const Emulation run(GetParam());
  const Score base = score(run.entities(kDefaultRules), run.wallets);
  for (const RuleInfo& one : all_rules()) {
    if (one.rule == Rule::multi_input) continue;
    RuleSet rules = kDefaultRules;
    rules.add(one.rule);
    const Score changed = score(run.entities(rules), run.wallets);
    print_row(("multi_input + " + std::string(one.name)).c_str(), changed);
    EXPECT_GE(changed.right, base.right) << one.name << " lost joins";
    const bool follows = one.rule == Rule::direct_change || one.rule == Rule::address_reuse ||
                         one.rule == Rule::multi_input_change;
    if (follows) {
      EXPECT_EQ(changed.right, changed.joined) << one.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Runs, EmulatedWallets, testing::ValuesIn(kRuns),
                         [](const auto& run) { return "run" + std::to_string(run.index); });

}  // namespace
}  // namespace clew::graph::test
