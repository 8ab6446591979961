#include "ingest/simulate/simulate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "ingest/simulate/replay_test_support.h"

namespace clew::simulate {
namespace {

// A directory that is gone after the test.
class Scratch {
 public:
  Scratch() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("clew-simulate-") + info->name() + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

Summary make(const Options& options) {
  const auto made = simulate_bitcoin(options);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return made.value_or(Summary{});
}

std::string text_of(const std::filesystem::path& path) {
  const Bytes bytes = clew::test::read_file(path.string());
  return {bytes.begin(), bytes.end()};
}

// Every file of a world by its name in it.
std::map<std::string, std::string> content_of(const std::string& world) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), world).string()] = text_of(entry.path());
  return files;
}

// The documents of stolen and extorted coins.
std::vector<nlohmann::json> trails_of(const std::string& world) {
  std::vector<nlohmann::json> trails;
  for (const auto& [name, text] : content_of(world))
    if (name.starts_with("truth/theft-") || name.starts_with("truth/ransom-"))
      trails.push_back(nlohmann::json::parse(text));
  return trails;
}

std::int64_t sum_of(const nlohmann::json& rows, const char* key) {
  std::int64_t sum = 0;
  for (const auto& row : rows)
    sum += row.at(key).get<std::int64_t>();
  return sum;
}

void expect_same_counts(const Summary& told, const Summary& counted) {
  EXPECT_EQ(told.blocks, counted.blocks);
  EXPECT_EQ(told.transactions, counted.transactions);
  EXPECT_EQ(told.inputs, counted.inputs);
  EXPECT_EQ(told.outputs, counted.outputs);
  EXPECT_EQ(told.output_value, counted.output_value);
  EXPECT_EQ(told.addresses, counted.addresses);
  EXPECT_EQ(told.tip_height, counted.tip_height);
  EXPECT_EQ(to_display(told.tip_hash), to_display(counted.tip_hash));
}

const bitcoin::ChainParams& regtest() {
  return *bitcoin::find_chain("regtest");
}

class Size : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Blocks, Size, ::testing::Values(200, 1000, 5000));

TEST_P(Size, EveryRuleOfConsensusThatLedgersRelyOnHolds) {
  const Scratch scratch;
  const std::string out = scratch / "world";
  const Summary told = make({.out = out, .blocks = GetParam()});
  const auto records = test::read_records(out);
  EXPECT_EQ(records.size(), GetParam() + told.stale_blocks);
  expect_same_counts(told, test::replay(out).counts);
}

TEST(Simulate, TheSameSeedMakesTheSameBytesAndAnotherDoesNot) {
  const Scratch scratch;
  make({.out = scratch / "one", .blocks = 250, .seed = 4});
  make({.out = scratch / "two", .blocks = 250, .seed = 4});
  make({.out = scratch / "other", .blocks = 250, .seed = 5});
  const auto one = content_of(scratch / "one");
  EXPECT_EQ(one, content_of(scratch / "two"));
  EXPECT_NE(one.at("blocks/blk00000.dat"), content_of(scratch / "other").at("blocks/blk00000.dat"));
}

// What differs from one compiler or machine to another shows here. Who means to change what is
// simulated writes down the new hash.
TEST(Simulate, ASeedMakesTheSameWorldEverywhere) {
  const Scratch scratch;
  EXPECT_EQ(to_display(make({.out = scratch / "world", .blocks = 400, .seed = 1}).tip_hash),
            "31191ce811a6e18025c1740d3903f511d8f73fd3c43073421aae64a069534f66");
}

TEST(Simulate, TheTruthAccountsForEverySatoshiOfATrail) {
  const Scratch scratch;
  const std::string out = scratch / "world";
  const auto made = make({.out = out, .blocks = 1500});
  const auto unspent = test::replay(out).unspent;
  const auto trails = trails_of(out);
  EXPECT_GT(trails.size(), made.thefts.size());
  for (const auto& trail : trails) {
    SCOPED_TRACE(trail.at("name").get<std::string>());
    const auto stolen = trail.at("stolen").get<std::int64_t>();
    EXPECT_EQ(sum_of(trail.at("origins"), "value"), stolen);
    EXPECT_EQ(sum_of(trail.at("services"), "amount") + sum_of(trail.at("unspent"), "amount") +
                  sum_of(trail.at("coinjoins"), "amount") +
                  trail.at("fees").at("amount").get<std::int64_t>(),
              stolen);
    for (const auto& service : trail.at("services"))
      EXPECT_EQ(sum_of(service.at("arrivals"), "amount"), service.at("amount").get<std::int64_t>());
    for (const auto& rest : trail.at("unspent")) {
      const auto txid = hash_from_display(rest.at("txid").get<std::string>());
      EXPECT_TRUE(unspent.contains({*txid, rest.at("vout").get<std::uint32_t>()}));
    }
  }
}

TEST(Simulate, TheTruthNamesTheWalletOfEveryAddress) {
  const Scratch scratch;
  const std::string out = scratch / "world";
  make({.out = out, .blocks = 400});
  std::istringstream rows(content_of(out).at("truth/wallets.csv"));
  std::string row;
  std::getline(rows, row);
  EXPECT_EQ(row, "address,wallet,kind,role");
  std::set<bitcoin::Address> named;
  while (std::getline(rows, row)) {
    const auto address = bitcoin::decode_address(row.substr(0, row.find(',')), regtest());
    ASSERT_TRUE(address.has_value()) << row;
    EXPECT_TRUE(named.insert(*address).second) << row << " twice";
  }
  const auto replayed = test::replay(out);
  std::set<bitcoin::Address> genesis;  // of regtest itself; nobody's in this world
  for (const auto& [outpoint, output] : replayed.unspent)
    if (output.height == 0) genesis.insert(bitcoin::classify(output.script).address);
  EXPECT_EQ(genesis.size(), 1u);
  for (const auto& address : replayed.addresses)
    EXPECT_NE(named.contains(address), genesis.contains(address))
        << bitcoin::encode(address, regtest());
}

TEST(Simulate, RefusesWhatItCannotMakeAndFoldersThatAreNotItsOwn) {
  const Scratch scratch;
  for (const std::uint32_t blocks : {0u, 199u, 1'000'001u}) {
    const auto made = simulate_bitcoin({.out = scratch / "world", .blocks = blocks});
    ASSERT_FALSE(made) << blocks;
    EXPECT_EQ(made.error().kind, ErrorKind::usage);
  }
  std::filesystem::create_directories(scratch / "mine");
  std::ofstream(scratch / "mine/thesis.txt") << "years of work";
  const auto made = simulate_bitcoin({.out = scratch / "mine", .blocks = 200});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  EXPECT_EQ(text_of(scratch / "mine/thesis.txt"), "years of work");
}

}  // namespace
}  // namespace clew::simulate
