#include "chain/bitcoin/verbose_json.h"

#include <string>

#include "chain/bitcoin/verbose_transaction.h"

namespace clew::bitcoin {
namespace {

// The fields of a block as they come, in any order.
struct BlockFields {
  std::optional<Hash256> hash, previous, merkle_root;
  std::optional<std::int32_t> version;
  std::optional<std::uint32_t> time, bits, nonce, height;
  bool has_transactions = false;
  std::vector<VerboseTransaction> transactions;

  Result<void> read(std::string_view key, JsonValue value);
  Result<void> read_transaction_or_txid(JsonValue value);
  Result<Header> header(bool& complete) const;
};

// Printed as 8 hexadecimal digits, the most significant first.
Result<std::uint32_t> read_bits(JsonValue value, std::string_view key) {
  CLEW_TRY(bytes, read_hex(value, key));
  if (bytes.size() != 4) return fail_type(key, "8 hexadecimal digits");
  return __builtin_bswap32(load_le<std::uint32_t>(bytes.data()));
}

Result<void> BlockFields::read(std::string_view key, JsonValue value) {
  if (key == "tx") {
    has_transactions = true;
    return for_each_element(value, key, "transaction",
                            [&](JsonValue item) { return read_transaction_or_txid(item); });
  }
  if (key == "hash" || key == "previousblockhash" || key == "merkleroot") {
    CLEW_TRY(text, read_hash(value, key));
    (key == "hash" ? hash : key == "merkleroot" ? merkle_root : previous) = text;
  } else if (key == "version") {
    CLEW_TRY(number, read_version(value, key));
    version = number;
  } else if (key == "time" || key == "nonce" || key == "height") {
    CLEW_TRY(number, read_u32(value, key));
    (key == "time" ? time : key == "nonce" ? nonce : height) = number;
  } else if (key == "bits") {
    CLEW_TRY(number, read_bits(value, key));
    bits = number;
  }
  return {};
}

Result<void> BlockFields::read_transaction_or_txid(JsonValue value) {
  simdjson::ondemand::json_type type;
  if (const auto code = value.type().get(type)) return fail_json("tx", code);
  if (type == simdjson::ondemand::json_type::string) {
    return fail(ErrorKind::data,
                "only its txid is given; ask the node for the block with verbosity 2 or 3");
  }
  CLEW_TRY(tx, read_verbose_transaction(value));
  transactions.push_back(std::move(tx));
  return {};
}

Result<Header> BlockFields::header(bool& complete) const {
  complete = bits && nonce;
  if (!hash) return fail_missing("hash");
  if (!version) return fail_missing("version");
  if (!merkle_root) return fail_missing("merkleroot");
  if (!time) return fail_missing("time");
  if (!previous && height.value_or(0) != 0) return fail_missing("previousblockhash");
  if (!previous && !height && !complete) return fail_missing("previousblockhash");
  Header header{*version, previous.value_or(Hash256{}), *merkle_root, *time, 0, 0};
  if (complete) {
    header.bits = *bits;
    header.nonce = *nonce;
  }
  return header;
}

// A node that could not answer says so beside an empty "result".
Result<void> check_no_error(JsonValue value) {
  bool is_null = false;
  if (const auto code = value.is_null().get(is_null)) return fail_json("error", code);
  if (is_null) return {};
  std::string_view said = "no reason given";
  CLEW_CHECK(for_each_field(value, "error", [&](std::string_view key, JsonValue item) {
    if (key != "message") return Result<void>{};
    return read_text(item, key).map([&](std::string_view text) { said = text; });
  }));
  return fail(ErrorKind::data, "the node answered with an error: " + std::string(said));
}

Result<void> check_stated(const Block& block, std::size_t i, const VerboseTransaction& stated) {
  const auto& tx = block.transactions[i];
  if (tx.input_count != stated.spent.size()) {
    return fail(ErrorKind::data, "\"hex\" has " + std::to_string(tx.input_count) +
                                     " inputs, \"vin\" has " + std::to_string(stated.spent.size()));
  }
  if (!stated.txid) return fail_missing("txid");
  if (*stated.txid != block.txids[i]) {
    return fail(ErrorKind::data,
                "\"txid\" is not the hash of its contents, which is " + to_display(block.txids[i]));
  }
  // A coinbase's wtxid stands for nothing in the witness root, but nodes print its true hash.
  if (i != 0 && stated.wtxid && *stated.wtxid != block.wtxids[i]) {
    return fail(ErrorKind::data,
                "\"hash\" is not the hash of its contents with witness, which is " +
                    to_display(block.wtxids[i]));
  }
  return {};
}

}  // namespace

struct VerboseBlockParser::Impl {
  simdjson::ondemand::parser parser;
  std::string padded;
  // The widest rules: those of the block's own chain are applied when `raw` is decoded.
  BlockDecoder decoder{*find_chain("litecoin"),
                       {.check_proof_of_work = false, .check_merkle_root = false}};
  TransactionHasher hasher;
  Block block;

