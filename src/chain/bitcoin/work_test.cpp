#include <gtest/gtest.h>

#include "chain/bitcoin/block.h"

namespace clew::bitcoin {
namespace {

Work times(const Work& one, int count) {
  Work sum{};
  for (int i = 0; i < count; ++i)
    add_work(sum, one);
  return sum;
}

// Known from every node: the genesis block's chain work is 100010001, regtest's is 2.
TEST(Work, OfTheEasiestTargets) {
  EXPECT_EQ(work_of(0x1d00ffff), (Work{0x100010001, 0, 0, 0}));
  EXPECT_EQ(work_of(0x207fffff), (Work{2, 0, 0, 0}));
}

// 2^256 / (target + 1), computed outside with big integers.
TEST(Work, OfRealTargets) {
  EXPECT_EQ(work_of(0x1b0404cb), (Work{0x3fb3ab764c00, 0, 0, 0}));
  EXPECT_EQ(work_of(0x170ed0eb), (Work{0x4cee790d6d2482aa, 0x1147, 0, 0}));
  EXPECT_EQ(work_of(0x01010000), (Work{0, 0, 0, 0x8000000000000000}));
  EXPECT_EQ(work_of(0x03000001), (Work{0, 0, 0, 0x8000000000000000}));
}

TEST(Work, OfImpossibleTargetsIsZero) {
  EXPECT_EQ(work_of(0), Work{});
  EXPECT_EQ(work_of(0x01003456), Work{}) << "rounds to zero";
  EXPECT_EQ(work_of(0x1d80ffff), Work{}) << "negative";
  EXPECT_EQ(work_of(0x21010000), Work{}) << "beyond 256 bits";
  EXPECT_EQ(work_of(0xff123456), Work{}) << "beyond 256 bits";
}

// The largest targets that still fit: the mantissa's high bytes are zero.
TEST(Work, OfTargetsAtTheEdge) {
  EXPECT_EQ(work_of(0x2100ffff), (Work{1, 0, 0, 0}));
  EXPECT_EQ(work_of(0x220000ff), (Work{1, 0, 0, 0}));
  EXPECT_EQ(work_of(0x22000100), Work{});
}

TEST(Work, AddsWithCarry) {
  Work sum{~0ull, ~0ull, 0, 0};
  add_work(sum, {1, 0, 0, 0});
  EXPECT_EQ(sum, (Work{0, 0, 1, 0}));
  sum = {~0ull, ~0ull, ~0ull, 0};
  add_work(sum, {~0ull, ~0ull, ~0ull, 0});
  EXPECT_EQ(sum, (Work{~0ull - 1, ~0ull, ~0ull, 1}));
  EXPECT_EQ(times(work_of(0x1d00ffff), 3), (Work{0x300030003, 0, 0, 0}));
}

TEST(Work, ComparesFromTheTop) {
  EXPECT_TRUE(less_work({9, 9, 9, 0}, {0, 0, 0, 1}));
  EXPECT_FALSE(less_work({0, 0, 0, 1}, {9, 9, 9, 0}));
  EXPECT_TRUE(less_work({1, 0, 0, 0}, {2, 0, 0, 0}));
  EXPECT_FALSE(less_work({2, 0, 0, 0}, {2, 0, 0, 0}));
}

// Genesis headers are facts of their chains.
Bytes genesis(
    std::uint32_t time, std::uint32_t bits, std::uint32_t nonce,
    const char* merkle_root = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b") {
  Header header;
  header.version = 1;
  header.merkle_root = *hash_from_display(merkle_root);
  header.time = time;
  header.bits = bits;
  header.nonce = nonce;
  return encode_header(header);
}

TEST(ProofOfWork, HoldsForGenesisBlocks) {
  const Bytes main = genesis(1231006505, 0x1d00ffff, 2083236893);
  EXPECT_EQ(to_display(block_hash(main)), find_chain("main")->genesis_hash);
  EXPECT_TRUE(proof_of_work_holds(main, *find_chain("main")));
  const Bytes test = genesis(1296688602, 0x1d00ffff, 414098458);
  EXPECT_EQ(to_display(block_hash(test)), find_chain("test")->genesis_hash);
  EXPECT_TRUE(proof_of_work_holds(test, *find_chain("test")));
  const Bytes regtest = genesis(1296688602, 0x207fffff, 2);
  EXPECT_EQ(to_display(block_hash(regtest)), find_chain("regtest")->genesis_hash);
  EXPECT_TRUE(proof_of_work_holds(regtest, *find_chain("regtest")));
}

// Litecoin's blocks are named by their double SHA-256, but worked for with scrypt.
TEST(ProofOfWork, IsScryptOnLitecoin) {
  const Bytes raw = genesis(1317972665, 0x1e0ffff0, 2084524493,
                            "97ddfbbae6be97fd6cdf3e7ca13232a3afff2353e29badfab7f73011edd4ced9");
  const ChainParams& litecoin = *find_chain("litecoin");
  EXPECT_EQ(to_display(block_hash(raw)), litecoin.genesis_hash);
  EXPECT_TRUE(proof_of_work_holds(raw, litecoin));
  EXPECT_FALSE(proof_of_work_holds(raw, *find_chain("main")));
  Bytes other = raw;
  other[76] ^= 1;
  EXPECT_FALSE(proof_of_work_holds(other, litecoin));
}

TEST(ProofOfWork, DoesNotHoldForAnotherNonce) {
  EXPECT_FALSE(
      proof_of_work_holds(genesis(1231006505, 0x1d00ffff, 2083236894), *find_chain("main")));
}

TEST(ProofOfWork, TargetMustKeepTheChainsLimit) {
  const Bytes easy = genesis(1296688602, 0x207fffff, 2);
  EXPECT_TRUE(proof_of_work_holds(easy, *find_chain("regtest")));
  EXPECT_FALSE(proof_of_work_holds(easy, *find_chain("main")));
}

TEST(ProofOfWork, ImpossibleTargetsNeverHold) {
  for (const std::uint32_t bits : {0u, 0x1d80ffffu, 0xff123456u, 0x21010000u}) {
    EXPECT_FALSE(proof_of_work_holds(genesis(1296688602, bits, 2), *find_chain("regtest"))) << bits;
  }
  EXPECT_FALSE(proof_of_work_holds(Bytes(79), *find_chain("regtest")));
}

TEST(Header, RoundTrips) {
  const Bytes raw = genesis(1, 2, 3);
  const auto header = decode_header(raw);
  ASSERT_TRUE(header);
  EXPECT_EQ(encode_header(*header), raw);
  EXPECT_EQ(header->time, 1u);
  EXPECT_EQ(header->bits, 2u);
  EXPECT_EQ(header->nonce, 3u);
  EXPECT_FALSE(decode_header(ByteView(raw).first(79)));
}

}  // namespace
}  // namespace clew::bitcoin
