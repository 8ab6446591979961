// Small regtest chains made by hand for tests: blocks in consensus form, linked by their hashes.
// Proof of work is not ground; decode with check_proof_of_work off.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"
#include "chain/bitcoin/script.h"

namespace clew::test {

inline const bitcoin::ChainParams& regtest() {
  return *bitcoin::find_chain("regtest");
}
inline bitcoin::DecodeOptions no_work() {
  return {.check_proof_of_work = false};
}

// A distinct P2WPKH address for each number.
inline bitcoin::Address address_of(std::uint32_t number) {
  Bytes payload(20, 0);
  std::memcpy(payload.data(), &number, sizeof number);
  return {bitcoin::AddressKind::p2wpkh, payload};
}
inline bitcoin::OwnedOutput pay(std::uint32_t number, std::int64_t value) {
  return {value, bitcoin::output_script(address_of(number))};
}
inline bitcoin::OwnedInput spend(const Hash256& txid, std::uint32_t vout) {
  bitcoin::OwnedInput input;
  input.txid = txid;
  input.vout = vout;
  return input;
}
inline Hash256 txid_of(const bitcoin::OwnedTransaction& tx) {
  return double_sha256(bitcoin::encode_transaction(tx, false));
}

struct TinyBlock {
  std::uint32_t height = 0;
  Hash256 hash{};
  Bytes raw;
};

class TinyChain {
 public:
  // `first_height` other than 0 begins in the middle of history.
  explicit TinyChain(std::uint32_t first_height = 0) : next_height_(first_height) {}

  // A block of a coinbase that pays `subsidy` to `miner`, then `transactions`. Returns the
  // coinbase's txid.
  Hash256 add(std::uint32_t miner, std::vector<bitcoin::OwnedTransaction> transactions = {},
              std::int64_t subsidy = 50'0000'0000, std::uint32_t salt = 0) {
    bitcoin::OwnedTransaction coinbase;
    bitcoin::OwnedInput input;
    input.vout = 0xffffffff;
    input.script = {4};
    append_le(input.script, next_height_);
    append_le(input.script, salt);
    coinbase.inputs = {input};
    coinbase.outputs = {pay(miner, subsidy)};
    transactions.insert(transactions.begin(), coinbase);
    bitcoin::Header header;
    header.version = 1;
    header.previous = tip_;
    header.time = 1'600'000'000 + next_height_ * 600;
    header.bits = 0x207fffff;
    TinyBlock block{next_height_++, {}, bitcoin::encode_block(header, transactions)};
    block.hash = bitcoin::block_hash(ByteView(block.raw).first(bitcoin::kHeaderSize));
    tip_ = block.hash;
    blocks.push_back(block);
    return txid_of(coinbase);
  }
  // Forgets the blocks from `height` on, to grow another branch.
  void fork_at(std::uint32_t height) {
    while (!blocks.empty() && blocks.back().height >= height)
      blocks.pop_back();
    next_height_ = height;
    tip_ = blocks.empty() ? Hash256{} : blocks.back().hash;
  }

  std::vector<TinyBlock> blocks;

 private:
  std::uint32_t next_height_;
  Hash256 tip_{};
};

// A folder that is removed at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "clew-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace clew::test