  Result<BlockFields> read_line(std::string_view line);
  Result<void> check(const VerboseBlock& out, const BlockFields& fields);
};

VerboseBlockParser::VerboseBlockParser() : impl_(std::make_unique<Impl>()) {}
VerboseBlockParser::~VerboseBlockParser() = default;

Result<BlockFields> VerboseBlockParser::Impl::read_line(std::string_view line) {
  padded.assign(line);
  padded.resize(line.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  JsonValue root;
  if (const auto code = parser.iterate(padded.data(), line.size(), padded.size()).get(document)) {
    return fail(ErrorKind::data, std::string("not JSON: ") + simdjson::error_message(code));
  }
  if (document.get_value().get(root)) return fail_type("block", "an object");
  BlockFields fields;
  std::optional<BlockFields> result;
  CLEW_CHECK(for_each_field(root, "block", [&](std::string_view key, JsonValue value) {
    if (key == "error") return check_no_error(value);
    if (key != "result") return fields.read(key, value);
    result.emplace();
    return for_each_field(value, key, [&](std::string_view inner, JsonValue item) {
      return result->read(inner, item);
    });
  }));
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return fail(ErrorKind::data, "text is left over after the block");
  }
  if (result) return std::move(*result);
  return fields;
}

// Whether what was put together hashes to what was stated.
Result<void> VerboseBlockParser::Impl::check(const VerboseBlock& out, const BlockFields& fields) {
  CLEW_CHECK(out.header_complete ? decoder.decode(out.raw, block)
                                 : decoder.decode_with_stated_hash(out.raw, out.hash, block));
  if (block.hash != out.hash) {
    return fail(ErrorKind::data, "\"hash\" is not the hash of the header fields, which is " +
                                     to_display(block.hash));
  }
  hasher.hash_with_witness(block, block.wtxids);
  for (std::size_t i = 0; i < fields.transactions.size(); ++i) {
    if (auto checked = check_stated(block, i, fields.transactions[i]); !checked) {
      return fail(std::move(checked).error().within("transaction " + std::to_string(i)));
    }
  }
  return {};
}

Result<VerboseBlock> VerboseBlockParser::parse(std::string_view line) {
  CLEW_TRY(fields, impl_->read_line(line));
  if (!fields.has_transactions) return fail_missing("tx");
  VerboseBlock out;
  CLEW_TRY(header, fields.header(out.header_complete));
  out.hash = *fields.hash;
  out.height = fields.height;
  out.raw = encode_header(header);
  append_compact_size(out.raw, fields.transactions.size());
  for (const VerboseTransaction& tx : fields.transactions) {
    out.raw.insert(out.raw.end(), tx.raw.begin(), tx.raw.end());
  }
  CLEW_CHECK(impl_->check(out, fields));
  bool any = false;
  for (VerboseTransaction& tx : fields.transactions) {
    for (auto& spent : tx.spent) {
      any = any || spent.has_value();
      out.spent.push_back(std::move(spent));
    }
  }
  if (!any) out.spent.clear();
  return out;
}

}  // namespace clew::bitcoin
