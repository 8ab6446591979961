// The regtest chain that was made to test BlockSci, and what BlockSci printed for it: candidates of
// its change rules, and clusters with and without each of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <sstream>

#include "graph/change.h"
#include "graph/entities.h"
#include "graph/entity_test_support.h"

namespace clew::graph::test {
namespace {

class BlockSci : public testing::Test {
 protected:
  void SetUp() override {
    CLEW_NEED_DATA();
    const std::string folder = data_dir() + "/bitcoin/blocksci_regtest_btc/";
    fill_from_blk_file(ledger_, read_file(folder + "blk00000.dat"));
    snapshot_.emplace(ledger_.snapshot());
    const Bytes cases = read_file(folder + "output.json");
    cases_ = Json::parse(cases.begin(), cases.end());
    expected_ = Json::parse(gunzip(folder + "expected_outputs.json.gz"));
  }

  std::vector<std::string> lines(const std::string& test) const {
    std::istringstream text(expected_.at(test).get<std::string>());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
      lines.push_back(line);
    return lines;
  }
  TxFacts facts(const std::string& name) const {
    const auto hash = hash_from_display(cases_.at(name).get<std::string>());
    TxFacts facts;
    FactsReader(*snapshot_)
        .read(snapshot_->tx(snapshot_->find_tx(*hash).value()), FactsNeeded::all(), facts);
    return facts;
  }
  std::vector<std::uint32_t> candidates(Rule rule, const std::string& name, int digits = 6) const {
    return change_candidates(rule, facts(name), {.power_of_ten_digits = digits});
  }
  AddressId address(const std::string& name) const {
    return TestLedger::id(*snapshot_, cases_.at(name).get<std::string>());
  }
  Entities entities(RuleSet rules, bool with_coinjoins) const {
    EntityOptions options;
    options.rules = rules;
    options.with_coinjoins = with_coinjoins;
    options.coinjoins = {"structure", [this](TxIndex tx) {
                           TxFacts facts;
                           FactsReader(*snapshot_).read(snapshot_->tx(tx), {}, facts);
                           return has_coinjoin_structure(facts);
                         }};
    return Entities::build(*snapshot_, options).value();
  }

  TestLedger ledger_;
  std::optional<ledger::Snapshot> snapshot_;
  Json cases_, expected_;
};

std::string print(const std::vector<std::uint32_t>& outputs) {
  std::string text = "[";
  for (const std::uint32_t output : outputs)
    text += (text.size() > 1 ? ", " : "") + std::to_string(output);
  return text + "]";
}

std::vector<std::uint32_t> unique(std::vector<std::uint32_t> outputs) {
  return outputs.size() == 1 ? outputs : std::vector<std::uint32_t>();
}

TEST_F(BlockSci, change_candidates_of_every_rule_are_those_expected) {
  constexpr std::optional<Rule> kRules[] = {
      Rule::address_type,  Rule::locktime,       Rule::client_change_address_behavior,
      Rule::peeling_chain, Rule::optimal_change, Rule::address_reuse,
      Rule::legacy,        std::nullopt};
  const char* const kCases[] = {"change-negative-testcase-tx",
                                "change-reuse-tx-1",
                                "change-locktime-tx-1",
                                "change-optimal-0-tx",
                                "peeling-chain-5-tx",
                                "change-ten-2-tx",
                                "fan-8-tx",
                                "peeling-chain-4-tx",
                                "tx-chain-10-tx-1",
                                "funding-tx-2-in-2-out"};
  const auto expected = lines("test_change.test_change_regression[btc]");
  ASSERT_EQ(expected.size(), std::size(kRules) * std::size(kCases) * 2);
  std::size_t line = 0;
  for (const auto& rule : kRules) {
    for (const char* const name : kCases) {
      const auto found = rule ? candidates(*rule, name) : std::vector<std::uint32_t>();
      EXPECT_EQ(print(found), expected[line++]) << name << (rule ? info(*rule).name : "none");
      EXPECT_EQ(print(unique(found)), expected[line++]) << name;
    }
  }
}

TEST_F(BlockSci, the_named_change_positions_are_found) {
  const auto expect = [&](Rule rule, const std::string& tx, const std::string& position,
                          int digits = 6) {
    EXPECT_EQ(print(candidates(rule, tx, digits)),
              print({cases_.at(position).get<std::uint32_t>()}))
        << tx;
  };
  for (int i = 0; i < 6; ++i) {
    const std::string n = "change-ten-" + std::to_string(i);
    expect(Rule::power_of_ten_value, n + "-tx", n + "-position", 8 - i);
  }
  for (int i = 0; i < 2; ++i) {
    const std::string n = "change-optimal-" + std::to_string(i);
    expect(Rule::optimal_change, n + "-tx", n + "-position");
  }
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i);
    expect(Rule::address_type, "change-address-type-tx-" + n, "change-address-type-position-" + n);
    expect(Rule::locktime, "change-locktime-tx-" + n, "change-locktime-position-" + n);
    expect(Rule::address_reuse, "change-reuse-tx-" + n, "change-reuse-position-" + n);
    expect(Rule::client_change_address_behavior, "change-client-behavior-tx-" + n,
           "change-client-behavior-position-" + n);
  }
  for (int i = 3; i < 8; ++i) {
    const std::string n = "peeling-chain-" + std::to_string(i);
    auto found = candidates(Rule::peeling_chain, n + "-tx");
    const TxFacts tx = facts(n + "-tx");
    std::erase_if(found, [&](std::uint32_t output) { return !tx.outputs[output].spend; });
    EXPECT_EQ(print(found), print({cases_.at(n + "-position").get<std::uint32_t>()})) << n;
  }
}

