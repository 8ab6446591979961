#include "chain/evm/block.h"

#include "base/keccak.h"
#include "chain/evm/rlp_reader.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

// What failed within an item of a list says which item.
Error error_at(const RlpReader& reader, const char* part, std::size_t index) {
  return reader.error().within(std::string(part) + " " + std::to_string(index));
}

Result<void> read_transactions(RlpReader& reader, Block& out) {
  if (!reader.open("transactions")) return fail(reader.error());
  while (reader.more()) {
    if (!read_transaction_item(reader, out.transactions.emplace_back())) {
      return fail(error_at(reader, "transaction", out.transactions.size() - 1));
    }
  }
  if (!reader.close("transactions")) return fail(reader.error());
  return {};
}

// Leaves the uncles' bytes in `messages`.
Result<void> read_uncles(RlpReader& reader, Block& out, std::vector<ByteView>& messages) {
  const std::uint8_t* list = reader.at();
  if (!reader.open("uncles")) return fail(reader.error());
  while (reader.more()) {
    const std::uint8_t* start = reader.at();
    if (!read_header(reader, out.uncles.emplace_back())) {
      return fail(error_at(reader, "uncle", out.uncles.size() - 1));
    }
    messages.emplace_back(start, reader.at());
  }
  if (!reader.close("uncles")) return fail(reader.error());
  out.uncles_raw = {list, reader.at()};
  return {};
}

Result<void> read_withdrawals(RlpReader& reader, Block& out) {
  out.has_withdrawals = reader.more();
  if (!out.has_withdrawals) return {};
  if (!reader.open("withdrawals")) return fail(reader.error());
  while (reader.more()) {
    if (!read_withdrawal(reader, out.withdrawals.emplace_back())) {
      return fail(error_at(reader, "withdrawal", out.withdrawals.size() - 1));
    }
  }
  if (!reader.close("withdrawals")) return fail(reader.error());
  return {};
}

}  // namespace

void Block::clear() {
  header = {};
  hash = {};
  transactions.clear();
  transaction_hashes.clear();
  uncle_hashes.clear();
  uncles_raw = {};
  uncles.clear();
  has_withdrawals = false;
  withdrawals.clear();
}

bool read_withdrawal(RlpReader& reader, Withdrawal& withdrawal) {
  const std::uint8_t* start = reader.at();
  if (!reader.open("withdrawal") || !reader.read_u64(withdrawal.index, "withdrawal index") ||
      !reader.read_u64(withdrawal.validator, "validator index") ||
      !reader.read_array(withdrawal.address, "withdrawal address") ||
      !reader.read_u64(withdrawal.amount, "withdrawal amount") || !reader.close("withdrawal")) {
    return false;
  }
  withdrawal.raw = {start, reader.at()};
  return true;
}

void write_withdrawal(RlpWriter& writer, const Withdrawal& withdrawal) {
  writer.open();
  writer.write_u64(withdrawal.index);
  writer.write_u64(withdrawal.validator);
  writer.write_bytes(withdrawal.address);
  writer.write_u64(withdrawal.amount);
  writer.close();
}

Result<void> BlockDecoder::decode(ByteView raw, Block& out) {
  out.clear();
  messages_.clear();
  RlpReader reader(raw);
  if (!reader.open("block")) return fail(reader.error());
  const std::uint8_t* start = reader.at();
  if (!read_header(reader, out.header)) return fail(reader.error());
  out.hash = keccak256({start, reader.at()});
  CLEW_CHECK(read_transactions(reader, out));
  CLEW_CHECK(read_uncles(reader, out, messages_));
  CLEW_CHECK(read_withdrawals(reader, out));
  if (!reader.close("block") || !reader.finish("block")) return fail(reader.error());
  out.uncle_hashes.resize(messages_.size());
  keccak256_many(messages_, out.uncle_hashes);
  messages_.clear();
  for (const Transaction& tx : out.transactions)
    messages_.push_back(tx.raw);
  out.transaction_hashes.resize(messages_.size());
  keccak256_many(messages_, out.transaction_hashes);
  return {};
}

Bytes encode_block(const Block& block) {
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  write_header(writer, block.header);
  writer.open();
  for (const Transaction& tx : block.transactions)
    write_transaction_item(writer, tx);
  writer.close();
  writer.open();
  for (const Header& uncle : block.uncles)
    write_header(writer, uncle);
  writer.close();
  if (block.has_withdrawals) {
    writer.open();
    for (const Withdrawal& withdrawal : block.withdrawals)
      write_withdrawal(writer, withdrawal);
    writer.close();
  }
  writer.close();
  return out;
}

}  // namespace clew::evm
