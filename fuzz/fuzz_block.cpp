// Blocks of both formats: what is read must lie inside the input and fill it. The first byte picks
// the chain and whether the witness commitment is looked at.
#include <cstdint>
#include <cstdlib>

#include "chain/bitcoin/block.h"

namespace {

using namespace clew;
using namespace clew::bitcoin;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Block& block) {
  const std::uint8_t* at = block.transactions.front().raw.data();
  std::uint64_t weight = 4 * static_cast<std::uint64_t>(at - block.raw.data());
  for (const Transaction& tx : block.transactions) {
    require(tx.raw.data() == at);
    at += tx.raw.size();
    weight += tx.weight();
    for (const Input& input : block.inputs_of(tx)) {
      require(input.script.data() + input.script.size() <= at);
      for (const ByteView item : witness_stack(input.witness)) {
        require(item.data() >= tx.raw.data() && item.data() + item.size() <= at);
      }
    }
    for (const Output& output : block.outputs_of(tx)) {
      require(output.value >= 0 && output.script.data() + output.script.size() <= at);
    }
  }
  require(weight == block.weight);
  require(block.txids.size() == block.transactions.size());
  require(at + block.extension.size() <= block.raw.data() + block.raw.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ChainParams& chain = *find_chain((data[0] & 1) != 0 ? "litecoin" : "regtest");
  BlockDecoder decoder(chain, {.check_proof_of_work = (data[0] & 2) != 0,
                               .check_merkle_root = (data[0] & 4) != 0,
                               .check_witness_root = (data[0] & 8) != 0});
  const ByteView raw(data + 1, size - 1);
  Block block;
  if (!decoder.decode(raw, block)) return 0;
  check(block);
  coinbase_height(block);
  return 0;
}