TEST_F(BlockSci, the_case_against_change_has_the_candidates_expected) {
  const std::string name = "change-negative-testcase-tx";
  for (const Rule rule :
       {Rule::peeling_chain, Rule::optimal_change, Rule::address_reuse, Rule::legacy})
    EXPECT_EQ(print(candidates(rule, name)), "[]") << info(rule).name;
  for (const Rule rule : {Rule::address_type, Rule::locktime, Rule::client_change_address_behavior})
    EXPECT_EQ(candidates(rule, name).size(), 2u) << info(rule).name;
}

// "[PubkeyHashAddress(m…), MultisigAddress(2 of 3)]" as a set of texts.
std::multiset<std::string> parse_members(const std::string& line) {
  std::multiset<std::string> members;
  for (std::size_t at = line.find('('); at != std::string::npos; at = line.find('(', at + 1))
    members.insert(line.substr(at + 1, line.find(')', at) - at - 1));
  return members;
}

constexpr const char* kListed[] = {
    "address-p2pkh-spend-1", "address-p2sh-spend-2", "addr-2-in-2-out", "addr-peeling-chain",
    "addr-merge-0",          "addr-merge-2",         "merge-addr-1",    "merge-addr-2"};

std::multiset<std::string> members_of(const ledger::Snapshot& snapshot, const Entities& entities,
                                      AddressId address) {
  std::multiset<std::string> members;
  for (const AddressId member : entities.members(entities.entity(address).value())) {
    const std::string text = snapshot.address_text(member);
    members.insert(text.starts_with("multisig:") ? "2 of 3" : text);
  }
  return members;
}

TEST_F(BlockSci, clusters_by_co_spending_are_those_expected) {
  const std::pair<const char*, bool> kRuns[] = {
      {"test_clustering.test_clustering_no_change[btc]", false},
      {"test_clustering.test_clustering_ignore_coinjoin[btc]", false},
      {"test_clustering.test_clustering_cluster_coinjoin[btc]", true}};
  for (const auto& [test, with_coinjoins] : kRuns) {
    auto expected = lines(test);
    const Entities found = entities(kDefaultRules, with_coinjoins);
    expected.erase(expected.begin(), expected.end() - std::ssize(kListed));
    for (std::size_t i = 0; i < std::size(kListed); ++i)
      EXPECT_EQ(members_of(*snapshot_, found, address(kListed[i])), parse_members(expected[i]))
          << test << " " << kListed[i];
  }
}

std::vector<std::int64_t> values_in(const std::string& line) {
  std::vector<std::int64_t> values;
  for (std::size_t at = line.find("value="); at != std::string::npos;
       at = line.find("value=", at + 1))
    values.push_back(std::stoll(line.substr(at + 6)));
  return values;
}

