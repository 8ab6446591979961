#include "ingest/simulate/block_assembler.h"

#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::simulate {
namespace {

constexpr std::uint32_t kRegtestBits = 0x207fffff;

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void push(Bytes& script, ByteView data) {
  script.push_back(static_cast<std::uint8_t>(data.size()));
  append(script, data);
}

// A number as the node pushes it into a script: small ones have opcodes of their own.
void push_height(Bytes& script, std::uint32_t height) {
  if (height <= 16) {
    script.push_back(static_cast<std::uint8_t>(height == 0 ? 0 : 0x50 + height));
    return;
  }
  Bytes number;
  for (std::uint32_t rest = height; rest != 0; rest >>= 8)
    number.push_back(static_cast<std::uint8_t>(rest));
  if (number.back() & 0x80) number.push_back(0);  // or it would be negative
  push(script, number);
}

// Counts the nonce until the hash is below regtest's target, which half of all hashes are.
void mine(Bytes& header, Hash256& hash) {
  for (std::uint32_t nonce = 0;; ++nonce) {
    std::memcpy(header.data() + 76, &nonce, sizeof nonce);
    hash = double_sha256(ByteView(header).first(bitcoin::kHeaderSize));
    if (hash[31] < 0x7f) return;
  }
}

}  // namespace

Hash256 BlockAssembler::add(const Draft& draft, std::int64_t fee) {
  const WrittenTransaction written = writer_.write(draft, raw_);
  ends_.push_back(raw_.size());
  txids_.push_back(written.txid);
  wtxids_.push_back(written.wtxid);
  fees_ += fee;
  weight_ += written.weight;
  return written.txid;
}

void BlockAssembler::clear() {
  raw_.clear();
  ends_.clear();
  txids_.clear();
  wtxids_.clear();
  fees_ = 0;
  weight_ = 0;
}

// Merkle root over the wtxids, the coinbase's being zero, hashed with the reserved value of zero.
Hash256 BlockAssembler::witness_commitment(std::size_t transactions) const {
  std::vector<Hash256> level(1);
  level.insert(level.end(), wtxids_.begin(),
               wtxids_.begin() + static_cast<std::ptrdiff_t>(transactions));
  Bytes message;
  append(message, merkle_root(level));
  message.resize(64);
  return double_sha256(message);
}

Bytes BlockAssembler::coinbase(const BlockPlan& plan, Hash256& txid) const {
  bitcoin::OwnedTransaction tx;
  bitcoin::OwnedInput input;
  input.vout = 0xffffffff;
  push_height(input.script, plan.height);
  Bytes extra_nonce;
  append_le(extra_nonce, plan.time);
  push(input.script, extra_nonce);
  push(input.script, as_bytes(plan.tag));
  input.witness.push_back(Bytes(32));
  tx.inputs.push_back(std::move(input));
  for (const Payment& reward : plan.rewards) {
    bitcoin::OwnedOutput& output = tx.outputs.emplace_back();
    output.value = reward.value;
    keys_.append_output_script(output.script, reward.to);
  }
  bitcoin::OwnedOutput& commitment = tx.outputs.emplace_back();
  commitment.script = {0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};
  append(commitment.script, witness_commitment(plan.transactions));
  txid = double_sha256(bitcoin::encode_transaction(tx, false));
  return bitcoin::encode_transaction(tx);
}

AssembledBlock BlockAssembler::assemble(const BlockPlan& plan) const {
  AssembledBlock block;
  const Bytes coinbase_raw = coinbase(plan, block.coinbase_txid);
  std::vector<Hash256> level = {block.coinbase_txid};
  level.insert(level.end(), txids_.begin(),
               txids_.begin() + static_cast<std::ptrdiff_t>(plan.transactions));

  bitcoin::Header header;
  header.version = 0x20000000;
  header.previous = plan.previous;
  header.merkle_root = merkle_root(level);
  header.time = plan.time;
  header.bits = kRegtestBits;
  const std::size_t taken = plan.transactions == 0 ? 0 : ends_[plan.transactions - 1];
  block.raw = bitcoin::encode_header(header);
  block.raw.reserve(bitcoin::kHeaderSize + 9 + coinbase_raw.size() + taken);
  mine(block.raw, block.hash);
  bitcoin::append_compact_size(block.raw, plan.transactions + 1);
  append(block.raw, coinbase_raw);
  append(block.raw, ByteView(raw_).first(taken));
  return block;
}

Bytes genesis_block() {
  const auto script = *from_hex(
      "04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e2062"
      "72696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73");
  const auto pay_to = *from_hex(
      "4104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504"
      "e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac");
  bitcoin::OwnedTransaction tx;
  tx.version = 1;
  tx.inputs.resize(1);
  tx.inputs[0].vout = 0xffffffff;
  tx.inputs[0].script = script;
  tx.outputs.push_back({50 * kBitcoin, pay_to});
  bitcoin::Header header;
  header.version = 1;
  header.time = 1296688602;
  header.bits = kRegtestBits;
  header.nonce = 2;
  return bitcoin::encode_block(header, std::span(&tx, 1));
}

}  // namespace clew::simulate
