#include "base/keccak.h"
#include "chain/evm/rlp_reader.h"
#include "chain/evm/transaction.h"

namespace clew::evm {
namespace {

bool read_destination(RlpReader& reader, Transaction& tx) {
  const std::uint8_t* start = reader.at();
  ByteView bytes;
  if (!reader.read_bytes(bytes, "destination")) return false;
  if (bytes.empty()) {
    if (tx.type < TransactionType::blob) return true;
    return reader.refuse(start, "destination: a transaction of this type cannot create a contract");
  }
  if (bytes.size() != std::tuple_size_v<Address>) {
    return reader.refuse(start,
                         "destination: " + std::to_string(bytes.size()) + " bytes instead of 20");
  }
  std::memcpy(tx.to.emplace().data(), bytes.data(), bytes.size());
  return true;
}

// Reads a list item by item with read(), which may keep what it reads; `view` is the whole list.
template <class Read>
bool read_list(RlpReader& reader, ByteView& view, const char* what, Read read) {
  const std::uint8_t* start = reader.at();
  if (!reader.open(what)) return false;
  while (reader.more()) {
    if (!read()) return false;
  }
  if (!reader.close(what)) return false;
  view = {start, reader.at()};
  return true;
}

bool read_access_list_entry(RlpReader& reader, AccessListEntry* entry) {
  Address address;
  ByteView keys;
  const auto read_key = [&] {
    Hash256 key;
    if (!reader.read_array(key, "storage key")) return false;
    if (entry != nullptr) entry->storage_keys.push_back(key);
    return true;
  };
  if (!reader.open("access list entry") || !reader.read_array(address, "access list address") ||
      !read_list(reader, keys, "storage keys", read_key)) {
    return false;
  }
  if (entry != nullptr) entry->address = address;
  return reader.close("access list entry");
}

bool read_authorization(RlpReader& reader, Authorization& to) {
  const std::uint8_t* start = nullptr;
  std::uint64_t y_parity = 0;
  if (!reader.open("authorization") || !reader.read_u256(to.chain_id, "authorization chain id") ||
      !reader.read_array(to.address, "authorization address") ||
      !reader.read_u64(to.nonce, "authorization nonce") ||
      (start = reader.at(), !reader.read_u64(y_parity, "authorization y parity"))) {
    return false;
  }
  // One that is not 0 or 1 is no error: the authorization is then without effect.
  if (y_parity > 0xff) return reader.refuse(start, "authorization y parity: more than 255");
  to.y_parity = static_cast<std::uint8_t>(y_parity);
  return reader.read_u256(to.r, "authorization r") && reader.read_u256(to.s, "authorization s") &&
         reader.close("authorization");
}

bool read_access_list(RlpReader& reader, Transaction& tx) {
  return read_list(reader, tx.access_list, "access list",
                   [&] { return read_access_list_entry(reader, nullptr); });
}

bool read_blob_hashes(RlpReader& reader, Transaction& tx) {
  Hash256 hash;
  return read_list(reader, tx.blob_hashes, "blob hashes", [&] {
    ++tx.blob_count;
    return reader.read_array(hash, "blob hash");
  });
}

bool read_authorizations(RlpReader& reader, Transaction& tx) {
  Authorization authorization;
  return read_list(reader, tx.authorizations, "authorizations",
                   [&] { return read_authorization(reader, authorization); });
}

bool read_fees(RlpReader& reader, Transaction& tx) {
  if (tx.type >= TransactionType::dynamic_fee) {
    return reader.read_u256(tx.max_priority_fee, "maximum priority fee") &&
           reader.read_u256(tx.max_fee, "maximum fee");
  }
  if (!reader.read_u256(tx.max_fee, "gas price")) return false;
  tx.max_priority_fee = tx.max_fee;
  return true;
}

bool read_signature(RlpReader& reader, Transaction& tx) {
  const std::uint8_t* start = reader.at();
  if (!reader.read_u64(tx.v, "signature v")) return false;
  if (tx.type != TransactionType::legacy && tx.v > 1) {
    return reader.refuse(start, "signature: y parity " + std::to_string(tx.v) + ", not 0 or 1");
  }
  return reader.read_u256(tx.r, "signature r") && reader.read_u256(tx.s, "signature s");
}

// The fields from the fees to the input, which all types have.
bool read_call(RlpReader& reader, Transaction& tx) {
  return read_fees(reader, tx) && reader.read_u64(tx.gas_limit, "gas limit") &&
         read_destination(reader, tx) && reader.read_u256(tx.value, "value") &&
         reader.read_bytes(tx.input, "input");
}

bool read_legacy(RlpReader& reader, Transaction& tx) {
  const std::uint8_t* start = reader.at();
  if (!reader.open("transaction") || !reader.read_u64(tx.nonce, "nonce") ||
      !read_call(reader, tx) || !read_signature(reader, tx) || !reader.close("transaction")) {
    return false;
  }
  if (tx.v >= 35) tx.chain_id = (tx.v - 35) / 2;
  tx.raw = {start, reader.at()};
  return true;
}

bool read_type(RlpReader& reader, Transaction& tx) {
  const std::uint8_t* start = reader.at();
  std::uint8_t type = 0;
  if (!reader.read_raw_byte(type, "transaction type")) return false;
  if (type == 0 || type > static_cast<std::uint8_t>(TransactionType::set_code)) {
    return reader.refuse(start, "transaction type " + std::to_string(type) + " is not known",
                         ErrorKind::unsupported);
  }
  tx.type = static_cast<TransactionType>(type);
  return true;
}

bool read_typed(RlpReader& reader, Transaction& tx) {
  const std::uint8_t* start = reader.at();
  if (!read_type(reader, tx) || !reader.open("transaction") ||
      !reader.read_u64(tx.chain_id.emplace(), "chain id") || !reader.read_u64(tx.nonce, "nonce") ||
      !read_call(reader, tx) || !read_access_list(reader, tx)) {
    return false;
  }
  if (tx.type == TransactionType::blob &&
      (!reader.read_u256(tx.max_blob_fee, "maximum blob fee") || !read_blob_hashes(reader, tx))) {
    return false;
  }
  if (tx.type == TransactionType::set_code && !read_authorizations(reader, tx)) return false;
  if (!read_signature(reader, tx) || !reader.close("transaction")) return false;
  tx.raw = {start, reader.at()};
  return true;
}

// The items of a list that was checked when its transaction was read.
template <class Item, class Read>
std::vector<Item> items_of(ByteView list, const char* what, Read read) {
  std::vector<Item> items;
  if (list.empty()) return items;
  RlpReader reader(list);
  ByteView view;
  read_list(reader, view, what, [&] { return read(reader, items.emplace_back()); });
  return items;
}

}  // namespace

bool read_transaction_item(RlpReader& reader, Transaction& tx) {
  tx = {};
  if (reader.next_is_list()) return read_legacy(reader, tx);
  return reader.open_bytes("transaction") && read_typed(reader, tx) && reader.close("transaction");
}

Result<Transaction> decode_transaction(ByteView raw) {
  RlpReader reader(raw);
  Transaction tx;
  const bool read = reader.next_is_list() ? read_legacy(reader, tx) : read_typed(reader, tx);
  if (!read || !reader.finish("transaction")) return fail(reader.error());
  return tx;
}

Result<Bytes> without_blobs(ByteView raw) {
  constexpr auto kBlob = static_cast<std::uint8_t>(TransactionType::blob);
  if (raw.empty() || raw.front() != kBlob) return Bytes(raw.begin(), raw.end());
  RlpReader reader(raw);
  std::uint8_t type = 0;
  if (!reader.read_raw_byte(type, "transaction type") || !reader.open("transaction")) {
    return fail(reader.error());
  }
  if (!reader.next_is_list()) return Bytes(raw.begin(), raw.end());
  ByteView inner, other;
  std::uint64_t version = 0;
  if (!reader.read_item(inner, "transaction") ||
      (!reader.next_is_list() && !reader.read_u64(version, "version of the blobs' proofs")) ||
      !reader.read_item(other, "blobs") || !reader.read_item(other, "commitments") ||
      !reader.read_item(other, "proofs") || !reader.close("transaction with blobs") ||
      !reader.finish("transaction with blobs")) {
    return fail(reader.error());
  }
  Bytes out{kBlob};
  out.insert(out.end(), inner.begin(), inner.end());
  return out;
}

std::vector<AccessListEntry> access_list_entries(const Transaction& tx) {
  return items_of<AccessListEntry>(tx.access_list, "access list",
                                   [](RlpReader& reader, AccessListEntry& entry) {
                                     return read_access_list_entry(reader, &entry);
                                   });
}

std::vector<Hash256> blob_hashes(const Transaction& tx) {
  return items_of<Hash256>(tx.blob_hashes, "blob hashes", [](RlpReader& reader, Hash256& hash) {
    return reader.read_array(hash, "blob hash");
  });
}

std::vector<Authorization> authorizations(const Transaction& tx) {
  return items_of<Authorization>(tx.authorizations, "authorizations", read_authorization);
}

}  // namespace clew::evm
