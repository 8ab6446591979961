#include "base/keccak.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "base/keccak_kernel.h"

namespace clew {
namespace {

using keccak_detail::Kernel;

// Keccak as the reference tells it, coordinate by coordinate, with rotations and constants
// derived from their definitions: shares neither a table nor a line with the kernels.
class Textbook {
 public:
  static Hash256 hash(ByteView message) {
    Bytes padded(message.begin(), message.end());
    padded.resize((message.size() / 136 + 1) * 136);
    padded[message.size()] ^= 0x01;
    padded.back() ^= 0x80;
    Textbook state;
    for (std::size_t i = 0; i < padded.size(); ++i) {
      const std::size_t at = i % 136;
      state.lane(at / 8 % 5, at / 40) ^= std::uint64_t{padded[i]} << (8 * (at % 8));
      if (at == 135) state.permute();
    }
    Hash256 out;
    for (std::size_t i = 0; i < 32; ++i)
      out[i] = static_cast<std::uint8_t>(state.lane(i / 8, 0) >> (8 * (i % 8)));
    return out;
  }

 private:
  using Lanes = std::array<std::array<std::uint64_t, 5>, 5>;

  std::uint64_t& lane(std::size_t x, std::size_t y) { return a_[x][y]; }

  static std::uint64_t rotated(std::uint64_t word, unsigned by) {
    by %= 64;
    return by == 0 ? word : word << by | word >> (64 - by);
  }

  // Bit t of the linear feedback shift register x^8 + x^6 + x^5 + x^4 + 1.
  static bool register_bit(unsigned t) {
    unsigned bits = 1;
    for (unsigned i = 0; i < t % 255; ++i) {
      bits <<= 1;
      if ((bits & 0x100) != 0) bits ^= 0x171;
    }
    return (bits & 1) != 0;
  }

  void permute() {
    for (unsigned round = 0; round < 24; ++round) {
      theta();
      rho_and_pi();
      chi();
      for (unsigned j = 0; j <= 6; ++j)
        a_[0][0] ^= std::uint64_t{register_bit(j + 7 * round)} << ((1U << j) - 1);
    }
  }
  void theta() {
    std::array<std::uint64_t, 5> parity{};
    for (int x = 0; x < 5; ++x)
      for (int y = 0; y < 5; ++y)
        parity[x] ^= a_[x][y];
    for (int x = 0; x < 5; ++x)
      for (int y = 0; y < 5; ++y)
        a_[x][y] ^= parity[(x + 4) % 5] ^ rotated(parity[(x + 1) % 5], 1);
  }
  void rho_and_pi() {
    Lanes moved{};
    moved[0][0] = a_[0][0];
    int x = 1, y = 0;
    for (unsigned t = 0; t < 24; ++t) {
      const int next_y = (2 * x + 3 * y) % 5;
      moved[y][next_y] = rotated(a_[x][y], (t + 1) * (t + 2) / 2);
      x = y;
      y = next_y;
    }
    a_ = moved;
  }
  void chi() {
    const Lanes before = a_;
    for (int x = 0; x < 5; ++x)
      for (int y = 0; y < 5; ++y)
        a_[x][y] ^= ~before[(x + 1) % 5][y] & before[(x + 2) % 5][y];
  }

