#include "base/keccak.h"
#include "chain/evm/rlp_writer.h"
#include "chain/evm/transaction.h"

namespace clew::evm {
namespace {

// A list that the transaction views, or an empty one.
void write_list(RlpWriter& writer, ByteView list) {
  if (list.empty()) {
    writer.write_empty_list();
  } else {
    writer.write_raw(list);
  }
}

void write_call(RlpWriter& writer, const Transaction& tx) {
  if (tx.type >= TransactionType::dynamic_fee) writer.write_u256(tx.max_priority_fee);
  writer.write_u256(tx.max_fee);
  writer.write_u64(tx.gas_limit);
  writer.write_bytes(tx.to ? ByteView(*tx.to) : ByteView());
  writer.write_u256(tx.value);
  writer.write_bytes(tx.input);
}

// All fields but the signature, after the type.
void write_unsigned(RlpWriter& writer, const Transaction& tx) {
  const bool typed = tx.type != TransactionType::legacy;
  if (typed) writer.write_u64(tx.chain_id.value_or(0));
  writer.write_u64(tx.nonce);
  write_call(writer, tx);
  if (typed) write_list(writer, tx.access_list);
  if (tx.type == TransactionType::blob) {
    writer.write_u256(tx.max_blob_fee);
    write_list(writer, tx.blob_hashes);
  }
  if (tx.type == TransactionType::set_code) write_list(writer, tx.authorizations);
}

}  // namespace

Bytes encode_transaction(const Transaction& tx) {
  Bytes out;
  RlpWriter writer(out);
  if (tx.type != TransactionType::legacy) out.push_back(static_cast<std::uint8_t>(tx.type));
  writer.open();
  write_unsigned(writer, tx);
  writer.write_u64(tx.v);
  writer.write_u256(tx.r);
  writer.write_u256(tx.s);
  writer.close();
  return out;
}

Hash256 signing_hash(const Transaction& tx) {
  Bytes out;
  RlpWriter writer(out);
  const bool typed = tx.type != TransactionType::legacy;
  if (typed) out.push_back(static_cast<std::uint8_t>(tx.type));
  writer.open();
  write_unsigned(writer, tx);
  if (!typed && tx.chain_id) {
    writer.write_u64(*tx.chain_id);
    writer.write_u64(0);
    writer.write_u64(0);
  }
  writer.close();
  return keccak256(out);
}

Hash256 transaction_hash(const Transaction& tx) {
  return keccak256(encode_transaction(tx));
}

void write_transaction_item(RlpWriter& writer, const Transaction& tx) {
  const Bytes encoded = encode_transaction(tx);
  if (tx.type == TransactionType::legacy) {
    writer.write_raw(encoded);
  } else {
    writer.write_bytes(encoded);
  }
}

Bytes encode_access_list(const std::vector<AccessListEntry>& entries) {
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  for (const AccessListEntry& entry : entries) {
    writer.open();
    writer.write_bytes(entry.address);
    writer.open();
    for (const Hash256& key : entry.storage_keys)
      writer.write_bytes(key);
    writer.close();
    writer.close();
  }
  writer.close();
  return out;
}

Bytes encode_blob_hashes(const std::vector<Hash256>& hashes) {
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  for (const Hash256& hash : hashes)
    writer.write_bytes(hash);
  writer.close();
  return out;
}

Bytes encode_authorizations(const std::vector<Authorization>& authorizations) {
  Bytes out;
  RlpWriter writer(out);
  writer.open();
  for (const Authorization& one : authorizations) {
    writer.open();
    writer.write_u256(one.chain_id);
    writer.write_bytes(one.address);
    writer.write_u64(one.nonce);
    writer.write_u64(one.y_parity);
    writer.write_u256(one.r);
    writer.write_u256(one.s);
    writer.close();
  }
  writer.close();
  return out;
}

Address contract_address(const Address& sender, std::uint64_t nonce) {
  Bytes preimage;
  RlpWriter writer(preimage);
  writer.open();
  writer.write_bytes(sender);
  writer.write_u64(nonce);
  writer.close();
  const Hash256 hash = keccak256(preimage);
  Address address;
  std::memcpy(address.data(), hash.data() + hash.size() - address.size(), address.size());
  return address;
}

}  // namespace clew::evm
