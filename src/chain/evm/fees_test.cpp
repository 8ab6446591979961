#include "chain/evm/fees.h"

#include <gmock/gmock.h>

#include "chain/evm/block_rewards.h"

namespace clew::evm {
namespace {

using chain::Transfer;
using testing::HasSubstr;

GasPrice price(std::optional<U256> base, std::uint64_t max_fee, std::uint64_t max_priority) {
  Header header;
  header.base_fee = base;
  Transaction tx;
  tx.max_fee = U256(max_fee);
  tx.max_priority_fee = U256(max_priority);
  return effective_gas_price(header, tx);
}

TEST(Fees, FollowTheBaseFee) {
  const auto expect = [](const GasPrice& one, std::uint64_t base, std::uint64_t priority) {
    EXPECT_EQ(one.base, U256(base));
    EXPECT_EQ(one.priority, U256(priority));
  };
  expect(price(std::nullopt, 50, 50), 0, 50);  // before London
  expect(price(U256(10), 50, 50), 10, 40);     // one gas price
  expect(price(U256(10), 50, 3), 10, 3);
  expect(price(U256(10), 12, 3), 10, 2);
  expect(price(U256(10), 10, 3), 10, 0);
  expect(price(U256(10), 0, 0), 0, 0);  // free, as a chain's own transactions may be
  expect(price(U256::max(), 7, 7), 7, 0);
}

// https://github.com/ethereum/EIPs/blob/master/EIPS/eip-4844.md: fake_exponential, computed apart.
TEST(Fees, OfBlobsFollowTheExcess) {
  const auto blob_price = [](std::uint64_t excess, std::uint64_t fraction) {
    return blob_gas_price(excess, fraction).value_or(U256()).to_u64();
  };
  EXPECT_EQ(blob_price(0, 1), 1u);
  EXPECT_EQ(blob_price(2, 1), 6u);
  EXPECT_EQ(blob_price(4, 2), 6u);
  EXPECT_EQ(blob_price(3, 1), 16u);
  EXPECT_EQ(blob_price(6, 2), 18u);
  EXPECT_EQ(blob_price(8, 2), 50u);
  EXPECT_EQ(blob_price(5, 1), 136u);
  EXPECT_EQ(blob_price(5, 2), 11u);
  EXPECT_EQ(blob_price(50'000'000, 2'225'652), 5'709'098'764u);
  EXPECT_EQ(blob_gas_price(1, 0), std::nullopt);
  EXPECT_EQ(blob_gas_price(~0ULL, 1), std::nullopt);
  EXPECT_EQ(blob_gas_price(~0ULL, 3338477), std::nullopt);
}

TEST(Fees, OfBlobsFollowTheForkOfTheChain) {
  const ChainParams chain = chain_params(1);
  Header header;
  EXPECT_EQ(blob_gas_price(header, chain), std::nullopt);
  header.blobs.emplace().excess_gas = 30'000'000;
  std::vector<std::uint64_t> prices;
  for (const std::uint64_t time :
       {1'720'000'000u, 1'750'000'000u, 1'764'800'000u, 1'765'300'000u, 1'770'000'000u}) {
    header.time = time;
    prices.push_back(*blob_gas_price(header, chain)->to_u64());
  }
  EXPECT_THAT(prices, testing::ElementsAre(7991, 399, 399, 36, 13));
  header.time = 1'700'000'000;
  EXPECT_EQ(blob_gas_price(header, chain), std::nullopt);
  EXPECT_EQ(blob_gas_price(header, chain_params(31337)), std::nullopt);
}

struct Rewarded {
  Block block;
  std::vector<TracedReward> traced;

  Rewarded(std::uint64_t number, std::vector<std::uint64_t> uncles) {
    block.header.number = number;
    block.header.difficulty = U256(1);
    block.header.beneficiary = {1};
    for (const std::uint64_t uncle : uncles) {
      Header& header = block.uncles.emplace_back();
      header.number = uncle;
      header.beneficiary = {static_cast<std::uint8_t>(number - uncle + 10)};
      block.uncle_hashes.emplace_back();
    }
  }
  std::vector<std::string> values(std::uint64_t chain_id = 1, std::uint64_t* unknown = nullptr) {
    std::vector<Transfer> out;
    const auto done = append_rewards(block, chain_params(chain_id), traced, out);
    if (!done) return {done.error().message};
    if (unknown != nullptr) *unknown = *done;
    std::vector<std::string> values;
    for (const Transfer& one : out) {
      EXPECT_EQ(one.place, values.size());
      values.push_back(one.value.to_decimal());
    }
    return values;
  }
};

TEST(BlockRewards, FallWithTheHeight) {
  using testing::ElementsAre;
  EXPECT_THAT(Rewarded(1, {}).values(), ElementsAre("5000000000000000000"));
  EXPECT_THAT(Rewarded(4'369'999, {}).values(), ElementsAre("5000000000000000000"));
  EXPECT_THAT(Rewarded(4'370'000, {}).values(), ElementsAre("3000000000000000000"));
  EXPECT_THAT(Rewarded(7'280'000, {}).values(), ElementsAre("2000000000000000000"));
  Rewarded merged(15'537'394, {});
  merged.block.header.difficulty = U256();
  EXPECT_THAT(merged.values(), testing::IsEmpty());
  EXPECT_THAT(Rewarded(1, {}).values(31337), testing::IsEmpty());
}

TEST(BlockRewards, ShareWithUncles) {
  EXPECT_THAT(
      Rewarded(100, {99, 94}).values(),
      testing::ElementsAre("5312500000000000000", "4375000000000000000", "1250000000000000000"));
  EXPECT_THAT(Rewarded(100, {93}).values()[0], HasSubstr("names block 93 as its uncle"));
  EXPECT_THAT(Rewarded(100, {100}).values()[0], HasSubstr("names block 100 as its uncle"));
}

TEST(BlockRewards, OfUnknownUnclesAreTracedOrMissing) {
  Rewarded one(100, {99});
  one.block.uncles.clear();
  std::uint64_t unknown = 0;
  EXPECT_THAT(one.values(1, &unknown), testing::ElementsAre("5156250000000000000"));
  EXPECT_EQ(unknown, 1u);
  one.traced = {{{1}, false, U256(5'156'250'000'000'000'000)},
                {{7}, true, U256(4'375'000'000'000'000'000)}};
  EXPECT_THAT(one.values(1, &unknown),
              testing::ElementsAre("5156250000000000000", "4375000000000000000"));
  EXPECT_EQ(unknown, 0u);
}

TEST(BlockRewards, ThatAreTracedOtherwiseAreRefused) {
  Rewarded one(100, {});
  one.traced = {{{1}, false, U256(5)}};
  EXPECT_THAT(one.values()[0], HasSubstr("block 100: a reward of 5000000000000000000 to 0x01"));
  one.traced = {{{2}, false, U256(5'000'000'000'000'000'000)}};
  EXPECT_THAT(one.values()[0], HasSubstr("is not among those traced"));
  EXPECT_THAT(one.values(31337), testing::ElementsAre("5000000000000000000"));
  one.block.header.difficulty = U256();
  EXPECT_THAT(one.values(), testing::IsEmpty());  // traced after the Merge, where there is none
}

TEST(ChainParams, AreFoundByNameAndId) {
  EXPECT_EQ(find_chain("ethereum")->chain_id, 1u);
  EXPECT_EQ(find_chain(137)->coin, "POL");
  EXPECT_EQ(find_chain("nowhere"), nullptr);
  EXPECT_EQ(chain_params(77).name, "evm-77");
  EXPECT_TRUE(chain_params(77).rewards.empty());
  std::vector<std::string> names;
  for (const ChainParams& chain : known_chains()) {
    EXPECT_EQ(find_chain(chain.chain_id), &chain);
    EXPECT_EQ(find_chain(chain.name), &chain);
  }
}

}  // namespace
}  // namespace clew::evm