  Lanes a_{};
};

Bytes random_bytes(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  return bytes;
}

Hash256 digest_by(const Kernel& kernel, ByteView message) {
  Hash256 out;
  kernel.digest(message, out.data());
  return out;
}

// Hashes of the first bytes of one text, by length, from the textbook.
const Bytes& text() {
  static const Bytes kText = random_bytes(80'000, 42);
  return kText;
}
const Hash256& expected(std::size_t length) {
  static std::map<std::size_t, Hash256> known;
  const auto found = known.find(length);
  if (found != known.end()) return found->second;
  return known[length] = Textbook::hash(ByteView(text()).first(length));
}

void expect_batch(const Kernel& kernel, const std::vector<std::size_t>& lengths) {
  std::vector<ByteView> messages;
  for (const std::size_t length : lengths)
    messages.push_back(ByteView(text()).first(length));
  std::vector<Hash256> out(lengths.size() + 1);
  kernel.many(messages.data(), messages.size(), out.data());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    ASSERT_EQ(to_hex(out[i]), to_hex(expected(lengths[i])))
        << "message " << i << " of " << lengths.size() << ", " << lengths[i] << " bytes";
  }
  ASSERT_EQ(out.back(), Hash256{}) << "written behind the end";
}

// Every kernel of this machine; what cannot run here is said by the first test.
class EveryKeccakKernel : public testing::TestWithParam<const Kernel*> {};

std::vector<const Kernel*> kernels() {
  const auto usable = keccak_detail::usable_kernels();
  return {usable.begin(), usable.end()};
}

INSTANTIATE_TEST_SUITE_P(Kernels, EveryKeccakKernel, testing::ValuesIn(kernels()),
                         [](const auto& kernel) { return std::string(kernel.param->name); });

TEST(Keccak, FastestKernelIsChosen) {
  EXPECT_STREQ(keccak_kernel(), kernels().back()->name);
  if (kernels().size() < 4) {
    GTEST_SKIP() << "NOT CHECKED: kernels faster than " << keccak_kernel()
                 << ", which this machine or build cannot run";
  }
}

// Made with PyCryptodome; the hashes of 0x80 and of the event are the empty trie's root and the
// first topic of every ERC-20 transfer.
TEST_P(EveryKeccakKernel, GivesKnownHashes) {
  const auto hash_of = [&](std::string_view message) {
    const ByteView view = as_bytes(message);
    std::vector<ByteView> messages(9, view);
    std::vector<Hash256> out(9);
    GetParam()->many(messages.data(), messages.size(), out.data());
    const Hash256 alone = digest_by(*GetParam(), view);
    for (const Hash256& hash : out)
      EXPECT_EQ(hash, alone);
    return to_hex(alone);
  };
  EXPECT_EQ(hash_of(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(hash_of("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  EXPECT_EQ(hash_of("\x80"), "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  EXPECT_EQ(hash_of("Transfer(address,address,uint256)"),
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  const std::pair<std::size_t, const char*> repeated[] = {
      {135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"},
      {136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"},
      {137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"},
      {271, "132f47effd6c8b1b299efa53fe68aece77ec8ae4eb2e294f668eec94f76001e1"},
      {272, "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8"},
      {273, "5a7b8187d2778e614097fac3097573de1fee4d972304d3360796a857029bb176"},
      {1'000'000, "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96"}};
  for (const auto& [count, hash] : repeated)
    EXPECT_EQ(hash_of(std::string(count, 'a')), hash) << count;
}

TEST_P(EveryKeccakKernel, AgreesWithTheTextbookAtEveryLength) {
  std::vector<std::size_t> lengths;
  for (std::size_t length = 0; length <= 1000; ++length) {
    ASSERT_EQ(digest_by(*GetParam(), ByteView(text()).first(length)), expected(length)) << length;
    lengths.push_back(length);
  }
  expect_batch(*GetParam(), lengths);
}

// So that every lane is met full, idle and left alone at every point of its message.
TEST_P(EveryKeccakKernel, HashesSmallBatchesOfEverySize) {
  for (std::size_t count = 0; count <= 19; ++count) {
    for (const std::size_t length : {0, 31, 32, 135, 136, 137, 300}) {
      expect_batch(*GetParam(), std::vector<std::size_t>(count, length));
      for (std::size_t odd = 0; odd < count; ++odd) {
        std::vector<std::size_t> lengths(count, length);
        lengths[odd] = 545;
        expect_batch(*GetParam(), lengths);
      }
    }
  }
}

TEST_P(EveryKeccakKernel, HashesRandomMixes) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t longest = round % 3 == 0 ? 140 : 1000;
    std::vector<std::size_t> lengths(random() % 60);
    for (auto& length : lengths)
      length = random() % (longest + 1);
    expect_batch(*GetParam(), lengths);
  }
}

// Long ones among many short, as calldata is: they begin before those given ahead of them.
TEST_P(EveryKeccakKernel, HashesMixesOfShortAndLong) {
  constexpr std::size_t kRate = 136;
  std::mt19937 random(11);
  std::vector<std::size_t> long_ones{80'000, 17'408, 70'000, 4352, 4351, 1087, 1088, 1089, 9000};
  for (std::size_t count = 0; count <= 40; count += 5) {
    std::vector<std::size_t> lengths(count, 100);
    lengths.insert(lengths.end(), long_ones.begin(), long_ones.end());
    std::shuffle(lengths.begin(), lengths.end(), random);
    expect_batch(*GetParam(), lengths);
  }
  expect_batch(*GetParam(), {8 * kRate});
  expect_batch(*GetParam(), {32 * kRate, 32 * kRate - 1, 32 * kRate + 1, 128 * kRate});
}

// A heap block without slack each, so that a sanitizer sees a read beyond a message.
TEST_P(EveryKeccakKernel, ReadsNothingBeyondAMessage) {
  std::vector<Bytes> texts;
  for (std::size_t length = 0; length < 290; ++length) {
    texts.emplace_back(text().begin(), text().begin() + static_cast<std::ptrdiff_t>(length));
    texts.back().shrink_to_fit();
  }
  const std::vector<ByteView> messages(texts.begin(), texts.end());
  std::vector<Hash256> out(messages.size());
  GetParam()->many(messages.data(), messages.size(), out.data());
  for (std::size_t i = 0; i < out.size(); ++i)
    ASSERT_EQ(out[i], expected(i)) << i;
}

TEST(Keccak, PublicFunctionsAgree) {
  const std::vector<ByteView> messages{text(), ByteView{}, ByteView(text()).first(32)};
  std::vector<Hash256> out(3);
  keccak256_many(messages, out);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(out[i], keccak256(messages[i]));
    EXPECT_EQ(out[i], Textbook::hash(messages[i]));
  }
  keccak256_many({}, {});
}

TEST(Keccak, ThreadsDoNotDisturbEachOther) {
  const std::vector<ByteView> messages(50, text());
  const Hash256 hash = Textbook::hash(text());
  std::vector<std::thread> threads;
  std::array<int, 4> wrong{};
  for (int& count : wrong) {
    threads.emplace_back([&] {
      std::vector<Hash256> out(messages.size());
      for (int i = 0; i < 20; ++i) {
        keccak256_many(messages, out);
        for (const Hash256& got : out)
          count += got != hash;
        count += keccak256(text()) != hash;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  for (const int count : wrong)
    EXPECT_EQ(count, 0);
}

}  // namespace
}  // namespace clew
