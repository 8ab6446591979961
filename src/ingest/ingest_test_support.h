// What the ingest tests share: small regtest chains with real proof of work, and block files made
// of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chain/bitcoin/block.h"
#include "ingest/ingest.h"
#include "ingest/xor_key.h"
#include "ledger/snapshot.h"
#include "tests/memory_files.h"
#include "tests/tiny_chain.h"

namespace clew::ingest::test {

using clew::test::MemoryFiles;
using clew::test::pay;
using clew::test::regtest;
using clew::test::spend;
using clew::test::txid_of;

// The first block of every regtest chain.
inline Bytes regtest_genesis() {
  const std::string zeros(64, '0');
  return *from_hex(
      "01000000" + zeros + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" +
      "dae5494dffff7f20020000000101000000010000000000000000000000000000000000000000000000000000" +
      "000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368" +
      "616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e" +
      "6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a679" +
      "62e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac000000" +
      "00");
}

struct MinedBlock {
  std::uint32_t height = 0;
  Hash256 hash{};
  Bytes raw;
};

struct MineOptions {
  bool bip34 = true;  // the coinbase states the height
  std::uint32_t salt = 0;
  std::uint32_t bits = 0x207fffff;
};

// A block on top of `previous` whose coinbase pays address `height`.
inline MinedBlock mine(const Hash256& previous, std::uint32_t height,
                       std::vector<bitcoin::OwnedTransaction> transactions = {},
                       const MineOptions& options = {}) {
  bitcoin::OwnedTransaction coinbase;
  bitcoin::OwnedInput input;
  input.vout = 0xffffffff;
  Bytes number;
  for (std::uint32_t rest = height; rest > 0; rest >>= 8)
    number.push_back(static_cast<std::uint8_t>(rest & 0xff));
  if (!number.empty() && (number.back() & 0x80) != 0) number.push_back(0);
  input.script = {static_cast<std::uint8_t>(number.size())};
  input.script.insert(input.script.end(), number.begin(), number.end());
  append_le(input.script, options.salt);
  coinbase.inputs = {input};
  coinbase.outputs = {pay(height, 50'0000'0000)};
  transactions.insert(transactions.begin(), coinbase);
  bitcoin::Header header;
  header.version = options.bip34 ? 4 : 1;
  header.previous = previous;
  header.time = 1'600'000'000 + height * 600;
  header.bits = options.bits;
  MinedBlock block{height, {}, bitcoin::encode_block(header, transactions)};
  for (std::uint32_t nonce = 0;; ++nonce) {
    std::memcpy(block.raw.data() + 76, &nonce, sizeof nonce);
    const auto raw = ByteView(block.raw).first(bitcoin::kHeaderSize);
    if (!bitcoin::proof_of_work_holds(raw, regtest())) continue;
    block.hash = bitcoin::block_hash(raw);
    return block;
  }
}

using Chain = std::vector<MinedBlock>;

// Blocks [from, to] on top of the last block of `base` below `from`; genesis if `base` is empty.
inline Chain grow(const Chain& base, std::uint32_t from, std::uint32_t to,
                  const MineOptions& options = {}) {
  Chain chain;
  Hash256 tip{};
  for (const auto& block : base) {
    if (block.height + 1 == from) tip = block.hash;
  }
  for (std::uint32_t height = from; height <= to; ++height) {
    if (height == 0) {
      const Bytes raw = regtest_genesis();
      chain.push_back({0, bitcoin::block_hash(ByteView(raw).first(bitcoin::kHeaderSize)), raw});
    } else {
      chain.push_back(mine(tip, height, {}, options));
    }
    tip = chain.back().hash;
  }
  return chain;
}

inline Chain cut(const Chain& chain, std::uint32_t from, std::uint32_t to) {
  Chain part;
  for (const auto& block : chain) {
    if (block.height >= from && block.height <= to) part.push_back(block);
  }
  return part;
}

inline Chain joined(Chain a, const Chain& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline void append_record(Bytes& out, ByteView block,
                          const bitcoin::ChainParams& chain = regtest()) {
  append_le(out, chain.magic);
  append_le(out, static_cast<std::uint32_t>(block.size()));
  out.insert(out.end(), block.begin(), block.end());
}

inline Bytes blk_file(const Chain& chain) {
  Bytes out;
  for (const auto& block : chain)
    append_record(out, block.raw);
  return out;
}

inline Bytes obfuscated(Bytes bytes, const std::array<std::uint8_t, 8>& key) {
  XorKey(key).apply(0, bytes);
  return bytes;
}

inline Bytes bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

// Ingests into the ledger `root` (the folder root/bitcoin) and must be able to begin.
inline IngestReport run(MemoryFiles& files, const std::vector<std::string>& paths,
                        IngestOptions options = {}, const std::string& root = "/ledger") {
  auto report = ingest_bitcoin(root, paths, options, files);
  EXPECT_TRUE(report) << report.error().message;
  return report ? std::move(*report) : IngestReport{};
}

inline ledger::Snapshot snapshot_of(MemoryFiles& files, const std::string& root = "/ledger") {
  auto snapshot = ledger::Snapshot::open(root + "/bitcoin", files);
  EXPECT_TRUE(snapshot) << snapshot.error().message;
  return *snapshot;
}

// "0-4 7-9": the heights that a ledger holds.
inline std::string heights_of(const ledger::Snapshot& snapshot) {
  if (!snapshot.tip()) return "";
  std::string text = std::to_string(snapshot.first_height()) + "-";
  for (const auto& gap : snapshot.gaps())
    text += std::to_string(gap.from - 1) + " " + std::to_string(gap.to + 1) + "-";
  return text + std::to_string(snapshot.tip()->height);
}

inline std::vector<std::string> texts(const std::vector<Problem>& problems) {
  std::vector<std::string> out;
  for (const auto& problem : problems)
    out.push_back(to_text(problem));
  return out;
}

}  // namespace clew::ingest::test
