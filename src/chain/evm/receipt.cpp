#include "chain/evm/receipt.h"

#include "base/keccak.h"
#include "chain/evm/rlp_reader.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

bool read_outcome(RlpReader& reader, Receipt& receipt) {
  const std::uint8_t* start = reader.at();
  ByteView bytes;
  if (!reader.read_bytes(bytes, "status or post-state")) return false;
  if (bytes.size() == std::tuple_size_v<Hash256>) {
    std::memcpy(receipt.post_state.emplace().data(), bytes.data(), bytes.size());
    return true;
  }
  receipt.success = !bytes.empty();
  if (bytes.empty() || (bytes.size() == 1 && bytes.front() == 1)) return true;
  return reader.refuse(start, "status or post-state: neither 0, 1 nor 32 bytes");
}

bool read_log(RlpReader& reader, Log& log) {
  if (!reader.open("log") || !reader.read_array(log.address, "log address") ||
      !reader.open("topics")) {
    return false;
  }
  while (reader.more()) {
    if (log.topic_count == Log::kTopicsMax) {
      return reader.refuse(reader.at(), "topics: more than 4");
    }
    if (!reader.read_array(log.topics[log.topic_count++], "topic")) return false;
  }
  return reader.close("topics") && reader.read_bytes(log.data, "log data") && reader.close("log");
}

bool read_type(RlpReader& reader, Receipt& receipt) {
  if (reader.next_is_list()) return true;
  const std::uint8_t* start = reader.at();
  std::uint8_t type = 0;
  if (!reader.read_raw_byte(type, "receipt type")) return false;
  if (type == 0 || type > static_cast<std::uint8_t>(TransactionType::set_code)) {
    return reader.refuse(start, "receipt type " + std::to_string(type) + " is not known",
                         ErrorKind::unsupported);
  }
  receipt.type = static_cast<TransactionType>(type);
  return true;
}

bool read_receipt(RlpReader& reader, Receipts& out) {
  Receipt& receipt = out.receipts.emplace_back();
  receipt.first_log = static_cast<std::uint32_t>(out.logs.size());
  if (!read_type(reader, receipt) || !reader.open("receipt") || !read_outcome(reader, receipt) ||
      !reader.read_u64(receipt.cumulative_gas_used, "cumulative gas used") ||
      !reader.read_array(receipt.bloom, "bloom") || !reader.open("logs")) {
    return false;
  }
  while (reader.more()) {
    if (!read_log(reader, out.logs.emplace_back())) return false;
  }
  receipt.log_count = static_cast<std::uint32_t>(out.logs.size()) - receipt.first_log;
  return reader.close("logs") && reader.close("receipt") && reader.finish("receipt");
}

}  // namespace

Result<void> append_receipt(ByteView raw, Receipts& out) {
  RlpReader reader(raw);
  if (!read_receipt(reader, out)) return fail(reader.error());
  out.receipts.back().raw = raw;
  return {};
}

Bytes encode_receipt(const Receipt& receipt, std::span<const Log> logs) {
  Bytes out;
  RlpWriter writer(out);
  if (receipt.type != TransactionType::legacy) {
    out.push_back(static_cast<std::uint8_t>(receipt.type));
  }
  writer.open();
  if (receipt.post_state) {
    writer.write_bytes(*receipt.post_state);
  } else {
    writer.write_u64(receipt.success ? 1 : 0);
  }
  writer.write_u64(receipt.cumulative_gas_used);
  writer.write_bytes(receipt.bloom);
  writer.open();
  for (const Log& log : logs) {
    writer.open();
    writer.write_bytes(log.address);
    writer.open();
    for (const Hash256& topic : log.topic_list())
      writer.write_bytes(topic);
    writer.close();
    writer.write_bytes(log.data);
    writer.close();
  }
  writer.close();
  writer.close();
  return out;
}

void add_to_bloom(Bloom& bloom, const Hash256& hash) {
  for (std::size_t i = 0; i < 6; i += 2) {
    const unsigned bit = (hash[i] << 8u | hash[i + 1]) & 2047u;
    bloom[bloom.size() - 1 - bit / 8] |= static_cast<std::uint8_t>(1u << (bit % 8));
  }
}

Bloom bloom_of(std::span<const Log> logs) {
  Bloom bloom{};
  for (const Log& log : logs) {
    add_to_bloom(bloom, keccak256(log.address));
    for (const Hash256& topic : log.topic_list())
      add_to_bloom(bloom, keccak256(topic));
  }
  return bloom;
}

}  // namespace clew::evm
