#include "ingest/simulate/tron/simulate_tron.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/keccak.h"
#include "chain/tron/address.h"
#include "ingest/simulate/tron/world_server.h"
#include "ingest/tron/replay/history_book.h"
#include "tests/memory_files.h"

namespace clew::simulate::tron {
namespace {

using clew::test::MemoryFiles;
using nlohmann::json;
using providers::Trc20Row;

constexpr std::array<const char*, 8> kFiles = {"trc20.json",
                                               "transfers.csv",
                                               "sanctions.json",
                                               "world.json",
                                               "README.txt",
                                               "labels/services.tagpack.yaml",
                                               "labels/crimes.tagpack.yaml",
                                               "labels/sanctioned.json"};

struct MadeWorld {
  std::unique_ptr<MemoryFiles> files = std::make_unique<MemoryFiles>();
  Summary summary;

  std::string text(const std::string& name) const {
    const Bytes& bytes = files->content("world/" + name);
    return {bytes.begin(), bytes.end()};
  }
  json truth() const { return json::parse(text("world.json")); }
  std::vector<Trc20Row> rows() const {
    auto rows = replay::load_history_rows("world/trc20.json", *files);
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
    return rows ? *rows : std::vector<Trc20Row>();
  }
  Bytes everything() const {
    Bytes all;
    for (const char* name : kFiles) {
      const Bytes& bytes = files->content(std::string("world/") + name);
      all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
  }
};

MadeWorld make(Options options) {
  MadeWorld world;
  options.out = "world";
  auto made = simulate_tron(options, *world.files);
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  if (made) world.summary = *made;
  return world;
}

class EverySeed : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, EverySeed, ::testing::Range<std::uint64_t>(1, 6));

// What differs from one compiler or machine to another shows here. Who means to change what is
// simulated writes down the new hash.
TEST(SimulateTron, ASeedMakesTheSameWorldEverywhere) {
  const MadeWorld world = make({.users = 60, .days = 60, .seed = 1});
  std::string text;
  for (const char* name : {"trc20.json", "transfers.csv", "labels/services.tagpack.yaml"})
    text += world.text(name);
  json truth = world.truth();
  truth.erase("program");
  text += truth.dump();
  EXPECT_EQ(to_hex(keccak256(as_bytes(text))),
            "101a83e262fc0728d00d44047cdaa1d4ea4c14781ccf2a39a56eb740e4cd2ee4");
}

TEST(SimulateTron, SeedsMakeDifferentWorlds) {
  const Options small{.users = 20, .days = 30};
  EXPECT_EQ(make(small).everything(), make(small).everything());
  Options other = small;
  other.seed = 2;
  EXPECT_NE(make(small).everything(), make(other).everything());
}

TEST(SimulateTron, RefusesWhatIsOutOfRange) {
  MemoryFiles files;
  const auto refusal = [&](const Options& options) {
    const auto made = simulate_tron(options, files);
    return made ? "" : made.error().message;
  };
  EXPECT_EQ(refusal({.out = "w", .users = 19}), "--users must be 20 to 10,000");
  EXPECT_EQ(refusal({.out = "w", .days = 1'001}), "--days must be 30 to 1,000");
}

TEST(SimulateTron, ReplacesAFormerWorldAndNothingElse) {
  MadeWorld world = make({.users = 20, .days = 30});
  const Bytes first = world.everything();
  ASSERT_TRUE(simulate_tron({.out = "world", .users = 20, .days = 30, .seed = 2}, *world.files));
  ASSERT_TRUE(simulate_tron({.out = "world", .users = 20, .days = 30}, *world.files));
  EXPECT_EQ(world.everything(), first);
  EXPECT_TRUE(is_world("world", *world.files));
  EXPECT_FALSE(is_world("nowhere", *world.files));
  ASSERT_TRUE(write_atomically(*world.files, "other/letter.txt", as_bytes("dear")));
  const auto made = simulate_tron({.out = "other", .users = 20, .days = 30}, *world.files);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
}

TEST_P(EverySeed, NobodySpendsWhatTheyDoNotHave) {
  const MadeWorld world = make({.seed = GetParam()});
  std::map<std::pair<chain::Account, chain::Account>, std::int64_t> balances;
  std::set<Hash256> transactions;
  std::uint64_t last = 0;
  const auto rows = world.rows();
  ASSERT_EQ(rows.size(), world.summary.transfers);
  for (const Trc20Row& row : rows) {
    EXPECT_GE(row.time_ms, last);
    EXPECT_EQ(row.time_ms % 3'000, 0u);
    last = row.time_ms;
    EXPECT_TRUE(transactions.insert(row.transaction).second);
    const auto amount = static_cast<std::int64_t>(*row.value.to_u64());
    balances[{row.to, *row.token.contract}] += amount;
    if (row.from == chain::Account{}) continue;
    std::int64_t& left = balances[{row.from, *row.token.contract}];
    left -= amount;
    ASSERT_GE(left, 0);
  }
}

// By transaction.
std::map<std::string, Trc20Row> by_transaction(const std::vector<Trc20Row>& rows) {
  std::map<std::string, Trc20Row> out;
  for (const Trc20Row& row : rows)
    out[to_hex(row.transaction)] = row;
  return out;
}

// Every step is a row; what moves on had come to whom it moves on from; it ends where it says.
void check_case(const json& one, const std::map<std::string, Trc20Row>& rows) {
  std::map<std::string, std::int64_t> held;
  std::set<std::string> victims = one["victims"].get<std::set<std::string>>(), paid, got;
  const auto ends = one["ends"].get<std::set<std::string>>();
  std::int64_t taken = 0;
  for (const json& step : one["path"]) {
    const auto found = rows.find(step["tx"].get<std::string>());
    ASSERT_NE(found, rows.end());
    const Trc20Row& row = found->second;
    const std::string from = clew::tron::to_text(row.from), to = clew::tron::to_text(row.to);
    EXPECT_EQ(step["from"].get<std::string>(), from);
    EXPECT_EQ(step["to"].get<std::string>(), to);
    EXPECT_EQ(step["time"].get<std::uint64_t>() * 1000, row.time_ms);
    EXPECT_EQ(step["amount"].get<std::string>(), row.value.to_decimal());
    EXPECT_EQ(one["token"].get<std::string>(), clew::tron::to_text(*row.token.contract));
    const auto amount = static_cast<std::int64_t>(*row.value.to_u64());
    if (victims.contains(from)) {
      taken += amount;
      paid.insert(from);
    } else {
      held[from] -= amount;
      EXPECT_GE(held[from], 0) << "case " << one["id"] << ", " << from;
    }
    held[to] += amount;
    got.insert(to);
  }
  EXPECT_EQ(std::to_string(taken), one["amount"].get<std::string>());
  EXPECT_EQ(paid, victims);
  EXPECT_TRUE(std::ranges::includes(got, ends));
}

TEST_P(EverySeed, TheTruthIsInTheRows) {
  const MadeWorld world = make({.seed = GetParam()});
  const json truth = world.truth();
  const auto rows = by_transaction(world.rows());
  std::set<std::string> seen, whats, launderings;
  for (const auto& [id, row] : rows) {
    seen.insert(clew::tron::to_text(row.from));
    seen.insert(clew::tron::to_text(row.to));
  }
  std::set<std::string> known;
  for (const char* list : {"users", "launderers", "services", "sanctioned"}) {
    EXPECT_FALSE(truth[list].empty()) << list;
    for (const json& account : truth[list]) {
      const auto address = account["address"].get<std::string>();
      EXPECT_TRUE(clew::tron::parse_address(address)) << address;
      EXPECT_TRUE(seen.contains(address)) << address;
      EXPECT_TRUE(known.insert(address).second) << address << " is in two lists";
    }
  }
  seen.erase(clew::tron::to_text({}));
  EXPECT_EQ(known, seen);
  for (const json& one : truth["launderers"]) {
    if (one["case"].is_null()) continue;
    EXPECT_LE(one["case"].get<std::size_t>(), truth["cases"].size());
  }
  for (const json& one : truth["cases"]) {
    check_case(one, rows);
    whats.insert(one["what"].get<std::string>());
    launderings.insert(one["laundering"].get<std::string>());
  }
  EXPECT_THAT(whats, testing::ElementsAre("address-poisoning", "pig-butchering"));
  EXPECT_THAT(launderings, testing::ElementsAre("broker", "chain", "smurfing"));
}

TEST_P(EverySeed, LooksLikeTheAddressThatWasPaid) {
  const MadeWorld world = make({.seed = GetParam()});
  const json truth = world.truth();
  std::set<std::string> beginnings;
  for (const char* list : {"users", "services"})
    for (const json& account : truth[list]) {
      const auto address = account["address"].get<std::string>();
      beginnings.insert(address.substr(0, 8) + address.substr(address.size() - 2));
    }
  std::size_t lures = 0;
  for (const json& one : truth["launderers"]) {
    const auto address = one["address"].get<std::string>();
    const auto looks = address.substr(0, 8) + address.substr(address.size() - 2);
    if (!beginnings.contains(looks)) continue;
    EXPECT_EQ(one["role"].get<std::string>(), "poisoner");
    ++lures;
  }
  EXPECT_GT(lures, 0u);
}

}  // namespace
}  // namespace clew::simulate::tron
