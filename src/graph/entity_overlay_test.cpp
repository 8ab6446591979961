// Entities of final blocks with the head on top, against the same entities built whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "graph/entity_overlay_test_support.h"
#include "tests/memory_files.h"
#include "tests/random_world.h"

namespace clew::graph::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A random chain that grows and forks, and the ledger that follows it.
class FollowedWorld {
 public:
  FollowedWorld(std::uint64_t seed, const WorldShape& shape) : random_(seed), shape_(shape) {}

  std::mt19937_64& random() { return random_; }
  const TestLedger& ledger() const { return ledger_; }
  std::uint32_t tip() const { return static_cast<std::uint32_t>(chain_.blocks.size()) - 1; }

  void grow(std::uint32_t blocks) {
    for (std::uint32_t i = 0; i < blocks; ++i) {
      coins_before_.push_back(coins_);
      test::grow(chain_, random_, shape_, coins_, branch_);
    }
  }
  // Another branch from `height` on.
  void fork(std::uint32_t height) {
    chain_.fork_at(height);
    coins_ = coins_before_.at(height);
    coins_before_.resize(height);
    ++branch_;
  }
  // One commit: the ledger holds the chain's blocks, and no others.
  void follow() {
    fill(ledger_, [&](ledger::Writer& writer, bitcoin::BlockDecoder& decoder) {
      bitcoin::Block block;
      for (const TinyBlock& tiny : chain_.blocks) {
        if (writer.hash_at(tiny.height) == tiny.hash) continue;
        if (writer.hash_at(tiny.height)) {
          ASSERT_TRUE(writer.unwind(tiny.height));
        }
        append(writer, decoder.decode(tiny.raw, block), block, tiny.height);
      }
    });
  }

 private:
  std::mt19937_64 random_;
  WorldShape shape_;
  TestLedger ledger_;
  TinyChain chain_;
  std::vector<std::tuple<Hash256, std::uint32_t, std::int64_t>> coins_;
  std::vector<decltype(coins_)> coins_before_;  // by height
  std::uint32_t branch_ = 0;
};

class EntityOverlayTest : public testing::Test {
 protected:
  // Labels name one address in five, as one of five services. As in the program, the numbers of
  // services follow from which of the labelled addresses the ledger holds.
  std::vector<ServiceAddress> labelled(const ledger::Snapshot& snapshot) const {
    std::map<bitcoin::Address, AddressId> canonical;
    for (AddressId id = 0; id < snapshot.address_count(); ++id)
      if (const auto address = snapshot.address(id); mark(address) % 5 == 0)
        canonical.emplace(address, id);
    std::map<std::uint32_t, ServiceId> numbers;
    std::vector<ServiceAddress> services;
    for (const auto& [address, id] : canonical) {
      const std::uint32_t name = one_party_ ? 0 : mark(address) / 5 % 5;
      const auto number = numbers.emplace(name, static_cast<ServiceId>(numbers.size()));
      services.push_back({id, number.first->second});
    }
    return services;
  }
  static std::uint32_t mark(const bitcoin::Address& address) {
    std::uint32_t sum = static_cast<std::uint32_t>(address.kind) + 3;
    for (const auto byte : address.payload)
      sum = sum * 31 + byte;
    return sum >> 3;
  }

  EntityOptions options(const ledger::Snapshot& snapshot) {
    EntityOptions options;
    options.rules = rules_;
    options.coinjoins = {"a quarter", [this, snapshot](TxIndex tx) {
                           lowest_asked_ = std::min(lowest_asked_,
                                                    snapshot.height_of(snapshot.block_of_tx(tx)));
                           return snapshot.txid(tx)[0] % 4 == 0;
                         }};
    options.services = {labels_, [this, snapshot] { return labelled(snapshot); }};
    options.final_blocks = {depth_, 0, behind_, ~std::uint64_t{0} >> 1};
    return options;
  }
  // Opened from the ledger's folder, and compared with what a whole build gives.
  Entities open(const FollowedWorld& world, std::mt19937_64& random) {
    const auto snapshot = world.ledger().snapshot();
    const auto chosen = options(snapshot);
    notices_.clear();
    lowest_asked_ = ~std::uint32_t{0};
    auto entities = Entities::open(snapshot, world.ledger().directory(), chosen, notices_);
    EXPECT_TRUE(entities) << entities.error().message;
    const auto lowest = lowest_asked_;
    expect_same(*entities, Entities::build(snapshot, chosen).value(), snapshot, random);
    lowest_asked_ = lowest;
    return *entities;
  }
  Entities open(FollowedWorld& world) { return open(world, world.random()); }
  // The one stored file.
  static std::string stored(const FollowedWorld& world) {
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(world.ledger().directory() + "/entities"))
      paths.push_back(entry.path().string());
    EXPECT_THAT(paths, SizeIs(1));
    return paths.empty() ? std::string() : paths[0];
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static constexpr WorldShape kShape{0, 6, 160};
  RuleSet rules_ = kDefaultRules;
  std::uint32_t depth_ = 6, behind_ = 1000;
  std::string labels_ = "labels 1";
  bool one_party_ = false;
  std::uint32_t lowest_asked_ = 0;
  std::vector<std::string> notices_;
};

