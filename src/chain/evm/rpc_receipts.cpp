#include "chain/evm/rpc_answer.h"
#include "chain/evm/rpc_block.h"

namespace clew::evm {
namespace {

enum Field : std::size_t {
  kType,
  kStatus,
  kRoot,
  kCumulativeGasUsed,
  kLogsBloom,
  kTransactionHash,
  kBlockHash,
  kGasUsed,
  kBlobGasPrice,
};
constexpr std::array<std::string_view, 9> kNames = {
    "type",      "status",  "root",        "cumulativeGasUsed", "logsBloom", "transactionHash",
    "blockHash", "gasUsed", "blobGasPrice"};

enum LogField : std::size_t { kAddress, kData };
constexpr std::array<std::string_view, 2> kLogNames = {"address", "data"};

}  // namespace

struct RpcReceiptsReader::Impl {
  Result<void> read(std::string_view text, const Block& block, RpcReceipts& out);
  Result<void> read_receipt(JsonCursor& json, const Block& block, RpcReceipts& out);
  Result<void> read_blob_gas_price(RpcReceipts& out) const;
  Result<void> write_receipt(RlpWriter& writer);
  Result<void> read_log(JsonCursor& json, RlpWriter& writer);
  Result<void> read_topics(JsonCursor& json);
  Result<void> write_log(RlpWriter& writer);
  Result<void> check_stated(const Block& block);

