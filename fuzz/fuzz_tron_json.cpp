// Answers of a TRON node: whatever it says, a block that is returned hashes to its id and root. The
// first byte picks the question.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "chain/tron/node_json.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clew::tron;
  if (size == 0) return 0;
  static NodeJsonReader reader;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 0) {
    const auto block = reader.read_block(text);
    if (!block) {
      require(!block.error().message.empty());
      return 0;
    }
    require(block_id(block->header) == block->id);
    require(transactions_root(block->leaves) == block->header.tx_root);
  } else if (const auto infos = reader.read_infos(text)) {
    require(infos->size() <= size);
  }
  return 0;
}
