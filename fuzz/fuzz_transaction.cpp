// Loose transactions: what is read, written again, gives the same bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "chain/bitcoin/block.h"

namespace {

using namespace clew;
using namespace clew::bitcoin;

OwnedTransaction copy(const Block& block) {
  const Transaction& tx = block.transactions.front();
  OwnedTransaction out;
  out.version = tx.version;
  out.lock_time = tx.lock_time;
  for (const Input& input : block.inputs) {
    OwnedInput& to = out.inputs.emplace_back();
    std::copy_n(input.outpoint, to.txid.size(), to.txid.begin());
    to.vout = load_le<std::uint32_t>(input.outpoint + to.txid.size());
    to.script.assign(input.script.begin(), input.script.end());
    to.sequence = input.sequence;
    for (const ByteView item : witness_stack(input.witness)) {
      to.witness.emplace_back(item.begin(), item.end());
    }
  }
  for (const Output& output : block.outputs) {
    out.outputs.push_back({output.value, {output.script.begin(), output.script.end()}});
  }
  return out;
}

void check(ByteView raw, const ChainParams& chain) {
  Block block;
  if (!decode_transaction(raw, chain, block)) return;
  const Bytes again = encode_transaction(copy(block));
  // Litecoin's extension flag is not written again.
  const bool extension = raw[4] == 0 && (raw[5] & 0x08) != 0;
  if (!extension && !std::ranges::equal(again, raw)) std::abort();
  Block second;
  if (!decode_transaction(again, chain, second)) std::abort();
  if (second.txids != block.txids || second.weight > block.weight) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size}, *find_chain("main"));
  check({data, size}, *find_chain("litecoin"));
  return 0;
}
