#include "chain/evm/rpc_block.h"

namespace clew::evm {
namespace {

enum Field : std::size_t {
  kParent,
  kUnclesHash,
  kBeneficiary,
  kStateRoot,
  kTransactionsRoot,
  kReceiptsRoot,
  kLogsBloom,
  kDifficulty,
  kNumber,
  kGasLimit,
  kGasUsed,
  kTime,
  kExtraData,
  kMixHash,
  kNonce,
  kBaseFee,
  kWithdrawalsRoot,
  kBlobGasUsed,
  kExcessBlobGas,
  kParentBeaconRoot,
  kRequestsHash,
  kHash,
};
constexpr std::array<std::string_view, 22> kNames = {
    "parentHash",       "sha3Uncles",   "miner",         "stateRoot",
    "transactionsRoot", "receiptsRoot", "logsBloom",     "difficulty",
    "number",           "gasLimit",     "gasUsed",       "timestamp",
    "extraData",        "mixHash",      "nonce",         "baseFeePerGas",
    "withdrawalsRoot",  "blobGasUsed",  "excessBlobGas", "parentBeaconBlockRoot",
    "requestsHash",     "hash"};
constexpr std::size_t kHashSize = std::tuple_size_v<Hash256>;

Result<void> write_withdrawal_of(JsonValue value, FieldTexts<4>& fields, RlpWriter& writer) {
  fields.clear();
  CLEW_CHECK(for_each_field(value, "withdrawals",
                            [&](std::string_view key, JsonValue item) -> Result<void> {
                              const std::size_t field = fields.find(key);
                              if (field == 4) return {};
                              CLEW_TRY(text, read_text(item, key));
                              fields.set(field, text);
                              return {};
                            }));
  writer.open();
  CLEW_CHECK(fields.quantity(writer, 0, 8));
  CLEW_CHECK(fields.quantity(writer, 1, 8));
  CLEW_CHECK(fields.fixed(writer, 2, std::tuple_size_v<Address>));
  CLEW_CHECK(fields.quantity(writer, 3, 8));
  writer.close();
  return {};
}

tl::unexpected<Error> fail_stated_hash(const Hash256& stated, const Hash256& computed) {
  return fail_field("hash", "stated " + to_text(stated) + ", computed " + to_text(computed));
}

}  // namespace

RpcBlockReader::RpcBlockReader() : fields_(kNames) {}

Result<void> RpcBlockReader::read(std::string_view answer, RpcBlock& out) {
  return read_part(answer, Part::whole, out);
}

Result<void> RpcBlockReader::read_header(std::string_view answer, RpcBlock& out) {
  return read_part(answer, Part::header, out);
}

Result<void> RpcBlockReader::read_part(std::string_view answer, Part part, RpcBlock& out) {
  fields_.clear();
  has_transactions_ = has_withdrawals_ = false;
  transactions_.clear();
  withdrawals_.clear();
  uncle_hashes_.clear();
  transaction_hashes_.clear();
  out.senders.clear();
  CLEW_CHECK(answer_.read(answer, [&](JsonValue result) {
    return for_each_field(result, "block", [&](std::string_view key, JsonValue value) {
      return read_field(key, value, part, out);
    });
  }));
  CLEW_CHECK(assemble(part, out.raw));
  CLEW_CHECK(decoder_.decode(out.raw, out.block));
  if (part == Part::header || !uncle_hashes_.empty()) out.block.uncles_raw = {};
  out.block.uncle_hashes = uncle_hashes_;
  return check_stated(out.block);
}

Result<void> RpcBlockReader::read_field(std::string_view key, JsonValue value, Part part,
                                        RpcBlock& out) {
  const std::size_t field = fields_.find(key);
  if (field != kNames.size()) {
    CLEW_TRY(text, read_text(value, key));
    fields_.set(field, text);
    return {};
  }
  if (part == Part::header) return {};
  if (key == "transactions") return read_transactions(value, out);
  if (key == "uncles") return read_uncle_hashes(value);
  if (key == "withdrawals") return read_withdrawals(value);
  return {};
}

Result<void> RpcBlockReader::read_transactions(JsonValue value, RpcBlock& out) {
  has_transactions_ = true;
  transactions_.clear();
  transaction_hashes_.clear();
  out.senders.clear();
  RlpWriter writer(transactions_);
  return for_each_element(value, "transactions", "transaction",
                          [&](JsonValue item) -> Result<void> {
                            CLEW_TRY(stated, transaction_reader_.read(item, writer));
                            if (!stated.sender) return fail_missing("from");
                            out.senders.push_back(*stated.sender);
                            transaction_hashes_.push_back(stated.hash);
                            return {};
                          });
}

Result<void> RpcBlockReader::read_uncle_hashes(JsonValue value) {
  uncle_hashes_.clear();
  return for_each_element(value, "uncles", "uncle", [&](JsonValue item) -> Result<void> {
    CLEW_TRY(text, read_text(item, "uncles"));
    return read_fixed(text, "uncles", uncle_hashes_.emplace_back());
  });
}

Result<void> RpcBlockReader::read_withdrawals(JsonValue value) {
  static constexpr std::array<std::string_view, 4> kWithdrawalNames = {"index", "validatorIndex",
                                                                       "address", "amount"};
  bool is_null = false;
  if (const auto code = value.is_null().get(is_null)) return fail_json("withdrawals", code);
  if (is_null) return {};
  has_withdrawals_ = true;
  withdrawals_.clear();
  FieldTexts<4> fields(kWithdrawalNames);
  RlpWriter writer(withdrawals_);
  return for_each_element(value, "withdrawals", "withdrawal", [&](JsonValue item) {
    return write_withdrawal_of(item, fields, writer);
  });
}

Result<void> RpcBlockReader::write_header(RlpWriter& writer) {
  writer.open();
  for (const Field field : {kParent, kUnclesHash})
    CLEW_CHECK(fields_.fixed(writer, field, kHashSize));
  CLEW_CHECK(fields_.fixed(writer, kBeneficiary, std::tuple_size_v<Address>));
  for (const Field field : {kStateRoot, kTransactionsRoot, kReceiptsRoot}) {
    CLEW_CHECK(fields_.fixed(writer, field, kHashSize));
  }
  CLEW_CHECK(fields_.fixed(writer, kLogsBloom, std::tuple_size_v<Bloom>));
  CLEW_CHECK(fields_.quantity(writer, kDifficulty));
  for (const Field field : {kNumber, kGasLimit, kGasUsed, kTime}) {
    CLEW_CHECK(fields_.quantity(writer, field, 8));
  }
  CLEW_CHECK(fields_.data(writer, kExtraData));
  CLEW_CHECK(fields_.fixed(writer, kMixHash, kHashSize));
  CLEW_CHECK(fields_.fixed(writer, kNonce, 8));
  if (fields_.has(kBaseFee)) CLEW_CHECK(fields_.quantity(writer, kBaseFee));
  if (fields_.has(kWithdrawalsRoot)) {
    CLEW_CHECK(fields_.fixed(writer, kWithdrawalsRoot, kHashSize));
  }
  if (fields_.has(kBlobGasUsed)) {
    CLEW_CHECK(fields_.quantity(writer, kBlobGasUsed, 8));
    CLEW_CHECK(fields_.quantity(writer, kExcessBlobGas, 8));
    CLEW_CHECK(fields_.fixed(writer, kParentBeaconRoot, kHashSize));
  }
  if (fields_.has(kRequestsHash)) CLEW_CHECK(fields_.fixed(writer, kRequestsHash, kHashSize));
  writer.close();
  return {};
}

Result<void> RpcBlockReader::assemble(Part part, Bytes& raw) {
  if (part == Part::whole && !has_transactions_) return fail_missing("transactions");
  raw.clear();
  RlpWriter writer(raw);
  writer.open();
  CLEW_CHECK(write_header(writer));
  append_list_prefix(raw, transactions_.size());
  writer.write_raw(transactions_);
  writer.write_empty_list();
  if (has_withdrawals_) {
    append_list_prefix(raw, withdrawals_.size());
    writer.write_raw(withdrawals_);
  }
  writer.close();
  return {};
}

Result<void> RpcBlockReader::check_stated(const Block& block) const {
  if (!fields_.has(kHash)) return fail_missing("hash");
  Hash256 stated;
  CLEW_CHECK(read_fixed(fields_.text(kHash), "hash", stated));
  if (stated != block.hash) return fail_stated_hash(stated, block.hash);
  for (std::size_t i = 0; i < transaction_hashes_.size(); ++i) {
    const auto& hash = transaction_hashes_[i];
    if (hash == block.transaction_hashes[i]) continue;
    auto failed =
        hash ? fail_stated_hash(*hash, block.transaction_hashes[i]) : fail_missing("hash");
    return fail(std::move(failed).value().within("transaction " + std::to_string(i)));
  }
  return {};
}

}  // namespace clew::evm
