#include "chain/evm/rpc_block.h"

#include "chain/evm/rpc_answer.h"
#include "chain/evm/rpc_transaction.h"

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

Result<void> write_withdrawal_of(JsonCursor& json, FieldTexts<4>& fields, RlpWriter& writer) {
  CLEW_CHECK(fields.read(json, "withdrawals"));
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

struct RpcBlockReader::Impl {
  enum class Part { header, whole };

  Result<void> read(std::string_view text, Part part, RpcBlock& out);
  Result<void> read_field(std::string_view key, JsonCursor& json, Part part, RpcBlock& out);
  Result<void> read_transactions(JsonCursor& json, RpcBlock& out);
  Result<void> read_uncle_hashes(JsonCursor& json);
  Result<void> read_withdrawals(JsonCursor& json);
  Result<void> assemble(Part part, Bytes& raw);
  Result<void> write_header(RlpWriter& writer);
  Result<void> check_stated(const Block& block) const;

  RpcTransactionReader transaction_reader;
  FieldTexts<kNames.size()> fields{kNames};
  BlockDecoder decoder;
  bool has_transactions = false, has_withdrawals = false;
  Bytes transactions, withdrawals;  // their items
  std::vector<Hash256> uncle_hashes;
  std::vector<std::optional<Hash256>> transaction_hashes;
};

RpcBlockReader::RpcBlockReader() : impl_(std::make_unique<Impl>()) {}
RpcBlockReader::~RpcBlockReader() = default;

Result<void> RpcBlockReader::read(std::string_view answer, RpcBlock& out) {
  return impl_->read(answer, Impl::Part::whole, out);
}

Result<void> RpcBlockReader::read_header(std::string_view answer, RpcBlock& out) {
  return impl_->read(answer, Impl::Part::header, out);
}

Result<void> RpcBlockReader::Impl::read(std::string_view text, Part part, RpcBlock& out) {
  has_transactions = has_withdrawals = false;
  transactions.clear();
  withdrawals.clear();
  uncle_hashes.clear();
  transaction_hashes.clear();
  out.senders.clear();
  JsonCursor json(text);
  CLEW_CHECK(read_result(json, [&] {
    return fields.read(json, "block",
                       [&](std::string_view key) { return read_field(key, json, part, out); });
  }));
  CLEW_CHECK(assemble(part, out.raw));
  CLEW_CHECK(decoder.decode(out.raw, out.block));
  if (part == Part::header || !uncle_hashes.empty()) out.block.uncles_raw = {};
  out.block.uncle_hashes = uncle_hashes;
  return check_stated(out.block);
}

Result<void> RpcBlockReader::Impl::read_field(std::string_view key, JsonCursor& json, Part part,
                                              RpcBlock& out) {
  if (part == Part::header) return {};
  if (key == "transactions") return read_transactions(json, out);
  if (key == "uncles") return read_uncle_hashes(json);
  if (key == "withdrawals") return read_withdrawals(json);
  return {};
}

Result<void> RpcBlockReader::Impl::read_transactions(JsonCursor& json, RpcBlock& out) {
  has_transactions = true;
  transactions.clear();
  transaction_hashes.clear();
  out.senders.clear();
  RlpWriter writer(transactions);
  return for_each_element(json, "transactions", "transaction", [&]() -> Result<void> {
    CLEW_TRY(stated, transaction_reader.read(json, writer));
    if (!stated.sender) return fail_missing("from");
    out.senders.push_back(*stated.sender);
    transaction_hashes.push_back(stated.hash);
    return {};
  });
}

Result<void> RpcBlockReader::Impl::read_uncle_hashes(JsonCursor& json) {
  uncle_hashes.clear();
  return for_each_element(json, "uncles", "uncle", [&]() -> Result<void> {
    CLEW_TRY(text, read_text(json, "uncles"));
    return read_fixed(text, "uncles", uncle_hashes.emplace_back());
  });
}

Result<void> RpcBlockReader::Impl::read_withdrawals(JsonCursor& json) {
  static constexpr std::array<std::string_view, 4> kWithdrawalNames = {"index", "validatorIndex",
                                                                       "address", "amount"};
  if (json.take_null()) return {};
  has_withdrawals = true;
  withdrawals.clear();
  FieldTexts<4> fields(kWithdrawalNames);
  RlpWriter writer(withdrawals);
  return for_each_element(json, "withdrawals", "withdrawal",
                          [&] { return write_withdrawal_of(json, fields, writer); });
}

Result<void> RpcBlockReader::Impl::write_header(RlpWriter& writer) {
  writer.open();
  for (const Field field : {kParent, kUnclesHash})
    CLEW_CHECK(fields.fixed(writer, field, kHashSize));
  CLEW_CHECK(fields.fixed(writer, kBeneficiary, std::tuple_size_v<Address>));
  for (const Field field : {kStateRoot, kTransactionsRoot, kReceiptsRoot}) {
    CLEW_CHECK(fields.fixed(writer, field, kHashSize));
  }
  CLEW_CHECK(fields.fixed(writer, kLogsBloom, std::tuple_size_v<Bloom>));
  CLEW_CHECK(fields.quantity(writer, kDifficulty));
  for (const Field field : {kNumber, kGasLimit, kGasUsed, kTime}) {
    CLEW_CHECK(fields.quantity(writer, field, 8));
  }
  CLEW_CHECK(fields.data(writer, kExtraData));
  CLEW_CHECK(fields.fixed(writer, kMixHash, kHashSize));
  CLEW_CHECK(fields.fixed(writer, kNonce, 8));
  if (fields.has(kBaseFee)) CLEW_CHECK(fields.quantity(writer, kBaseFee));
  if (fields.has(kWithdrawalsRoot)) {
    CLEW_CHECK(fields.fixed(writer, kWithdrawalsRoot, kHashSize));
  }
  if (fields.has(kBlobGasUsed)) {
    CLEW_CHECK(fields.quantity(writer, kBlobGasUsed, 8));
    CLEW_CHECK(fields.quantity(writer, kExcessBlobGas, 8));
    CLEW_CHECK(fields.fixed(writer, kParentBeaconRoot, kHashSize));
  }
  if (fields.has(kRequestsHash)) CLEW_CHECK(fields.fixed(writer, kRequestsHash, kHashSize));
  writer.close();
  return {};
}

Result<void> RpcBlockReader::Impl::assemble(Part part, Bytes& raw) {
  if (part == Part::whole && !has_transactions) return fail_missing("transactions");
  raw.clear();
  RlpWriter writer(raw);
  writer.open();
  CLEW_CHECK(write_header(writer));
  append_list_prefix(raw, transactions.size());
  writer.write_raw(transactions);
  writer.write_empty_list();
  if (has_withdrawals) {
    append_list_prefix(raw, withdrawals.size());
    writer.write_raw(withdrawals);
  }
  writer.close();
  return {};
}

Result<void> RpcBlockReader::Impl::check_stated(const Block& block) const {
  if (!fields.has(kHash)) return fail_missing("hash");
  Hash256 stated;
  CLEW_CHECK(read_fixed(fields.text(kHash), "hash", stated));
  if (stated != block.hash) return fail_stated_hash(stated, block.hash);
  for (std::size_t i = 0; i < transaction_hashes.size(); ++i) {
    const auto& hash = transaction_hashes[i];
    if (hash == block.transaction_hashes[i]) continue;
    auto failed =
        hash ? fail_stated_hash(*hash, block.transaction_hashes[i]) : fail_missing("hash");
    return fail(std::move(failed).value().within("transaction " + std::to_string(i)));
  }
  return {};
}

}  // namespace clew::evm
