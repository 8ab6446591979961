// A random but valid little world: every transaction spends outputs that exist, address reuse, all
// script types, chains of spends within a block. Same seed, same world.
#pragma once

#include <random>

#include "tests/tiny_chain.h"

namespace clew::test {

struct WorldShape {
  std::uint32_t blocks = 40;
  std::uint32_t transactions_max = 6;  // a block, without the coinbase
  std::uint32_t addresses = 60;
};

inline bitcoin::OwnedOutput random_output(std::mt19937_64& random, const WorldShape& shape,
                                          std::int64_t value) {
  const auto who = static_cast<std::uint32_t>(random() % shape.addresses);
  const auto key = [&](std::uint8_t prefix, std::size_t size) {
    Bytes bytes(size, static_cast<std::uint8_t>(who));
    bytes[0] = prefix;
    return bytes;
  };
  Bytes script;
  switch (random() % 12) {
    case 0:
      script = {0x6a, 3, 'a', 'b', static_cast<std::uint8_t>(who)};
      break;
    case 1: {
      script = {33};
      const auto k = key(2, 33);
      script.insert(script.end(), k.begin(), k.end());
      script.push_back(0xac);
      break;
    }
    case 2: {
      script = {0x51, 33};
      const auto k = key(3, 33);
      script.insert(script.end(), k.begin(), k.end());
      script.insert(script.end(), {0x51, 0xae});
      break;
    }
    case 3:
      script = bitcoin::output_script(
          {bitcoin::AddressKind::p2tr, Bytes(32, static_cast<std::uint8_t>(who))});
      break;
    case 4:
      script = bitcoin::output_script(
          {bitcoin::AddressKind::witness_unknown, Bytes{2, 5, static_cast<std::uint8_t>(who)}});
      break;
    case 5:
      script = {0x00, 0xff, static_cast<std::uint8_t>(who)};  // nonstandard
      break;
    default:
      script = bitcoin::output_script(address_of(who));
  }
  return {value, script};
}

inline void grow(TinyChain& chain, std::mt19937_64& random, const WorldShape& shape,
                 std::vector<std::tuple<Hash256, std::uint32_t, std::int64_t>>& coins,
                 std::uint32_t salt = 0) {
  std::vector<bitcoin::OwnedTransaction> transactions;
  const auto count = random() % (shape.transactions_max + 1);
  for (std::uint64_t t = 0; t < count && !coins.empty(); ++t) {
    bitcoin::OwnedTransaction tx;
    tx.version = static_cast<std::int32_t>(random() % 4);
    tx.lock_time = random() % 3 == 0 ? static_cast<std::uint32_t>(random()) : 0;
    std::int64_t total = 0;
    for (std::uint64_t i = 0; i <= random() % 3 && !coins.empty(); ++i) {
      const auto at = random() % coins.size();
      const auto [txid, vout, value] = coins[at];
      coins.erase(coins.begin() + static_cast<std::ptrdiff_t>(at));
      tx.inputs.push_back(spend(txid, vout));
      tx.inputs.back().sequence =
          random() % 5 == 0 ? static_cast<std::uint32_t>(random()) : 0xfffffffd;
      total += value;
    }
    const auto outputs = 1 + random() % 3;
    for (std::uint64_t o = 0; o < outputs; ++o)
      tx.outputs.push_back(
          random_output(random, shape, total / static_cast<std::int64_t>(outputs + 1)));
    const auto txid = txid_of(tx);
    for (std::uint32_t o = 0; o < tx.outputs.size(); ++o)
      coins.emplace_back(txid, o, tx.outputs[o].value);
    transactions.push_back(std::move(tx));
  }
  const auto subsidy = random() % 10 == 0 ? 20'000'0000'0000 : 50'0000'0000;  // some need the spill
  const auto coinbase = chain.add(static_cast<std::uint32_t>(random() % shape.addresses),
                                  transactions, subsidy, salt);
  coins.emplace_back(coinbase, 0, subsidy);
}

inline TinyChain random_world(std::uint64_t seed, const WorldShape& shape = {}) {
  std::mt19937_64 random(seed);
  TinyChain chain;
  std::vector<std::tuple<Hash256, std::uint32_t, std::int64_t>> coins;
  for (std::uint32_t i = 0; i < shape.blocks; ++i)
    grow(chain, random, shape, coins);
  return chain;
}

}  // namespace clew::test
