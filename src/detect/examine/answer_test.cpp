#include "detect/examine/answer.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace clew::examine {
namespace {

using nlohmann::json;

std::string hex_id(const Hash256& id) {
  return to_hex(id);
}

// The worked example of docs/anomalies.md: S deals with A to F, of whom B is listed.
std::shared_ptr<Dossier> example() {
  auto dossier = std::make_shared<Dossier>();
  auto& file = dossier->file;
  file.chain = "tron";
  file.address = "S";
  file.accounts = {"S", "A", "B", "C", "D", "E", "F"};
  file.tokens = {{"TOKEN", "T\"T", 2}};
  file.transaction_text = hex_id;
  file.snapshot = "example";
  const auto add = [&](std::int64_t time, std::uint32_t from, std::uint32_t to,
                       std::uint64_t value) {
    file.rows.push_back({.time = time, .value = U256(value), .from = from, .to = to});
    Hash256 id{};
    id[31] = static_cast<std::uint8_t>(file.rows.size());
    file.transactions.push_back(id);
  };
  add(0, 1, 0, 100), add(5'000, 0, 2, 100), add(100'000, 3, 0, 100), add(200'000, 1, 0, 100);
  add(206'000, 0, 1, 100), add(300'000, 3, 0, 1'300), add(312'000, 4, 0, 100);
  add(320'000, 0, 5, 100), add(400'000, 0, 2, 100), add(412'999, 0, 2, 100);
  add(425'999, 0, 2, 100), add(500'000, 6, 0, 100);
  auto& screened = dossier->screened;
  screened.standing.accounts.assign(7, anomaly::Standing::clear);
  screened.standing.accounts[2] = anomaly::Standing::listed;
  screened.listings[2] = {{"a list", "sanctions", "SOMEBODY", "https://example.org/1"}};
  return dossier;
}

json answer(const std::shared_ptr<Dossier>& dossier, const anomaly::Options& options = {},
            std::uint32_t transactions_max = kTransactionsUsual) {
  const auto examination = examine(dossier, options);
  EXPECT_TRUE(examination) << examination.error().message;
  return json::parse(write_answer(*examination, transactions_max));
}

TEST(Answer, SaysWhatTheWorkedExampleComesTo) {
  const auto said = answer(example());
  EXPECT_EQ(said["address"].get<std::string>(), "S");
  EXPECT_EQ(said["rows"].get<int>(), 12);
  EXPECT_NEAR(said["danger_score"].get<double>(), 92.5 / 1.8, 1e-9);
  EXPECT_NEAR(said["weighted_sum"].get<double>(), 92.5, 1e-9);
  EXPECT_EQ(said["snapshot"].get<std::string>(), "example");
  EXPECT_TRUE(said["history"]["complete"].get<bool>());
  EXPECT_EQ(said["history"]["last_time"].get<std::string>(), "1970-01-06T18:53:20Z");

  const auto& value = said["tests"]["value"];
  EXPECT_NEAR(value["score"].get<double>(), 100.0 / 12, 1e-9);
  ASSERT_EQ(value["transactions"].size(), 1u);
  const auto& row = value["transactions"][0];
  EXPECT_EQ(row["id"].get<std::string>(), std::string(63, '0') + "6");
  EXPECT_EQ(row["from"].get<std::string>(), "C");
  EXPECT_EQ(row["to"].get<std::string>(), "S");
  EXPECT_EQ(row["amount"].get<std::string>(), "1300");
  EXPECT_EQ(row["amount_decimal"].get<std::string>(), "13");
  EXPECT_EQ(row["symbol"].get<std::string>(), "T\"T");
  EXPECT_EQ(row["time"].get<std::int64_t>(), 300'000);
  EXPECT_EQ(row["time_iso"].get<std::string>(), "1970-01-04T11:20:00Z");
  EXPECT_NEAR(row["z"].get<double>(), 3.317, 0.001);
  EXPECT_EQ(value["tokens"][0]["center"].get<double>(), 200);

  const auto& hurry = said["tests"]["transfers"];
  EXPECT_EQ(hurry["anomalous"].get<int>(), 4);
  EXPECT_EQ(hurry["transactions"][2]["seconds_to_nearest"].get<int>(), 12'999);
}

TEST(Answer, NamesWhoIsBehindWhatWasPassedOnAndWhoIsListed) {
  const auto said = answer(example());
  const auto& hiding = said["tests"]["hiding"];
  EXPECT_EQ(hiding["accounts"].get<int>(), 4);
  EXPECT_EQ(hiding["original_senders"].get<int>(), 2);
  ASSERT_EQ(hiding["pairs"].size(), 2u);
  EXPECT_EQ(hiding["pairs"][1]["original_sender"].get<std::string>(), "D");
  EXPECT_EQ(hiding["pairs"][1]["final_receiver"].get<std::string>(), "E");
  EXPECT_EQ(hiding["pairs"][1]["seconds"].get<int>(), 8'000);
  EXPECT_EQ(hiding["transactions"][3]["pair"].get<int>(), 1);

  const auto& relation = said["tests"]["relation"];
  EXPECT_EQ(relation["score"].get<double>(), 100);
  EXPECT_FALSE(relation["listed"].get<bool>());
  ASSERT_EQ(relation["counterparties"].size(), 1u);
  const auto& party = relation["counterparties"][0];
  EXPECT_EQ(party["address"].get<std::string>(), "B");
  EXPECT_EQ(party["sent_to"].get<int>(), 4);
  EXPECT_EQ(party["listings"][0]["name"].get<std::string>(), "SOMEBODY");
}

TEST(Answer, SaysWhatIsNotKnown) {
  auto dossier = example();
  dossier->file.extent = {.complete = false, .missing = "the end", .source = "somewhere"};
  dossier->file.tokens[0] = {};
  dossier->screened = {};
  dossier->screened.standing.why_unknown = "nobody was asked";
  const auto said = answer(dossier);
  EXPECT_FALSE(said["history"]["complete"].get<bool>());
  EXPECT_EQ(said["history"]["missing"].get<std::string>(), "the end");
  const auto& relation = said["tests"]["relation"];
  EXPECT_TRUE(relation["score"].is_null());
  EXPECT_THAT(relation["not_run"].get<std::string>(), testing::HasSubstr("nobody was asked"));
  EXPECT_NEAR(said["danger_score"].get<double>(), 32.5 / 1.2, 1e-9);
  EXPECT_TRUE(said["tests"]["value"]["transactions"][0]["token"].is_null());
  EXPECT_TRUE(said["tests"]["value"]["transactions"][0]["amount_decimal"].is_null());
}

TEST(Answer, ListsNoMoreThanIsWantedAndCountsTheRest) {
  const auto said = answer(example(), {}, 1);
  const auto& hiding = said["tests"]["hiding"];
  EXPECT_EQ(hiding["anomalous"].get<int>(), 4);
  EXPECT_EQ(hiding["transactions"].size(), 1u);
  EXPECT_EQ(hiding["transactions_left_out"].get<int>(), 3);
  EXPECT_EQ(hiding["pairs"].size(), 1u);
  EXPECT_EQ(hiding["pairs_left_out"].get<int>(), 1);
}

TEST(Answer, OfNothing) {
  auto dossier = std::make_shared<Dossier>();
  dossier->file.accounts = {"S"};
  dossier->screened.standing.accounts = {anomaly::Standing::clear};
  anomaly::Options options;
  options.coefficients = {0, 0, 0, 0};
  const auto said = answer(dossier, options);
  EXPECT_TRUE(said["danger_score"].is_null());
  EXPECT_EQ(said["weighted_sum"].get<double>(), 0);
  EXPECT_TRUE(said["history"]["first_time"].is_null());
}

}  // namespace
}  // namespace clew::examine
