#include "base/sha256.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/sha256_kernel.h"

namespace clew {
namespace {

using sha256_detail::Kernel;

Bytes random_bytes(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  return bytes;
}

Hash256 digest_by_openssl(ByteView message) {
  Hash256 out;
  sha256_detail::openssl_kernel().digest(message, out.data());
  return out;
}

// Every kernel of this machine; what cannot run here is said by the first test.
class EveryKernel : public testing::TestWithParam<const Kernel*> {};

std::vector<const Kernel*> kernels() {
  std::vector<const Kernel*> all{&sha256_detail::openssl_kernel()};
  if (std::string_view(sha256_kernel()) == "sha-ni") all.push_back(sha256_detail::sha_ni_kernel());
  return all;
}

INSTANTIATE_TEST_SUITE_P(Sha256, EveryKernel, testing::ValuesIn(kernels()), [](const auto& kernel) {
  return std::string(kernel.param->name) == "openssl" ? "openssl" : "sha_ni";
});

TEST(Sha256, FastKernelIsChosenWhereItCanRun) {
  if (std::string_view(sha256_kernel()) == "openssl") {
    GTEST_SKIP() << "NOT CHECKED: this machine or build has no SHA instructions";
  }
  EXPECT_STREQ(sha256_kernel(), "sha-ni");
}

// FIPS 180-4 examples and the long message of NIST's test set.
TEST_P(EveryKernel, GivesTheStandardsExamples) {
  const auto hex_of = [&](std::string_view text) {
    Hash256 out;
    GetParam()->digest(as_bytes(text), out.data());
    return to_hex(out);
  };
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Each length up to a few blocks, so that every way of padding is met in each lane, beside
// neighbours that end earlier and later.
TEST_P(EveryKernel, HashesBatchesOfEverySizeAndLength) {
  for (std::size_t count = 0; count < 12; ++count) {
    for (std::size_t length = 0; length < 200; ++length) {
      std::vector<Bytes> texts;
      for (std::size_t i = 0; i < count; ++i) {
        texts.push_back(
            random_bytes((length * (i + 1) + 7 * i) % 331, static_cast<std::uint32_t>(i)));
      }
      const std::vector<ByteView> messages(texts.begin(), texts.end());
      std::vector<Hash256> out(count);
      GetParam()->double_many(messages.data(), count, out.data());
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(out[i], digest_by_openssl(digest_by_openssl(texts[i])))
            << count << " messages, number " << i << " of " << texts[i].size() << " bytes";
      }
    }
  }
}

TEST_P(EveryKernel, HashesPairsInPlace) {
  for (std::size_t count = 0; count < 9; ++count) {
    Bytes pairs = random_bytes(64 * count, 5);
    std::vector<Hash256> expected;
    for (std::size_t i = 0; i < count; ++i) {
      expected.push_back(digest_by_openssl(digest_by_openssl(ByteView(pairs).subspan(64 * i, 64))));
    }
    GetParam()->double_pairs(pairs.data(), count, pairs.data());
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(to_hex(ByteView(pairs).subspan(32 * i, 32)), to_hex(expected[i]));
    }
  }
}

TEST(Sha256, PublicFunctionsAgree) {
  const Bytes text = random_bytes(777, 1);
  EXPECT_EQ(sha256(text), digest_by_openssl(text));
  EXPECT_EQ(double_sha256(text), sha256(sha256(text)));
  const std::vector<ByteView> messages{text, text};
  std::vector<Hash256> out(2);
  double_sha256_many(messages, out);
  EXPECT_EQ(out[0], double_sha256(text));
  EXPECT_EQ(out[1], out[0]);
}

// The public key of private key 1 and its hash, as in BIP 173.
TEST(Hash160, GivesTheKnownKeyHash) {
  const auto key = from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  EXPECT_EQ(to_hex(hash160(*key)), "751e76e8199196d454941c45d1b3a323f1433bd6");
}

TEST(Sha256, ThreadsDoNotDisturbEachOther) {
  const Bytes text = random_bytes(5000, 2);
  const Hash256 expected = digest_by_openssl(text);
  const Hash160 expected_160 = hash160(text);
  std::vector<std::thread> threads;
  std::array<int, 4> wrong{};
  for (int& failures : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        failures += digest_by_openssl(text) != expected || hash160(text) != expected_160;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

// The definition, one pair at a time.
Hash256 plain_merkle_root(std::vector<Hash256> level) {
  while (level.size() > 1) {
    if (level.size() % 2 != 0) level.push_back(level.back());
    std::vector<Hash256> next;
    for (std::size_t i = 0; i < level.size(); i += 2) {
      Bytes pair(level[i].begin(), level[i].end());
      pair.insert(pair.end(), level[i + 1].begin(), level[i + 1].end());
      next.push_back(digest_by_openssl(digest_by_openssl(pair)));
    }
    level = std::move(next);
  }
  return level.front();
}

std::vector<Hash256> distinct_hashes(std::size_t count) {
  std::vector<Hash256> hashes(count);
  for (std::size_t i = 0; i < count; ++i)
    hashes[i] = sha256(as_bytes(std::to_string(i)));
  return hashes;
}

TEST(MerkleRoot, FollowsTheDefinitionForEveryCount) {
  for (std::size_t count = 1; count < 70; ++count) {
    const auto leaves = distinct_hashes(count);
    auto level = leaves;
    bool mutated = true;
    EXPECT_EQ(merkle_root(level, &mutated), plain_merkle_root(leaves)) << count;
    EXPECT_FALSE(mutated) << count;
  }
}

TEST(MerkleRoot, OfNothingIsZero) {
  std::vector<Hash256> none;
  bool mutated = true;
  EXPECT_EQ(merkle_root(none, &mutated), Hash256{});
  EXPECT_FALSE(mutated);
}

TEST(MerkleRoot, OfOneIsItself) {
  auto one = distinct_hashes(1);
  const Hash256 leaf = one.front();
  EXPECT_EQ(merkle_root(one), leaf);
}

// CVE-2012-2459: repeating the last 2^k leaves of an odd level leaves the root as it was.
TEST(MerkleRoot, TellsRepeatedLeavesWithTheSameRoot) {
  for (const auto& [count, repeated] : {std::pair{3, 1}, {6, 2}, {12, 4}, {7, 1}, {10, 2}}) {
    auto honest = distinct_hashes(static_cast<std::size_t>(count));
    auto forged = honest;
    forged.insert(forged.end(), honest.end() - repeated, honest.end());
    bool honest_mutated = true;
    bool forged_mutated = false;
    EXPECT_EQ(merkle_root(honest, &honest_mutated), merkle_root(forged, &forged_mutated));
    EXPECT_FALSE(honest_mutated) << count;
    EXPECT_TRUE(forged_mutated) << count;
  }
}

TEST(MerkleRoot, EqualLeavesThatAreNoPairAreNoMutation) {
  auto leaves = distinct_hashes(4);
  leaves[2] = leaves[1];
  bool mutated = true;
  merkle_root(leaves, &mutated);
  EXPECT_FALSE(mutated);
}

}  // namespace
}  // namespace clew
