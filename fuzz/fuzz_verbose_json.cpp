// Verbose blocks: what the parser lets through is a block that the decoder takes as well.
#include <cstdint>
#include <cstdlib>

#include "chain/bitcoin/verbose_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clew::bitcoin;
  static VerboseBlockParser parser;
  const auto verbose = parser.parse({reinterpret_cast<const char*>(data), size});
  if (!verbose) return 0;
  BlockDecoder decoder(*find_chain("litecoin"),
                       {.check_proof_of_work = false, .check_merkle_root = false});
  Block block;
  const auto decoded = verbose->header_complete
                           ? decoder.decode(verbose->raw, block)
                           : decoder.decode_with_stated_hash(verbose->raw, verbose->hash, block);
  if (!decoded || block.hash != verbose->hash) std::abort();
  if (!verbose->spent.empty() && verbose->spent.size() != block.inputs.size()) std::abort();
  return 0;
}
