// Messages of TRON. The first byte picks what the rest is: a block, a transaction, the infos of a
// block, both together (the second byte, in sixteenths of the length, says where the second
// begins), or fields of any kind, which are written again as they were read.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/sha256.h"
#include "chain/tron/account_block.h"
#include "chain/tron/protobuf.h"

namespace {

using namespace clew;
using namespace clew::tron;

void require(bool holds) {
  if (!holds) std::abort();
}

// Without a root and ids that fit, no block would ever come out of random bytes.
void fuzz_whole(ByteView message, ByteView infos) {
  Block block;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.wire != ProtoField::Wire::bytes) continue;
    if (auto tx = decode_transaction(field.bytes)) block.txs.push_back(std::move(*tx));
  }
  auto told = decode_infos(infos);
  if (!told) return;
  told->resize(block.txs.size());
  for (std::size_t i = 0; i < block.txs.size(); ++i)
    (*told)[i].id = block.txs[i].id;
  block.infos = std::move(*told);
  static const AccountBlockReader kReader;
  BlockNotes notes;
  const auto made = kReader.read(block, notes);
  require(made.has_value());
  require(made->txs.size() == block.txs.size());
  for (const auto& transfer : made->transfers) {
    require(transfer.tx < made->txs.size());
    require(transfer.from || transfer.to);
    require(transfer.kind == chain::TransferKind::erc20 || !transfer.value.is_zero());
  }
}

void fuzz_fields(ByteView message) {
  ProtoReader reader(message);
  Bytes out;
  ProtoWriter writer(out);
  for (ProtoField field; reader.next(field);) {
    require(field.number > 0);
    if (field.wire == ProtoField::Wire::bytes)
      writer.element(field.number, field.bytes);
    else
      writer.number(field.number, field.value);
  }
  if (!reader.finish()) return;
  ProtoReader again(out);
  for (ProtoField field; again.next(field);) {
  }
  require(again.finish().has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView rest(data + 2, size - 2);
  switch (data[0] % 5) {
    case 0:
      if (const auto block = decode_block(rest)) require(block->leaves.size() == block->txs.size());
      break;
    case 1:
      if (const auto tx = decode_transaction(rest)) require(tx->id != Hash256{});
      break;
    case 2:
      (void)decode_infos(rest);
      break;
    case 3: {
      const auto middle = rest.size() * (data[1] % 16) / 16;
      fuzz_whole(rest.first(middle), rest.subspan(middle));
      break;
    }
    default:
      fuzz_fields(rest);
  }
  return 0;
}