TEST_F(EntityOverlayTest, answers_as_a_whole_build_does) {
  std::size_t held_back_early = 0, held_back_late = 0, long_ways = 0, shorter = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE(seed);
    FollowedWorld world(seed, kShape);
    auto& random = world.random();
    depth_ = 1 + static_cast<std::uint32_t>(random() % 10);
    rules_ = seed % 3 == 0 ? RuleSet{Rule::multi_input, Rule::address_type, Rule::optimal_change}
                           : kDefaultRules;
    world.grow(depth_ + 10 + random() % 30);
    world.follow();
    const std::uint32_t height = world.tip() - depth_;
    open(world);
    const auto base = content(stored(world));
    for (int step = 0; step < 4; ++step) {
      if (step == 2) world.fork(height + 1 + static_cast<std::uint32_t>(random() % depth_));
      world.grow(static_cast<std::uint32_t>(1 + random() % 12));
      shorter += world.tip() < height + depth_;
      world.follow();
      const auto entities = open(world);
      ASSERT_THAT(notices_, IsEmpty());
      ASSERT_GT(lowest_asked_, height) << "final blocks were gone through again";
      ASSERT_TRUE(content(stored(world)) == base);
      const auto snapshot = world.ledger().snapshot();
      for (const auto& join : entities.held_back())
        ++(snapshot.height_of(snapshot.block_of_tx(join.tx)) > height ? held_back_late
                                                                      : held_back_early);
      for (AddressId id = 0; id < snapshot.address_count(); ++id) {
        const auto way = entities.why(id, entities.entity(id).value());
        bool head = false, below = false;
        for (const auto& link : *way)
          (snapshot.height_of(snapshot.block_of_tx(link.tx)) > height ? head : below) = true;
        long_ways += head && below;
      }
    }
  }
  // The worlds hold what the comparison is about.
  EXPECT_GT(held_back_early, 20u);
  EXPECT_GT(held_back_late, 20u);
  EXPECT_GT(long_ways, 500u);
  EXPECT_GT(shorter, 0u);
}

TEST_F(EntityOverlayTest, a_reorganisation_of_final_blocks_is_told_and_mended) {
  FollowedWorld world(7, kShape);
  world.grow(40);
  world.follow();
  open(world);
  const auto base = content(stored(world));
  world.fork(world.tip() - depth_);  // the newest final block is replaced
  world.grow(10);
  world.follow();
  open(world);
  EXPECT_THAT(notices_, ElementsAre(HasSubstr("no longer the chain's lower part")));
  EXPECT_FALSE(content(stored(world)) == base);
  open(world);
  EXPECT_THAT(notices_, IsEmpty());
}

TEST_F(EntityOverlayTest, other_labels_are_other_entities) {
  FollowedWorld world(8, kShape);
  world.grow(120);
  world.follow();
  EXPECT_FALSE(open(world).held_back().empty());
  const auto first = stored(world);
  labels_ = "labels 2";
  one_party_ = true;
  EXPECT_THAT(open(world).held_back(), IsEmpty());
  EXPECT_THAT(notices_, IsEmpty());
  EXPECT_NE(stored(world), first) << "and the old file is gone";
}

// A new block may show an address whose label tells that two names are one party's.
TEST_F(EntityOverlayTest, parties_that_turn_out_to_be_one_are_told_and_mended) {
  FollowedWorld world(9, kShape);
  world.grow(120);
  world.follow();
  EXPECT_FALSE(open(world).held_back().empty());
  one_party_ = true;
  EXPECT_THAT(open(world).held_back(), IsEmpty());
  EXPECT_THAT(notices_, ElementsAre(HasSubstr("parties were numbered otherwise")));
}

