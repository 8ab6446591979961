// Ethereum's blocks, transactions, receipts and headers: what is read and written again gives the
// same bytes, and checking it against a header that may say anything ends in a result. The first
// byte picks what the rest is.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "chain/evm/check.h"
#include "chain/evm/rlp_writer.h"
#include "chain/evm/rpc_block.h"

namespace {

using namespace clew;
using namespace clew::evm;

void require(bool holds) {
  if (!holds) std::abort();
}

void fuzz_transaction(ByteView raw) {
  const auto canonical = without_blobs(raw);
  if (!canonical) return;
  auto tx = decode_transaction(*canonical);
  if (!tx) return;
  require(encode_transaction(*tx) == *canonical);
  require(std::ranges::equal(tx->raw, *canonical));
  if (!tx->access_list.empty()) {
    require(std::ranges::equal(encode_access_list(access_list_entries(*tx)), tx->access_list));
  }
  if (!tx->blob_hashes.empty()) {
    require(blob_hashes(*tx).size() == tx->blob_count);
    require(std::ranges::equal(encode_blob_hashes(blob_hashes(*tx)), tx->blob_hashes));
  }
  if (!tx->authorizations.empty()) {
    require(std::ranges::equal(encode_authorizations(authorizations(*tx)), tx->authorizations));
  }
}

void fuzz_block(ByteView raw) {
  static BlockDecoder decoder;
  static BlockCheck check;
  Block block;
  if (!decoder.decode(raw, block)) return;
  require(std::ranges::equal(encode_block(block), raw));
  require(header_hash(block.header) == block.hash);
  (void)check.check_block(block);
  (void)check.check_receipts(block, Receipts{});
}

void fuzz_receipt(ByteView raw) {
  static BlockCheck check;
  Receipts receipts;
  if (!append_receipt(raw, receipts)) return;
  const Receipt& receipt = receipts.receipts.front();
  require(std::ranges::equal(encode_receipt(receipt, receipts.logs_of(receipt)), raw));
  Block block;
  block.transactions.resize(1);
  block.transactions.front().type = receipt.type;
  block.header.gas_used = receipt.cumulative_gas_used;
  (void)check.check_receipts(block, receipts);
}

// What a fuzzer would take long to find: the five hundred bytes of a header, or the bloom of a
// receipt, before the part that varies.
Bytes after_header(ByteView rest) {
  Header header;
  header.base_fee = U256(7);
  header.withdrawals_root = Hash256{};
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  write_header(writer, header);
  writer.write_raw(rest);
  writer.close();
  return out;
}

Bytes after_bloom(ByteView rest) {
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  writer.write_u64(1);
  writer.write_u64(21000);
  writer.write_bytes(Bloom{});
  writer.write_raw(rest);
  writer.close();
  return out;
}

void fuzz_answer(ByteView raw) {
  static RpcBlockReader blocks;
  static RpcReceiptsReader receipts;
  const std::string_view text(reinterpret_cast<const char*>(raw.data()), raw.size());
  RpcBlock block;
  (void)blocks.read(text, block);
  (void)blocks.read_header(text, block);
  Block known;
  known.transactions.resize(2);
  known.transaction_hashes.resize(2);
  RpcReceipts read;
  (void)receipts.read(text, known, read);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView raw(data + 1, size - 1);
  switch (data[0] % 7) {
    case 0:
      fuzz_block(raw);
      break;
    case 5:
      fuzz_block(after_header(raw));
      break;
    case 6:
      fuzz_receipt(after_bloom(raw));
      break;
    case 1:
      fuzz_transaction(raw);
      break;
    case 2:
      fuzz_receipt(raw);
      break;
    case 3:
      fuzz_answer(raw);
      break;
    default:
      if (const auto header = decode_header(raw)) {
        require(std::ranges::equal(encode_header(*header), raw));
      }
  }
  return 0;
}
