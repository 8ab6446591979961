#include "chain/evm/header.h"

#include "base/keccak.h"
#include "chain/evm/rlp_reader.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

bool read_blobs(RlpReader& reader, CancunFields& blobs) {
  return reader.read_u64(blobs.gas_used, "blob gas used") &&
         reader.read_u64(blobs.excess_gas, "excess blob gas") &&
         reader.read_array(blobs.parent_beacon_root, "parent beacon block root");
}

bool read_fork_fields(RlpReader& reader, Header& header) {
  if (!reader.more()) return true;
  if (!reader.read_u256(header.base_fee.emplace(), "base fee")) return false;
  if (!reader.more()) return true;
  if (!reader.read_array(header.withdrawals_root.emplace(), "withdrawals root")) return false;
  if (!reader.more()) return true;
  if (!read_blobs(reader, header.blobs.emplace())) return false;
  if (!reader.more()) return true;
  return reader.read_array(header.requests_hash.emplace(), "requests hash");
}

}  // namespace

std::string to_text(ByteView bytes) {
  return "0x" + to_hex(bytes);
}

bool read_header(RlpReader& reader, Header& header) {
  header = {};
  return reader.open("header") && reader.read_array(header.parent, "parent hash") &&
         reader.read_array(header.uncles_hash, "uncles hash") &&
         reader.read_array(header.beneficiary, "beneficiary") &&
         reader.read_array(header.state_root, "state root") &&
         reader.read_array(header.transactions_root, "transactions root") &&
         reader.read_array(header.receipts_root, "receipts root") &&
         reader.read_array(header.logs_bloom, "logs bloom") &&
         reader.read_u256(header.difficulty, "difficulty") &&
         reader.read_u64(header.number, "number") &&
         reader.read_u64(header.gas_limit, "gas limit") &&
         reader.read_u64(header.gas_used, "gas used") && reader.read_u64(header.time, "time") &&
         reader.read_bytes(header.extra_data, "extra data") &&
         reader.read_array(header.mix_hash, "mix hash") &&
         reader.read_array(header.nonce, "nonce") && read_fork_fields(reader, header) &&
         reader.close("header");
}

Result<Header> decode_header(ByteView raw) {
  RlpReader reader(raw);
  Header header;
  if (!read_header(reader, header) || !reader.finish("header")) return fail(reader.error());
  return header;
}

void write_header(RlpWriter& writer, const Header& header) {
  writer.open();
  writer.write_bytes(header.parent);
  writer.write_bytes(header.uncles_hash);
  writer.write_bytes(header.beneficiary);
  writer.write_bytes(header.state_root);
  writer.write_bytes(header.transactions_root);
  writer.write_bytes(header.receipts_root);
  writer.write_bytes(header.logs_bloom);
  writer.write_u256(header.difficulty);
  writer.write_u64(header.number);
  writer.write_u64(header.gas_limit);
  writer.write_u64(header.gas_used);
  writer.write_u64(header.time);
  writer.write_bytes(header.extra_data);
  writer.write_bytes(header.mix_hash);
  writer.write_bytes(header.nonce);
  if (header.base_fee) writer.write_u256(*header.base_fee);
  if (header.withdrawals_root) writer.write_bytes(*header.withdrawals_root);
  if (header.blobs) {
    writer.write_u64(header.blobs->gas_used);
    writer.write_u64(header.blobs->excess_gas);
    writer.write_bytes(header.blobs->parent_beacon_root);
  }
  if (header.requests_hash) writer.write_bytes(*header.requests_hash);
  writer.close();
}

Bytes encode_header(const Header& header) {
  Bytes out;
  RlpWriter writer(out);
  write_header(writer, header);
  return out;
}

Hash256 header_hash(const Header& header) {
  return keccak256(encode_header(header));
}

}  // namespace clew::evm