TEST_F(EntityOverlayTest, is_made_anew_when_too_many_final_blocks_are_missing) {
  behind_ = 5;
  FollowedWorld world(10, kShape);
  world.grow(40);
  world.follow();
  open(world);
  const auto base = content(stored(world));
  world.grow(5);
  world.follow();
  open(world);
  EXPECT_TRUE(content(stored(world)) == base);
  world.grow(1);
  world.follow();
  open(world);
  EXPECT_THAT(notices_, IsEmpty());
  EXPECT_FALSE(content(stored(world)) == base);
}

TEST_F(EntityOverlayTest, damage_is_told_and_mended) {
  FollowedWorld world(11, kShape);
  world.grow(40);
  world.follow();
  open(world);
  const auto path = stored(world);
  const auto size = fs::file_size(path);
  for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{5000}, size / 2, size - 1}) {
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(at));
      const int byte = file.get();
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(byte ^ 4));
    }
    EXPECT_THAT(verify_stored_entities(world.ledger().directory()), SizeIs(1)) << "byte " << at;
    open(world);
    EXPECT_THAT(notices_, ElementsAre(HasSubstr("built anew"))) << "byte " << at;
    EXPECT_THAT(verify_stored_entities(world.ledger().directory()), IsEmpty());
  }
}

// The new file is written beside the old one, which stays whole if there is no room for both.
TEST_F(EntityOverlayTest, a_full_disk_costs_time_and_no_answer) {
  behind_ = 5;
  FollowedWorld world(14, kShape);
  world.grow(40);
  world.follow();
  MemoryFiles files;
  const auto open_there = [&] {
    const auto snapshot = world.ledger().snapshot();
    const auto chosen = options(snapshot);
    notices_.clear();
    const auto entities = Entities::open(snapshot, "there", chosen, notices_, files);
    ASSERT_TRUE(entities) << entities.error().message;
    expect_same(*entities, Entities::build(snapshot, chosen).value(), snapshot, world.random());
  };
  open_there();
  EXPECT_THAT(notices_, IsEmpty());
  files.capacity = files.bytes_used() + 100;
  world.grow(20);
  world.follow();
  for (int again = 0; again < 2; ++again) {
    open_there();
    EXPECT_THAT(notices_, ElementsAre(HasSubstr("not stored")));
    EXPECT_THAT(verify_stored_entities("there", files), IsEmpty());
  }
  files.capacity.reset();
  open_there();
  EXPECT_THAT(notices_, IsEmpty());
}

// What looks ahead, or has a height, depends on more than final blocks.
TEST_F(EntityOverlayTest, rules_that_look_ahead_are_built_whole) {
  FollowedWorld world(12, kShape);
  rules_ = {Rule::multi_input, Rule::one_time_change};
  world.grow(40);
  world.follow();
  open(world);
  EXPECT_LE(lowest_asked_, world.tip() - depth_);
  world.grow(1);
  world.follow();
  open(world);
  EXPECT_LE(lowest_asked_, world.tip() - depth_);
}

// History that came later has higher numbers than the head, whose numbers thus are not the last,
// until that head is final itself.
TEST_F(EntityOverlayTest, history_that_came_after_the_head_is_built_whole) {
  std::mt19937_64 random(13);
  const auto chain = random_world(13, {60, 6, 160});
  const TestLedger ledger;
  const auto arrive = [&](std::size_t from, std::size_t to) {
    fill(ledger, [&](ledger::Writer& writer, bitcoin::BlockDecoder& decoder) {
      bitcoin::Block block;
      for (std::size_t i = from; i < to; ++i)
        append(writer, decoder.decode(chain.blocks[i].raw, block), block, chain.blocks[i].height);
    });
    const auto snapshot = ledger.snapshot();
    const auto chosen = options(snapshot);
    lowest_asked_ = ~std::uint32_t{0};
    const auto entities = Entities::open(snapshot, ledger.directory(), chosen, notices_);
    ASSERT_TRUE(entities) << entities.error().message;
    const auto lowest = lowest_asked_;
    expect_same(*entities, Entities::build(snapshot, chosen).value(), snapshot, random);
    lowest_asked_ = lowest;
  };
  arrive(20, 40);
  arrive(40, 45);
  EXPECT_GT(lowest_asked_, 33u) << "upon the blocks up to 39 - 6";
  arrive(0, 20);
  EXPECT_LT(lowest_asked_, 20u);
  arrive(45, 52);
  EXPECT_LT(lowest_asked_, 20u);
  arrive(52, 54);
  EXPECT_GT(lowest_asked_, 45u) << "upon the blocks up to 51 - 6";
  EXPECT_THAT(notices_, IsEmpty());
}

}  // namespace
}  // namespace clew::graph::test
