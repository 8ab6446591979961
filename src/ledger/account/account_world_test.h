// A random but consistent account chain for the ledger's tests, and a plain model of what a
// snapshot must answer. Same seed, same chain.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>

#include "base/sha256.h"
#include "ledger/account/snapshot.h"
#include "ledger/account/writer.h"
#include "tests/tiny_chain.h"

namespace clew::account::test {

using clew::test::TemporaryFolder;

using Chain = std::vector<chain::AccountBlock>;

inline Hash256 hash_of(const std::string& text) {
  return sha256(as_bytes(text));
}
inline chain::Account account_of(std::uint64_t who) {
  chain::Account account;
  const auto hash = hash_of("account " + std::to_string(who));
  std::copy_n(hash.begin(), account.size(), account.begin());
  return account;
}

inline U256 random_value(std::mt19937_64& random) {
  U256::Limbs limbs{random(), 0, 0, 0};
  const auto width = random() % 8;
  if (width > 4) limbs[1] = random() & 0xffffffff;
  if (width == 6) limbs = {~0ull, 0xffffffff, 0, 0};  // the largest of 96 bits
  if (width == 7) limbs = {random(), random(), random(), random()};
  return U256(limbs);
}

inline chain::Transfer random_transfer(std::mt19937_64& random, std::uint32_t tx) {
  chain::Transfer transfer;
  transfer.kind = static_cast<chain::TransferKind>(random() % 8);
  if (random() % 10 != 0) transfer.from = account_of(random() % 40);
  if (random() % 10 != 0) transfer.to = account_of(random() % 40);
  if (random() % 2 == 0) transfer.asset.contract = account_of(100 + random() % 5);
  if (!transfer.asset.is_native() && random() % 3 == 0)
    transfer.asset.token_id = U256(random() % 7);
  transfer.value = random_value(random);
  transfer.tx = tx;
  transfer.place = static_cast<std::uint32_t>(random() % 1000);
  return transfer;
}

inline chain::AccountTx random_tx(std::mt19937_64& random, const std::string& name) {
  chain::AccountTx tx;
  tx.hash = hash_of(name);
  tx.from = account_of(random() % 40);
  if (random() % 9 != 0) tx.to = account_of(random() % 60);
  tx.creates = random() % 11 == 0;
  tx.success = random() % 5 != 0;
  tx.type = static_cast<std::uint8_t>(random() % 5);
  tx.nonce = random() >> (random() % 64);
  tx.gas_limit = random() >> (random() % 64);
  tx.gas_used = random() >> (random() % 64);
  tx.gas_price = random_value(random);
  tx.input_size = static_cast<std::uint32_t>(random() % 8);
  if (tx.input_size >= 4) tx.selector = {1, 2, static_cast<std::uint8_t>(random()), 4};
  tx.log_count = static_cast<std::uint32_t>(random() % 4);
  return tx;
}

// Blocks [first, first + count) that follow `parent`; `branch` tells two chains of one seed apart.
inline Chain random_chain(std::uint64_t seed, std::uint32_t first, std::uint32_t count,
                          Hash256 parent = {}, const std::string& branch = "") {
  std::mt19937_64 random(seed * 1000003 + first + branch.size());
  Chain chain;
  for (auto number = first; number < first + count; ++number) {
    const auto name = std::to_string(seed) + branch + " " + std::to_string(number);
    chain::AccountBlock block;
    block.number = number;
    block.hash = hash_of("block " + name);
    block.parent = parent;
    block.time = 1'600'000'000 + std::uint64_t{number} * 12;
    block.header = Bytes(random() % 700, static_cast<std::uint8_t>(number));
    block.size = 1000 + static_cast<std::uint32_t>(random() % 500);
    block.parts = static_cast<std::uint8_t>(random() % 8);
    const auto txs = random() % 5;
    for (std::uint32_t tx = 0; tx < txs; ++tx) {
      block.txs.push_back(random_tx(random, name + " " + std::to_string(tx)));
      for (auto left = random() % 6; left > 0; --left)
        block.transfers.push_back(random_transfer(random, tx));
    }
    for (auto left = random() % 3; left > 0; --left)
      block.transfers.push_back(random_transfer(random, chain::Transfer::kNoTx));
    parent = block.hash;
    chain.push_back(std::move(block));
  }
  return chain;
}

inline Chain joined(Chain a, const Chain& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline ledger::WriterOptions small_segments(std::uint64_t bytes = 4000) {
  return {.segment_bytes_max = bytes, .merge_fan_in = 3, .hash_key = 7};
}
inline Writer open_writer(const std::string& directory,
                          ledger::WriterOptions options = small_segments(),
                          FileSystem& files = real_files()) {
  auto writer = Writer::open(directory, "evm:1", options, files);
  EXPECT_TRUE(writer) << writer.error().message;
  return std::move(*writer);
}
inline void append_all(Writer& writer, const Chain& chain) {
  for (const auto& block : chain) {
    const auto added = writer.append(block);
    ASSERT_TRUE(added) << added.error().message;
  }
}
inline void ingest(const std::string& directory, const Chain& chain,
                   ledger::WriterOptions options = small_segments()) {
  auto writer = open_writer(directory, options);
  append_all(writer, chain);
  const auto committed = writer.commit();
  ASSERT_TRUE(committed) << committed.error().message;
}
inline Snapshot open_snapshot(const std::string& directory) {
  auto snapshot = Snapshot::open(directory);
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  return std::move(*snapshot);
}

// The same text of a block as it was given and as a snapshot answers.
class Describer {
 public:
  std::string text() const { return out_.str(); }

  void add(const chain::AccountBlock& block) {
    begin(block.number, block.hash, block.header, block.time, block.size, block.parts,
          block.txs.size(), block.transfers.size());
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < block.txs.size(); ++i) {
      const auto& tx = block.txs[i];
      add_tx(tx.hash, tx.from, tx.to, tx);
      for (; next < block.transfers.size() && block.transfers[next].tx == i; ++next)
        add_transfer(block.transfers[next]);
    }
    out_ << " own\n";
    for (; next < block.transfers.size(); ++next)
      add_transfer(block.transfers[next]);
  }

  void add(const Snapshot& snapshot, BlockId id) {
    const auto block = snapshot.block(id);
    begin(block.number, block.hash, block.header, block.time, block.size, block.parts,
          block.tx_count, block.transfer_count);
    EXPECT_EQ(snapshot.number_of(id), block.number);
    EXPECT_EQ(snapshot.time_of(id), block.time);
    const auto below = block.number == 0
                           ? std::nullopt
                           : snapshot.find_block_at(static_cast<std::uint32_t>(block.number - 1));
    EXPECT_TRUE(!below || snapshot.block(*below).hash == block.parent);
    for (std::uint32_t i = 0; i < block.tx_count; ++i) {
      const auto tx = snapshot.tx(block.first_tx + i);
      EXPECT_EQ(tx.block, id);
      add_tx(snapshot.tx_hash(tx.id), *account(snapshot, tx.from), account(snapshot, tx.to), tx);
      for (std::uint32_t t = 0; t < tx.transfer_count; ++t)
        add_transfer(snapshot, tx.first_transfer + t, tx.id, id);
    }
    out_ << " own\n";
    const auto end = block.first_transfer + block.transfer_count;
    for (auto t = end - block.own_transfer_count; t < end; ++t)
      add_transfer(snapshot, t, std::nullopt, id);
  }

 private:
  void begin(auto number, const Hash256& hash, ByteView header, auto time, auto size, int parts,
             std::size_t txs, std::size_t transfers) {
    out_ << "block " << number << " " << to_hex(hash) << " " << to_hex(header) << " " << time << " "
         << size << " " << parts << " " << txs << " " << transfers << "\n";
  }
  void add_tx(const Hash256& hash, const chain::Account& from,
              const std::optional<chain::Account>& to, const auto& tx) {
    out_ << " tx " << to_hex(hash) << " " << to_hex(from) << " " << (to ? to_hex(*to) : "-") << " "
         << tx.success << tx.creates << " " << int{tx.type} << " " << tx.nonce << " "
         << tx.gas_limit << " " << tx.gas_used << " " << tx.gas_price.to_decimal() << " "
         << tx.input_size << " " << to_hex(tx.selector) << " " << tx.log_count << "\n";
  }
  void add_transfer(const chain::Transfer& t) {
    out_ << "  " << static_cast<int>(t.kind) << " " << (t.from ? to_hex(*t.from) : "-") << " "
         << (t.to ? to_hex(*t.to) : "-") << " " << to_hex(t.asset.contract) << " "
         << t.asset.token_id.to_decimal() << " " << t.value.to_decimal() << " " << t.place << "\n";
  }
  void add_transfer(const Snapshot& snapshot, TransferId id, std::optional<TxId> tx,
                    BlockId block) {
    EXPECT_EQ(snapshot.tx_of_transfer(id), tx);
    EXPECT_EQ(snapshot.block_of_transfer(id), block);
    const auto row = snapshot.transfer(id);
    EXPECT_EQ(snapshot.value(id), row.value);
    add_transfer(chain::Transfer{row.kind, account(snapshot, row.from), account(snapshot, row.to),
                                 snapshot.asset(row.asset), row.value, 0, row.place});
  }
  static std::optional<chain::Account> account(const Snapshot& snapshot, AddressId id) {
    if (id == kNoAddress) return std::nullopt;
    return snapshot.address(id);
  }

  std::ostringstream out_;
};

inline std::string describe(const Chain& chain) {
  Describer describer;
  for (const auto& block : chain)
    describer.add(block);
  return describer.text();
}
inline std::string describe(const Snapshot& snapshot) {
  Describer describer;
  const auto tip = snapshot.tip();
  if (!tip) return "";
  for (auto number = snapshot.first_height(); number <= tip->height; ++number)
    if (const auto id = snapshot.find_block_at(number)) describer.add(snapshot, *id);
  return describer.text();
}

}  // namespace clew::account::test
