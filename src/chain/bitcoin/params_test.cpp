#include "chain/bitcoin/params.h"

#include <gtest/gtest.h>

#include <set>

#include "base/sha256.h"

namespace clew::bitcoin {
namespace {

constexpr std::int64_t kCoin = 100'000'000;

struct Genesis {
  std::string_view network;
  std::string_view merkle_root;
  std::uint32_t time, bits, nonce;
};
constexpr std::string_view kBitcoinRoot =
    "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";
constexpr std::string_view kLitecoinRoot =
    "97ddfbbae6be97fd6cdf3e7ca13232a3afff2353e29badfab7f73011edd4ced9";
constexpr std::array kGenesis{
    Genesis{"main", kBitcoinRoot, 1231006505, 0x1d00ffff, 2083236893},
    Genesis{"test", kBitcoinRoot, 1296688602, 0x1d00ffff, 414098458},
    Genesis{"testnet4", "7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e",
            1714777860, 0x1d00ffff, 393743547},
    Genesis{"signet", kBitcoinRoot, 1598918400, 0x1e0377ae, 52613770},
    Genesis{"regtest", kBitcoinRoot, 1296688602, 0x207fffff, 2},
    Genesis{"litecoin", kLitecoinRoot, 1317972665, 0x1e0ffff0, 2084524493},
    Genesis{"litecoin-test", kLitecoinRoot, 1486949366, 0x1e0ffff0, 293345},
    Genesis{"litecoin-regtest", kLitecoinRoot, 1296688602, 0x207fffff, 0},
};

// The hash in each row is that of the header whose fields the network started with.
TEST(Params, GenesisHeadersHashToTheTable) {
  ASSERT_EQ(kGenesis.size(), all_chains().size());
  for (const auto& genesis : kGenesis) {
    const auto* chain = find_chain(genesis.network);
    ASSERT_NE(chain, nullptr) << genesis.network;
    Bytes header;
    append_le(header, std::uint32_t{1});
    header.resize(36);
    const auto root = hash_from_display(genesis.merkle_root).value();
    header.insert(header.end(), root.begin(), root.end());
    append_le(header, genesis.time);
    append_le(header, genesis.bits);
    append_le(header, genesis.nonce);
    ASSERT_EQ(header.size(), 80U);
    EXPECT_EQ(to_display(double_sha256(header)), chain->genesis_hash) << genesis.network;
  }
}

TEST(Params, FirstRowIsBitcoinMain) {
  EXPECT_EQ(all_chains().front().network, "main");
  EXPECT_EQ(all_chains().front().chain, "bitcoin");
}

TEST(Params, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const auto& chain : all_chains()) {
    EXPECT_TRUE(names.insert(chain.network).second) << chain.network;
    EXPECT_EQ(find_chain(chain.network), &chain);
  }
}

TEST(Params, AliasesLeadToTheirNetwork) {
  EXPECT_EQ(find_chain("mainnet"), find_chain("main"));
  EXPECT_EQ(find_chain("bitcoin"), find_chain("main"));
  EXPECT_EQ(find_chain("testnet"), find_chain("test"));
  EXPECT_EQ(find_chain("testnet3"), find_chain("test"));
  EXPECT_EQ(find_chain("litecoin-mainnet"), find_chain("litecoin"));
  EXPECT_EQ(find_chain("litecoin-testnet"), find_chain("litecoin-test"));
  for (const auto* unknown : {"", "Main", "main ", "testnet5", "dogecoin"})
    EXPECT_EQ(find_chain(unknown), nullptr) << unknown;
}

TEST(Params, MagicNamesTheNetwork) {
  EXPECT_EQ(find_chain_by_magic(0xd9b4bef9)->network, "main");
  EXPECT_EQ(find_chain_by_magic(0x0709110b)->network, "test");
  EXPECT_EQ(find_chain_by_magic(0x283f161c)->network, "testnet4");
  EXPECT_EQ(find_chain_by_magic(0x40cf030a)->network, "signet");
  EXPECT_EQ(find_chain_by_magic(0xdbb6c0fb)->network, "litecoin");
  EXPECT_EQ(find_chain_by_magic(0xf1c8d2fd)->network, "litecoin-test");
  // Both regression test networks use one magic; Bitcoin's comes first.
  EXPECT_EQ(find_chain_by_magic(0xdab5bffa)->network, "regtest");
  EXPECT_EQ(find_chain_by_magic(0), nullptr);
}

TEST(Params, SubsidyHalvesUntilNothingIsLeft) {
  const auto& main = *find_chain("main");
  EXPECT_EQ(subsidy(main, 0), 50 * kCoin);
  EXPECT_EQ(subsidy(main, 209'999), 50 * kCoin);
  EXPECT_EQ(subsidy(main, 210'000), 25 * kCoin);
  EXPECT_EQ(subsidy(main, 420'000), 1'250'000'000);
  EXPECT_EQ(subsidy(main, 840'000), 312'500'000);
  EXPECT_EQ(subsidy(main, 32 * 210'000), 1);
  EXPECT_EQ(subsidy(main, 33 * 210'000), 0);
  EXPECT_EQ(subsidy(main, 64 * 210'000), 0);
  EXPECT_EQ(subsidy(main, 0xffffffff), 0);
}

TEST(Params, SubsidyFollowsTheInterval) {
  EXPECT_EQ(subsidy(*find_chain("regtest"), 149), 50 * kCoin);
  EXPECT_EQ(subsidy(*find_chain("regtest"), 150), 25 * kCoin);
  EXPECT_EQ(subsidy(*find_chain("litecoin"), 839'999), 50 * kCoin);
  EXPECT_EQ(subsidy(*find_chain("litecoin"), 840'000), 25 * kCoin);
}

TEST(Params, MainIssuesJustUnderTwentyOneMillion) {
  const auto& main = *find_chain("main");
  std::int64_t sum = 0;
  for (std::uint32_t era = 0; era < 70; ++era)
    sum += subsidy(main, era * main.halving_interval) * main.halving_interval;
  EXPECT_EQ(sum, 2'099'999'997'690'000);
}

}  // namespace
}  // namespace clew::bitcoin