TEST_F(BlockSci, the_joined_cluster_has_the_balance_and_movements_expected) {
  const auto expected = lines("test_clustering.test_clustering_no_change[btc]");
  const Entities found = entities(kDefaultRules, false);
  const AddressId joined = found.entity(address("merge-addr-1")).value();
  EXPECT_EQ(members_of(*snapshot_, found, joined), parse_members(expected[0]));
  const Totals totals = found.totals(joined);
  EXPECT_EQ(std::to_string(totals.balance), expected[1]);
  std::map<bitcoin::AddressKind, int> kinds;
  for (const AddressId member : found.members(joined))
    ++kinds[snapshot_->address(member).kind];
  EXPECT_EQ(std::to_string(kinds[bitcoin::AddressKind::p2pkh]), expected[3]);
  EXPECT_EQ(std::to_string(kinds[bitcoin::AddressKind::p2sh]), expected[4]);
  EXPECT_EQ(std::to_string(kinds[bitcoin::AddressKind::p2wpkh]), expected[5]);
  EXPECT_EQ(std::to_string(kinds[bitcoin::AddressKind::p2wsh]), expected[6]);
  EXPECT_EQ(std::to_string(totals.spending_txs), expected[8]);
  const auto sum = [](const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
  };
  EXPECT_EQ(totals.inputs, values_in(expected[9]).size());
  EXPECT_EQ(totals.spent, sum(values_in(expected[9])));
  EXPECT_EQ(std::to_string(totals.paying_txs), expected[12]);
  EXPECT_EQ(totals.outputs, values_in(expected[13]).size());
  EXPECT_EQ(totals.received, sum(values_in(expected[13])));
  EXPECT_EQ(std::to_string(found.member_count(joined)), expected[14]);
  EXPECT_EQ(totals.first_height, 151u);
  EXPECT_EQ(totals.last_height, 152u);
}

// What was known at block 100: none of the three addresses, hence a balance of 0 (BlockSci's
// balance(100)); at block 151 they hold coins and nothing joins them.
TEST_F(BlockSci, the_joined_cluster_is_dated) {
  EntityOptions options;
  options.as_of_height = 100;
  const Entities early = Entities::build(*snapshot_, options).value();
  EXPECT_EQ(early.entity(address("merge-addr-1")), std::nullopt);
  EXPECT_EQ(early.why(address("merge-addr-1"), address("merge-addr-2")), std::nullopt);
  options.as_of_height = 151;
  const Entities later = Entities::build(*snapshot_, options).value();
  const AddressId alone = later.entity(address("merge-addr-1")).value();
  EXPECT_EQ(alone, address("merge-addr-1"));
  EXPECT_EQ(later.member_count(alone), 1u);
  EXPECT_EQ(later.totals(alone).balance, 99990000);
  EXPECT_EQ(later.why(address("merge-addr-1"), address("merge-addr-2")), std::nullopt);
}

TEST_F(BlockSci, why_names_the_transaction_that_joined_the_cluster) {
  const Entities found = entities(kDefaultRules, false);
  const auto steps = found.why(address("merge-addr-1"), address("merge-addr-3"));
  ASSERT_TRUE(steps.has_value());
  ASSERT_FALSE(steps->empty());
  for (const Step& step : *steps) {
    EXPECT_EQ(to_display(snapshot_->txid(step.tx)), cases_.at("merge-final-tx").get<std::string>());
    EXPECT_EQ(step.rule, static_cast<RuleId>(Rule::multi_input));
  }
}

TEST_F(BlockSci, clusters_with_each_change_rule_are_those_expected) {
  constexpr std::optional<Rule> kRules[] = {
      Rule::peeling_chain, Rule::optimal_change, Rule::address_type,
      Rule::locktime,      Rule::address_reuse,  Rule::client_change_address_behavior,
      Rule::legacy,        std::nullopt};
  const auto expected = lines("test_clustering.test_clustering_with_change[btc]");
  ASSERT_EQ(expected.size(), std::size(kRules) * std::size(kListed));
  std::size_t line = 0;
  for (const auto& rule : kRules) {
    RuleSet rules = kDefaultRules;
    if (rule) rules.add(*rule);
    const Entities found = entities(rules, false);
    for (const char* const name : kListed)
      EXPECT_EQ(members_of(*snapshot_, found, address(name)), parse_members(expected[line++]))
          << (rule ? info(*rule).name : "none") << " " << name;
  }
}

}  // namespace
}  // namespace clew::graph::test
