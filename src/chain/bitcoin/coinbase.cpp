// What a coinbase says about its block: the height (BIP 34) and the witness commitment (BIP 141).
#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::bitcoin {
namespace {

constexpr std::size_t kCommitmentSize = 38;
constexpr std::uint8_t kCommitmentHead[] = {0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};

// The last output of the coinbase that has the form counts.
std::optional<ByteView> witness_commitment(const Block& block) {
  const auto outputs = block.outputs_of(block.transactions.front());
  for (auto output = outputs.rbegin(); output != outputs.rend(); ++output) {
    const ByteView script = output->script;
    if (script.size() >= kCommitmentSize &&
        std::equal(std::begin(kCommitmentHead), std::end(kCommitmentHead), script.begin())) {
      return script.subspan(sizeof kCommitmentHead, 32);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> coinbase_height(const Block& block) {
  // BIP 34 came with version 2; the scripts of older blocks start with other numbers.
  if (block.header.version < 2 || block.transactions.empty() ||
      !is_coinbase(block, block.transactions.front())) {
    return std::nullopt;
  }
  const ByteView script = block.inputs_of(block.transactions.front()).front().script;
  if (script.empty()) return std::nullopt;
  const std::uint8_t size = script[0];
  if (size == 0) return 0;
  if (size >= 0x51 && size <= 0x60) return size - 0x50;  // OP_1 to OP_16
  if (size > 4 || script.size() < 1u + size) return std::nullopt;
  const std::uint8_t top = script[size];
  // A number has a sign bit at the top and is written in its shortest form.
  if ((top & 0x80) != 0 || (top == 0 && (size == 1 || (script[size - 1] & 0x80) == 0))) {
    return std::nullopt;
  }
  std::uint32_t height = 0;
  for (std::uint8_t i = size; i > 0; --i)
    height = height << 8 | script[i];
  return height;
}

Result<void> BlockDecoder::check_witness_root(Block& block) {
  hasher_.hash_with_witness(block, block.wtxids);
  const auto commitment = witness_commitment(block);
  const auto witness = witness_stack(block.inputs_of(block.transactions.front()).front().witness);
  if (!commitment || witness.empty()) {
    // Nothing is committed to (blocks before segwit may hold the marker by chance): then no
    // witness may be there either.
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
      if (!block.transactions[i].has_witness) continue;
      return fail(ErrorKind::data, "transaction " + std::to_string(i) +
                                       ": witness data that the coinbase does not commit to");
    }
    return {};
  }
  if (witness.size() != 1 || witness.front().size() != 32) {
    return fail(ErrorKind::data, "transaction 0: witness is not one item of 32 bytes");
  }
  level_ = block.wtxids;
  std::array<std::uint8_t, 64> preimage;
  const Hash256 root = merkle_root(level_);
  std::copy(root.begin(), root.end(), preimage.begin());
  std::copy(witness.front().begin(), witness.front().end(), preimage.begin() + 32);
  const Hash256 computed = double_sha256(preimage);
  if (std::equal(computed.begin(), computed.end(), commitment->begin())) return {};
  return fail(ErrorKind::data, "transaction 0: witness commitment does not match the transactions");
}

}  // namespace clew::bitcoin
