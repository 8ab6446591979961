// For tests: reads a simulated world back from its block files, independently of what wrote it, and
// replays it with a set of unspent outputs.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "chain/bitcoin/address.h"
#include "chain/bitcoin/block.h"
#include "chain/bitcoin/script.h"
#include "ingest/simulate/simulate.h"
#include "tests/data.h"

namespace clew::simulate::test {

using Outpoint = std::pair<Hash256, std::uint32_t>;

// The records of all block files in file order, deobfuscated.
inline std::vector<Bytes> read_records(const std::string& world) {
  const auto& chain = *bitcoin::find_chain("regtest");
  const Bytes key = clew::test::read_file(world + "/blocks/xor.dat");
  EXPECT_EQ(key.size(), 8u);
  std::vector<Bytes> records;
  for (int number = 0;; ++number) {
    char name[32];
    std::snprintf(name, sizeof name, "/blocks/blk%05d.dat", number);
    if (!std::filesystem::exists(world + name)) break;
    Bytes file = clew::test::read_file(world + name);
    for (std::size_t i = 0; i < file.size(); ++i)
      file[i] ^= key[i % 8];
    std::size_t at = 0;
    while (at + 8 <= file.size() && load_le<std::uint32_t>(&file[at]) == chain.magic) {
      const auto size = load_le<std::uint32_t>(&file[at + 4]);
      records.emplace_back(file.begin() + static_cast<std::ptrdiff_t>(at + 8),
                           file.begin() + static_cast<std::ptrdiff_t>(at + 8 + size));
      at += 8 + size;
    }
    for (; at < file.size(); ++at) {
      if (file[at] != key[at % 8]) ADD_FAILURE() << "no zero tail at " << at;
    }
  }
  return records;
}

// The longest branch, from the genesis block on.
inline std::vector<Bytes> best_branch(const std::vector<Bytes>& records) {
  std::map<Hash256, const Bytes*> by_hash;
  std::map<Hash256, Hash256> previous;
  for (const Bytes& raw : records) {
    const auto head = ByteView(raw).first(bitcoin::kHeaderSize);
    const Hash256 hash = bitcoin::block_hash(head);
    EXPECT_TRUE(by_hash.emplace(hash, &raw).second) << "a block is there twice";
    previous[hash] = bitcoin::decode_header(head)->previous;
  }
  std::vector<Hash256> longest;
  std::map<Hash256, std::uint32_t> height;
  const auto height_of = [&](Hash256 hash) {
    std::vector<Hash256> path;
    while (by_hash.contains(hash) && !height.contains(hash)) {
      path.push_back(hash);
      hash = previous[hash];
    }
    std::uint32_t below = height.contains(hash) ? height[hash] : 0;
    for (auto it = path.rbegin(); it != path.rend(); ++it)
      height[*it] = ++below;
    return below;
  };
  Hash256 tip{};
  std::uint32_t most = 0;
  for (const auto& [hash, raw] : by_hash) {
    if (height_of(hash) <= most) continue;
    most = height_of(hash);
    tip = hash;
  }
  std::vector<Bytes> branch;
  for (Hash256 hash = tip; by_hash.contains(hash); hash = previous[hash])
    branch.push_back(*by_hash[hash]);
  std::reverse(branch.begin(), branch.end());
  return branch;
}

struct Unspent {
  std::int64_t value = 0;
  Bytes script;
  std::uint32_t height = 0;
  bool coinbase = false;
};

// What a replay of the best branch counted; broken rules are test failures.
struct Replay {
  Summary counts;
  std::map<Outpoint, Unspent> unspent;
  std::set<bitcoin::Address> addresses;
  std::map<bitcoin::ScriptType, std::uint64_t> types;  // outputs
  std::uint64_t revealed = 0;                          // inputs whose script names the address
};

class Replayer {
 public:
  Replay run(const std::vector<Bytes>& branch) {
    bitcoin::BlockDecoder decoder(chain_, {.check_witness_root = true});
    for (const Bytes& raw : branch) {
      const auto decoded = decoder.decode(raw, block_);
      EXPECT_TRUE(decoded.has_value()) << (decoded ? "" : decoded.error().message);
      if (height_ > 0) {
        EXPECT_EQ(bitcoin::coinbase_height(block_), height_);
      }
      one_block();
      ++height_;
    }
    replay_.counts.blocks = branch.size();
    replay_.counts.tip_height = height_ - 1;
    replay_.counts.tip_hash = block_.hash;
    replay_.counts.addresses = replay_.addresses.size();
    return std::move(replay_);
  }

 private:
  void one_block() {
    std::int64_t fees = 0;
    for (std::size_t i = 1; i < block_.transactions.size(); ++i) {
      const std::int64_t in = spend_inputs(block_.transactions[i]);
      const std::int64_t out = add_outputs(i);
      EXPECT_GE(in, out) << "height " << height_ << " transaction " << i;
      fees += in - out;
    }
    ++replay_.counts.inputs;
    const std::int64_t reward = add_outputs(0);
    EXPECT_EQ(reward, bitcoin::subsidy(chain_, height_) + fees) << "height " << height_;
    replay_.counts.transactions += block_.transactions.size();
  }

  std::int64_t spend_inputs(const bitcoin::Transaction& tx) {
    std::int64_t sum = 0;
    for (const bitcoin::Input& input : block_.inputs_of(tx)) {
      ++replay_.counts.inputs;
      Outpoint outpoint;
      std::copy(input.outpoint, input.outpoint + 32, outpoint.first.begin());
      outpoint.second = load_le<std::uint32_t>(input.outpoint + 32);
      const auto found = replay_.unspent.find(outpoint);
      if (found == replay_.unspent.end()) {
        ADD_FAILURE() << "height " << height_ << " spends an unknown or spent output";
        continue;
      }
      if (found->second.coinbase) {
        EXPECT_GE(height_, found->second.height + 100) << "immature coinbase";
      }
      check_unlocking(input, found->second);
      sum += found->second.value;
      replay_.unspent.erase(found);
    }
    return sum;
  }

  // Whatever an unlocking script reveals must be the address that it spends from.
  void check_unlocking(const bitcoin::Input& input, const Unspent& spent) {
    std::vector<ByteView> witness;
    if (input.witness != nullptr) witness = bitcoin::witness_stack(input.witness);
    const auto revealed = bitcoin::revealed_address(input.script, witness);
    if (!revealed) return;
    ++replay_.revealed;
    EXPECT_EQ(*revealed, bitcoin::classify(spent.script).address);
  }

  std::int64_t add_outputs(std::size_t number) {
    std::int64_t sum = 0;
    std::uint32_t vout = 0;
    for (const bitcoin::Output& output : block_.outputs_of(block_.transactions[number])) {
      const auto info = bitcoin::classify(output.script);
      ++replay_.types[info.type];
      if (info.has_address) replay_.addresses.insert(info.address);
      if (info.type != bitcoin::ScriptType::op_return) {
        replay_.unspent[{block_.txids[number], vout}] = {
            output.value, Bytes(output.script.begin(), output.script.end()), height_, number == 0};
      }
      ++vout;
      ++replay_.counts.outputs;
      sum += output.value;
    }
    replay_.counts.output_value += sum;
    return sum;
  }

  const bitcoin::ChainParams& chain_ = *bitcoin::find_chain("regtest");
  bitcoin::Block block_;
  std::uint32_t height_ = 0;
  Replay replay_;
};

inline Replay replay(const std::string& world) {
  return Replayer().run(best_branch(read_records(world)));
}

}  // namespace clew::simulate::test