  FieldTexts<kNames.size()> fields{kNames};
  FieldTexts<kLogNames.size()> log_fields{kLogNames};
  bool has_logs = false;
  Bytes logs;  // their items
  std::array<Hash256, Log::kTopicsMax> topics;
  std::optional<std::size_t> topic_count;
  std::vector<std::size_t> ends;  // of the receipts
  std::uint64_t cumulative_gas_used = 0;
};

RpcReceiptsReader::RpcReceiptsReader() : impl_(std::make_unique<Impl>()) {}
RpcReceiptsReader::~RpcReceiptsReader() = default;

Result<void> RpcReceiptsReader::read(std::string_view answer, const Block& block,
                                     RpcReceipts& out) {
  return impl_->read(answer, block, out);
}

Result<void> RpcReceiptsReader::Impl::read(std::string_view text, const Block& block,
                                           RpcReceipts& out) {
  out.raw.clear();
  out.receipts.clear();
  out.blob_gas_price.reset();
  ends.clear();
  cumulative_gas_used = 0;
  JsonCursor json(text);
  CLEW_CHECK(read_result(json, [&] {
    return for_each_element(json, "receipts", "receipt",
                            [&] { return read_receipt(json, block, out); });
  }));
  std::size_t start = 0;
  for (const std::size_t end : ends) {
    CLEW_CHECK(append_receipt(ByteView(out.raw).subspan(start, end - start), out.receipts));
    start = end;
  }
  return {};
}

Result<void> RpcReceiptsReader::Impl::read_receipt(JsonCursor& json, const Block& block,
                                                   RpcReceipts& out) {
  Bytes& raw = out.raw;
  logs.clear();
  has_logs = false;
  CLEW_CHECK(fields.read(json, "receipts", [&](std::string_view key) -> Result<void> {
    if (key != "logs") return {};
    has_logs = true;
    logs.clear();
    RlpWriter writer(logs);
    return for_each_element(json, key, "log", [&] { return read_log(json, writer); });
  }));
  if (!has_logs) return fail_missing("logs");
  CLEW_CHECK(check_stated(block));
  std::uint64_t type = 0;  // nodes before EIP-2718 do not tell it
  if (fields.has(kType)) {
    CLEW_TRY(stated, read_u64(fields.text(kType), "type"));
    type = stated;
  }
  if (type > static_cast<std::uint64_t>(TransactionType::set_code)) {
    return fail(ErrorKind::unsupported, "receipt type " + std::to_string(type) + " is not known");
  }
  CLEW_CHECK(read_blob_gas_price(out));
  if (type != 0) raw.push_back(static_cast<std::uint8_t>(type));
  RlpWriter writer(raw);
  CLEW_CHECK(write_receipt(writer));
  ends.push_back(raw.size());
  return {};
}

Result<void> RpcReceiptsReader::Impl::read_blob_gas_price(RpcReceipts& out) const {
  if (!fields.has(kBlobGasPrice)) return {};
  CLEW_TRY(price, read_u256(fields.text(kBlobGasPrice), kNames[kBlobGasPrice]));
  if (!out.blob_gas_price) out.blob_gas_price = price;
  if (*out.blob_gas_price == price) return {};
  return fail_field(kNames[kBlobGasPrice], "stated " + price.to_decimal() + ", but " +
                                               out.blob_gas_price->to_decimal() + " before");
}

Result<void> RpcReceiptsReader::Impl::write_receipt(RlpWriter& writer) {
  constexpr std::size_t kUsual = 8;  // status, gas and prefixes
  writer.open(logs.size() + std::tuple_size_v<Bloom> + kUsual);
  if (fields.has(kStatus)) {
    CLEW_CHECK(fields.quantity(writer, kStatus, 1));
  } else {
    CLEW_CHECK(fields.fixed(writer, kRoot, std::tuple_size_v<Hash256>));
  }
  CLEW_CHECK(fields.quantity(writer, kCumulativeGasUsed, 8));
  CLEW_CHECK(fields.fixed(writer, kLogsBloom, std::tuple_size_v<Bloom>));
  writer.open(logs.size());
  writer.write_raw(logs);
  writer.close();
  writer.close();
  return {};
}

Result<void> RpcReceiptsReader::Impl::read_log(JsonCursor& json, RlpWriter& writer) {
  topic_count.reset();
  CLEW_CHECK(log_fields.read(json, "logs", [&](std::string_view key) -> Result<void> {
    if (key != "topics") return {};
    return read_topics(json);
  }));
  return write_log(writer);
}

Result<void> RpcReceiptsReader::Impl::read_topics(JsonCursor& json) {
  std::size_t count = 0;
  CLEW_CHECK(for_each_element(json, "topics", "topic", [&]() -> Result<void> {
    if (count == topics.size()) return fail_field("topics", "more than 4");
    CLEW_TRY(text, read_text(json, "topics"));
    return read_fixed(text, "topics", topics[count++]);
  }));
  topic_count = count;
  return {};
}

Result<void> RpcReceiptsReader::Impl::write_log(RlpWriter& writer) {
  if (!topic_count) return fail_missing("topics");
  const std::size_t topics_size = *topic_count * (std::tuple_size_v<Hash256> + 1);
  writer.open(std::tuple_size_v<Address> + topics_size + log_fields.text(kData).size() / 2);
  CLEW_CHECK(log_fields.fixed(writer, kAddress, std::tuple_size_v<Address>));
  writer.open(topics_size);
  for (std::size_t i = 0; i < *topic_count; ++i)
    writer.write_bytes(topics[i]);
  writer.close();
  CLEW_CHECK(log_fields.data(writer, kData));
  writer.close();
  return {};
}

// Where and how the node says the receipt belongs, none of which any root holds.
Result<void> RpcReceiptsReader::Impl::check_stated(const Block& block) {
  const std::size_t index = ends.size();
  if (index >= block.transactions.size()) {
    return fail(ErrorKind::data, "the block has only " + std::to_string(block.transactions.size()) +
                                     " transactions");
  }
  const auto check = [&](Field field, const Hash256& known) -> Result<void> {
    if (!fields.has(field)) return {};
    Hash256 stated;
    CLEW_CHECK(read_fixed(fields.text(field), fields.name(field), stated));
    if (stated == known) return {};
    return fail_field(fields.name(field),
                      "stated " + to_text(stated) + ", but it should be " + to_text(known));
  };
  CLEW_CHECK(check(kTransactionHash, block.transaction_hashes[index]));
  CLEW_CHECK(check(kBlockHash, block.hash));
  if (!fields.has(kCumulativeGasUsed)) return fail_missing("cumulativeGasUsed");
  CLEW_TRY(cumulative, read_u64(fields.text(kCumulativeGasUsed), "cumulativeGasUsed"));
  const std::uint64_t used = cumulative - cumulative_gas_used;
  cumulative_gas_used = cumulative;
  if (!fields.has(kGasUsed)) return {};
  CLEW_TRY(stated, read_u64(fields.text(kGasUsed), "gasUsed"));
  if (stated == used) return {};
  return fail_field("gasUsed", "stated " + std::to_string(stated) + ", but the cumulative gas " +
                                   "rises by " + std::to_string(used));
}

}  // namespace clew::evm
