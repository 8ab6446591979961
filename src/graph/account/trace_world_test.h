// Small account ledgers made by hand or at random, for the tests of tracing: real ones, written by
// the ledger's writer to files in memory.
#pragma once

#include <gtest/gtest.h>

#include "graph/account/trace.h"
#include "ledger/account/account_world_test.h"
#include "tests/memory_files.h"

namespace clew::account::test {

// People and assets are small numbers; asset 0 is the coin. kNobody is no address at all.
constexpr std::uint32_t kNobody = 0xffffffff;
constexpr std::uint32_t kZero = 0xfffffffe;  // the zero address

inline std::optional<chain::Account> person(std::uint32_t who) {
  if (who == kNobody) return std::nullopt;
  if (who == kZero) return chain::Account{};
  return account_of(who);
}
inline chain::Asset asset_named(std::uint32_t number) {
  return number == 0 ? chain::Asset{} : chain::Asset{account_of(1000 + number), {}};
}

struct Move {
  std::uint32_t from = 0, to = 0;
  std::uint64_t value = 0;
  std::uint32_t asset = 0;
  bool fee = false;
};

class World {
 public:
  // A transaction in a block of its own.
  void tx(std::vector<Move> moves) { blocks_.push_back({std::move(moves)}); }
  void pay(std::uint32_t from, std::uint32_t to, std::uint64_t value, std::uint32_t asset = 0) {
    tx({{from, to, value, asset}});
  }
  // Several transactions in one block.
  void block(std::vector<std::vector<Move>> txs) { blocks_.push_back(std::move(txs)); }
  // Every movement in order of time.
  std::vector<Move> moves() const {
    std::vector<Move> all;
    for (const auto& block : blocks_)
      for (const auto& tx : block)
        all.insert(all.end(), tx.begin(), tx.end());
    return all;
  }

  // Writes the ledger; everything below needs it.
  void write(std::uint64_t segment_bytes = 1 << 20) {
    files_ = std::make_unique<clew::test::MemoryFiles>();
    {
      auto writer = open_writer("ledger", small_segments(segment_bytes), *files_);
      append_all(writer, chain());
      EXPECT_TRUE(writer.commit());
    }
    auto snapshot = Snapshot::open("ledger", *files_);
    EXPECT_TRUE(snapshot) << snapshot.error().message;
    snapshot_.emplace(std::move(*snapshot));
    ids_.clear();
    const auto first = snapshot_->find_block_at(kFirstBlock);
    auto id = first ? snapshot_->block(*first).first_transfer : kNone;
    for (; ids_.size() < snapshot_->transfer_count(); id = snapshot_->next_transfer(id))
      ids_.push_back(id);
  }
  const Snapshot& snapshot() const { return *snapshot_; }
  TransferId id(std::size_t move) const { return ids_[move]; }
  // The number of a transfer among moves().
  std::size_t number(TransferId id) const {
    return static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
  }
  AddressId address(std::uint32_t who) const {
    return snapshot_->find_address(*person(who)).value_or(kNoAddress);
  }
  AssetId asset(std::uint32_t number) const {
    return snapshot_->find_asset(asset_named(number)).value_or(kNone32);
  }

  static constexpr std::uint32_t kFirstBlock = 100;

 private:
  static constexpr AssetId kNone32 = 0xffffffff;

  Chain chain() const {
    Chain chain;
    Hash256 parent{};
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      chain::AccountBlock block;
      block.number = kFirstBlock + b;
      block.hash = hash_of("world block " + std::to_string(b));
      block.parent = parent;
      block.time = 1'600'000'000 + 12 * block.number;
      block.size = 500;
      for (std::uint32_t t = 0; t < blocks_[b].size(); ++t)
        add_tx(block, t, blocks_[b][t]);
      parent = block.hash;
      chain.push_back(std::move(block));
    }
    return chain;
  }
  static void add_tx(chain::AccountBlock& block, std::uint32_t t, const std::vector<Move>& moves) {
    chain::AccountTx tx;
    tx.hash = hash_of("tx " + std::to_string(block.number) + " " + std::to_string(t));
    tx.from = person(moves.empty() ? 0 : moves.front().from).value_or(chain::Account{});
    block.txs.push_back(tx);
    for (const auto& m : moves) {
      chain::Transfer transfer;
      // A transaction's own value is its sender's; what others pay in it, contracts do.
      transfer.kind = m.fee                          ? chain::TransferKind::fee
                      : m.asset != 0                 ? chain::TransferKind::erc20
                      : m.from == moves.front().from ? chain::TransferKind::native
                                                     : chain::TransferKind::internal;
      transfer.from = person(m.from);
      transfer.to = person(m.to);
      transfer.asset = asset_named(m.asset);
      transfer.value = U256(m.value);
      transfer.tx = t;
      block.transfers.push_back(transfer);
    }
  }

  std::vector<std::vector<std::vector<Move>>> blocks_;
  std::unique_ptr<clew::test::MemoryFiles> files_;
  std::optional<Snapshot> snapshot_;
  std::vector<TransferId> ids_;
};

struct WorldShape {
  int moves = 80;
  std::uint32_t people = 10, assets = 2;
  std::uint64_t value_max = 60;
  int unexplained_percent = 10;  // of sendings: more than the ledger explains
};

// Mints, payments mostly of what people have, burns, fees, payments to oneself and of nothing, in
// transactions of one to five movements and blocks of one to three.
inline World random_world(std::uint64_t seed, const WorldShape& shape = {}) {
  std::mt19937_64 random(seed);
  const auto upto = [&](std::uint64_t n) { return random() % (n + 1); };
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> balance;
  World world;
  int left = shape.moves;
  while (left > 0) {
    std::vector<std::vector<Move>> txs(1 + upto(2));
    for (auto& tx : txs)
      for (auto n = 1 + upto(4); n > 0; --n, --left) {
        Move m;
        m.asset = static_cast<std::uint32_t>(upto(shape.assets - 1));
        m.from = static_cast<std::uint32_t>(upto(shape.people - 1));
        m.to = static_cast<std::uint32_t>(upto(shape.people - 1));
        const auto what = upto(19);
        if (what < 3) m.from = m.asset == 0 ? kNobody : kZero;
        if (what == 3) m.to = upto(1) == 0 && m.asset == 0 ? kNobody : kZero;
        m.fee = what == 4 && m.asset == 0;
        auto& has = balance[{m.from, m.asset}];
        const bool free =
            m.from >= kZero || upto(99) < static_cast<std::uint64_t>(shape.unexplained_percent);
        m.value = free ? upto(shape.value_max) : upto(3) == 0 ? has : upto(has);
        has -= std::min(has, m.value);
        balance[{m.to, m.asset}] += m.value;
        tx.push_back(m);
      }
    world.block(std::move(txs));
  }
  return world;
}

// The amount that ended for a reason, of an asset by its number in the ledger.
inline U256 ended(const TraceResult& result, TraceEnd reason, AssetId asset = kCoin) {
  for (const auto& a : result.assets)
    if (a.asset == asset) return a.by_reason[static_cast<std::size_t>(reason)];
  return {};
}
inline const TraceEndPoint* end_at(const TraceResult& result, TraceEnd reason, AddressId address,
                                   AssetId asset = kCoin) {
  for (const auto& end : result.ends)
    if (end.reason == reason && end.address == address && end.asset == asset) return &end;
  return nullptr;
}

}  // namespace clew::account::test
