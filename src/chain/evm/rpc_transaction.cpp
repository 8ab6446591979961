#include "chain/evm/rpc_transaction.h"

namespace clew::evm {
namespace {

enum Field : std::size_t {
  kHash,
  kFrom,
  kType,
  kChainId,
  kNonce,
  kGasPrice,
  kMaxPriorityFee,
  kMaxFee,
  kGas,
  kTo,
  kValue,
  kInput,
  kMaxBlobFee,
  kV,
  kYParity,
  kR,
  kS,
};
constexpr std::array<std::string_view, 17> kNames = {
    "hash",         "from", "type", "chainId", "nonce", "gasPrice",         "maxPriorityFeePerGas",
    "maxFeePerGas", "gas",  "to",   "value",   "input", "maxFeePerBlobGas", "v",
    "yParity",      "r",    "s"};

Result<void> write_hash(JsonCursor& json, std::string_view key, RlpWriter& writer) {
  CLEW_TRY(text, read_text(json, key));
  return write_fixed(writer, text, key, std::tuple_size_v<Hash256>);
}

// Writes a list of hashes at the end of what `writer` writes.
Result<void> write_hashes(JsonCursor& json, std::string_view key, RlpWriter& writer) {
  writer.open();
  CLEW_CHECK(for_each_element(json, key, key, [&] { return write_hash(json, key, writer); }));
  writer.close();
  return {};
}

Result<void> write_access_list_entry(JsonCursor& json, RlpWriter& writer) {
  std::string_view address;
  Bytes keys;
  CLEW_CHECK(for_each_field(json, "accessList", [&](std::string_view key) -> Result<void> {
    if (key == "storageKeys") {
      keys.clear();
      RlpWriter inner(keys);
      return write_hashes(json, key, inner);
    }
    if (key != "address") return {};
    CLEW_TRY(text, read_text(json, key));
    address = text;
    return {};
  }));
  if (address.data() == nullptr) return fail_missing("address");
  if (keys.empty()) return fail_missing("storageKeys");
  writer.open();
  CLEW_CHECK(write_fixed(writer, address, "address", std::tuple_size_v<Address>));
  writer.write_raw(keys);
  writer.close();
  return {};
}

Result<void> write_authorization(JsonCursor& json, RlpWriter& writer) {
  static constexpr std::array<std::string_view, 7> kAuthorizationNames = {
      "chainId", "address", "nonce", "yParity", "r", "s", "v"};
  FieldTexts<7> fields(kAuthorizationNames);
  CLEW_CHECK(fields.read(json, "authorizationList"));
  writer.open();
  CLEW_CHECK(fields.quantity(writer, 0));
  CLEW_CHECK(fields.fixed(writer, 1, std::tuple_size_v<Address>));
  CLEW_CHECK(fields.quantity(writer, 2, 8));
  CLEW_CHECK(fields.quantity(writer, fields.has(3) ? 3 : 6, 1));
  CLEW_CHECK(fields.quantity(writer, 4));
  CLEW_CHECK(fields.quantity(writer, 5));
  writer.close();
  return {};
}

// Writes a list whose items write(json, writer) writes, in the place of `out`; null is no list.
template <class Write>
Result<void> write_list(JsonCursor& json, std::string_view key, Bytes& out, Write write) {
  if (json.take_null()) return {};
  out.clear();
  RlpWriter writer(out);
  writer.open();
  CLEW_CHECK(for_each_element(json, key, key, [&] { return write(json, writer); }));
  writer.close();
  return {};
}

// A list that a transaction of the type must have.
Result<void> copy_list(RlpWriter& writer, ByteView list, std::string_view key) {
  if (list.empty()) return fail_missing(key);
  writer.write_raw(list);
  return {};
}

}  // namespace

RpcTransactionReader::RpcTransactionReader() : fields_(kNames) {}

Result<void> RpcTransactionReader::read_list(std::string_view key, JsonCursor& json) {
  if (key == "accessList") return write_list(json, key, access_list_, write_access_list_entry);
  if (key == "authorizationList") {
    return write_list(json, key, authorizations_, write_authorization);
  }
  if (key != "blobVersionedHashes") return {};
  return write_list(json, key, blob_hashes_, [&](JsonCursor& item, RlpWriter& writer) {
    return write_hash(item, key, writer);
  });
}

Result<void> RpcTransactionReader::write_call(RlpWriter& writer, TransactionType type) {
  CLEW_CHECK(fields_.quantity(writer, kNonce, 8));
  if (type >= TransactionType::dynamic_fee) {
    CLEW_CHECK(fields_.quantity(writer, kMaxPriorityFee));
    CLEW_CHECK(fields_.quantity(writer, kMaxFee));
  } else {
    CLEW_CHECK(fields_.quantity(writer, kGasPrice));
  }
  CLEW_CHECK(fields_.quantity(writer, kGas, 8));
  if (fields_.has(kTo)) {
    CLEW_CHECK(fields_.fixed(writer, kTo, std::tuple_size_v<Address>));
  } else {
    writer.write_bytes({});
  }
  CLEW_CHECK(fields_.quantity(writer, kValue));
  return fields_.data(writer, kInput);
}

// What is long, and as many bytes as the other fields usually take together.
std::size_t RpcTransactionReader::size_expected() const {
  constexpr std::size_t kUsual = 110;
  return fields_.text(kInput).size() / 2 + access_list_.size() + blob_hashes_.size() +
         authorizations_.size() + kUsual;
}

Result<void> RpcTransactionReader::write(RlpWriter& writer, TransactionType type) {
  const bool typed = type != TransactionType::legacy;
  writer.open(size_expected());
  if (typed) CLEW_CHECK(fields_.quantity(writer, kChainId, 8));
  CLEW_CHECK(write_call(writer, type));
  if (typed) CLEW_CHECK(copy_list(writer, access_list_, "accessList"));
  if (type == TransactionType::blob) {
    CLEW_CHECK(fields_.quantity(writer, kMaxBlobFee));
    CLEW_CHECK(copy_list(writer, blob_hashes_, "blobVersionedHashes"));
  }
  if (type == TransactionType::set_code) {
    CLEW_CHECK(copy_list(writer, authorizations_, "authorizationList"));
  }
  CLEW_CHECK(fields_.quantity(writer, typed && fields_.has(kYParity) ? kYParity : kV, 8));
  CLEW_CHECK(fields_.quantity(writer, kR));
  CLEW_CHECK(fields_.quantity(writer, kS));
  writer.close();
  return {};
}

Result<StatedTransaction> RpcTransactionReader::read(JsonCursor& json, RlpWriter& writer) {
  if (json.peek() == '"') {
    return fail(ErrorKind::data, "only its hash is given; ask the node for full transactions");
  }
  access_list_.clear();
  authorizations_.clear();
  blob_hashes_.clear();
  CLEW_CHECK(fields_.read(json, "transactions",
                          [&](std::string_view key) { return read_list(key, json); }));
  std::uint64_t type = 0;  // nodes before EIP-2718 do not tell it
  if (fields_.has(kType)) {
    CLEW_TRY(stated, read_u64(fields_.text(kType), "type"));
    type = stated;
  }
  if (type > static_cast<std::uint64_t>(TransactionType::set_code)) {
    return fail(ErrorKind::unsupported,
                "transaction type " + std::to_string(type) + " is not known");
  }
  if (type == 0) {
    CLEW_CHECK(write(writer, TransactionType::legacy));
  } else {
    const auto byte = static_cast<std::uint8_t>(type);
    writer.open_bytes(size_expected() + 4);
    writer.write_raw({&byte, 1});
    CLEW_CHECK(write(writer, static_cast<TransactionType>(type)));
    writer.close();
  }
  StatedTransaction stated;
  if (fields_.has(kHash)) {
    CLEW_CHECK(read_fixed(fields_.text(kHash), "hash", stated.hash.emplace()));
  }
  if (fields_.has(kFrom)) {
    CLEW_CHECK(read_fixed(fields_.text(kFrom), "from", stated.sender.emplace()));
  }
  return stated;
}

}  // namespace clew::evm
