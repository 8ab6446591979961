// Entities as the ledger's directory keeps them: used again, replaced, checked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "graph/entity_test_support.h"

namespace clew::graph::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

bitcoin::OwnedTransaction transaction(std::vector<bitcoin::OwnedInput> inputs,
                                      std::vector<bitcoin::OwnedOutput> outputs) {
  bitcoin::OwnedTransaction tx;
  tx.inputs = std::move(inputs);
  tx.outputs = std::move(outputs);
  return tx;
}

class EntityStoreTest : public testing::Test {
 protected:
  // The coins of 1 and 2 are spent together; those of 3 and 4 as well, in what may be a CoinJoin.
  void SetUp() override {
    TinyChain chain;
    std::vector<Hash256> coins;
    for (std::uint32_t miner = 1; miner <= 4; ++miner)
      coins.push_back(chain.add(miner));
    chain.add(9, {transaction({spend(coins[0], 0), spend(coins[1], 0)}, {pay(5, 100)})});
    chain.add(9, {transaction({spend(coins[2], 0), spend(coins[3], 0)}, {pay(6, 100)})});
    fill_from(ledger_, chain);
    next_ = [chain]() mutable {
      chain.add(7);
      return chain;
    };
  }

  Entities open() {
    EntityOptions options;
    options.rules = rules_;
    options.coinjoins = {"none", [this](TxIndex) {
                           ++asked_;
                           return false;
                         }};
    options.services = {labels_, [this] { return services_; }};
    options.as_of_height = as_of_;
    notices_.clear();
    auto entities = Entities::open(ledger_.snapshot(), ledger_.directory(), options, notices_);
    EXPECT_TRUE(entities) << entities.error().message;
    return *entities;
  }
  AddressId id(std::uint32_t number) const {
    const auto found = ledger_.snapshot().find_address(address_of(number));
    EXPECT_TRUE(found.has_value());
    return found.value_or(ledger::kNoAddress);
  }
  bool together(const Entities& entities, std::uint32_t a, std::uint32_t b) const {
    return entities.entity(id(a)) == entities.entity(id(b));
  }
  std::vector<std::string> files() const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(ledger_.directory() + "/entities"))
      paths.push_back(entry.path().string());
    return paths;
  }

  TestLedger ledger_;
  std::function<TinyChain()> next_;  // the chain with a block more
  RuleSet rules_ = kDefaultRules;
  std::string labels_ = "labels 1";
  std::vector<ServiceAddress> services_;
  std::optional<std::uint32_t> as_of_;
  int asked_ = 0;
  std::vector<std::string> notices_;
};

TEST_F(EntityStoreTest, is_read_the_second_time) {
  const auto built = open();
  EXPECT_EQ(asked_, 2);
  EXPECT_TRUE(together(built, 1, 2));
  EXPECT_FALSE(together(built, 1, 3));
  const auto read = open();
  EXPECT_EQ(asked_, 2) << "built again";
  EXPECT_THAT(notices_, IsEmpty());
  EXPECT_EQ(read.basis(), built.basis());
  EXPECT_EQ(read.entity_count(), built.entity_count());
  EXPECT_THAT(read.why(id(1), id(2)).value(), SizeIs(1));
  EXPECT_THAT(read.members(read.entity(id(4)).value()), ElementsAre(id(3), id(4)));
}

TEST_F(EntityStoreTest, keeps_one_file_for_each_choice_of_rules) {
  open();
  rules_ = parse_rules("multi_input,one_time_change").value();
  open();
  EXPECT_THAT(files(), SizeIs(2));
}

TEST_F(EntityStoreTest, drops_what_rests_on_older_labels) {
  open();
  labels_ = "labels 2";
  services_ = {{id(1), 0}, {id(2), 1}};
  const auto guarded = open();
  EXPECT_FALSE(together(guarded, 1, 2));
  EXPECT_THAT(guarded.held_back(), SizeIs(1));
  EXPECT_THAT(files(), SizeIs(1));
  const auto read = open();
  EXPECT_THAT(read.held_back(), SizeIs(1));
  EXPECT_EQ(read.held_back()[0].service_a, 0u);
  EXPECT_EQ(read.held_back()[0].service_b, 1u);
}

TEST_F(EntityStoreTest, drops_what_rests_on_an_older_ledger) {
  open();
  const auto before = files();
  fill_from(ledger_, next_());
  open();
  EXPECT_THAT(files(), SizeIs(1));
  EXPECT_NE(files(), before);
}

TEST_F(EntityStoreTest, tells_what_was_known_at_a_height) {
  as_of_ = 4;
  const auto then = open();
  EXPECT_TRUE(together(then, 1, 2));
  EXPECT_FALSE(together(then, 3, 4)) << "spent together one block later";
  EXPECT_EQ(then.entity(id(6)), std::nullopt) << "not known yet";
  as_of_.reset();
  EXPECT_TRUE(together(open(), 3, 4));
}

TEST_F(EntityStoreTest, damage_is_named_and_mended_by_building_anew) {
  open();
  const std::string path = files().at(0);
  const auto size = fs::file_size(path);
  for (const std::uint64_t at : {std::uint64_t{0}, size / 2, size - 1}) {
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(at));
      const int byte = file.get();
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(byte ^ 4));
    }
    const auto problems = verify_stored_entities(ledger_.directory());
    ASSERT_THAT(problems, SizeIs(1)) << "byte " << at;
    EXPECT_THAT(problems[0], HasSubstr(fs::path(path).filename().string()));
    EXPECT_TRUE(together(open(), 1, 2));
    EXPECT_THAT(notices_, ElementsAre(HasSubstr("built anew"))) << "byte " << at;
    EXPECT_THAT(verify_stored_entities(ledger_.directory()), IsEmpty());
  }
}

}  // namespace
}  // namespace clew::graph::test
