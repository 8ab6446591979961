#include "chain/bitcoin/verbose_transaction.h"

#include "chain/bitcoin/transaction_reader.h"

namespace clew::bitcoin {
namespace {

Result<Bytes> read_script(JsonValue value, std::string_view key) {
  std::optional<Bytes> script;
  CLEW_CHECK(
      for_each_field(value, key, [&](std::string_view field, JsonValue item) -> Result<void> {
        if (field != "hex") return {};
        CLEW_TRY(bytes, read_hex(item, "hex"));
        script = std::move(bytes);
        return {};
      }));
  if (!script) return fail_missing("hex");
  return std::move(*script);
}

// An output, or the "prevout" of an input: both have a value and a script.
Result<SpentOutput> read_output(JsonValue value, std::string_view key) {
  std::optional<std::int64_t> satoshi;
  std::optional<Bytes> script;
  CLEW_CHECK(
      for_each_field(value, key, [&](std::string_view field, JsonValue item) -> Result<void> {
        if (field == "value") {
          CLEW_TRY(amount, read_coins(item, field));
          satoshi = amount;
        } else if (field == "scriptPubKey") {
          CLEW_TRY(bytes, read_script(item, field));
          script = std::move(bytes);
        }
        return {};
      }));
  if (!satoshi) return fail_missing("value");
  if (!script) return fail_missing("scriptPubKey");
  return SpentOutput{*satoshi, std::move(*script)};
}

Result<std::vector<Bytes>> read_witness(JsonValue value, std::string_view key) {
  std::vector<Bytes> items;
  CLEW_CHECK(for_each_element(value, key, "witness item", [&](JsonValue item) -> Result<void> {
    CLEW_TRY(bytes, read_hex(item, key));
    items.push_back(std::move(bytes));
    return {};
  }));
  return items;
}

// The fields of an input as they come, in any order.
struct InputFields {
  bool coinbase = false;
  std::optional<Hash256> txid;
  std::optional<std::uint32_t> vout, sequence;
  std::optional<Bytes> script;
  std::vector<Bytes> witness;
  std::optional<SpentOutput> spent;

  Result<void> read(std::string_view key, JsonValue value) {
    if (key == "txid") {
      CLEW_TRY(hash, read_hash(value, key));
      txid = hash;
    } else if (key == "vout") {
      CLEW_TRY(number, read_u32(value, key));
      vout = number;
    } else if (key == "sequence") {
      CLEW_TRY(number, read_u32(value, key));
      sequence = number;
    } else if (key == "coinbase" || key == "scriptSig") {
      coinbase = coinbase || key == "coinbase";
      CLEW_TRY(bytes, coinbase ? read_hex(value, key) : read_script(value, key));
      script = std::move(bytes);
    } else if (key == "txinwitness") {
      CLEW_TRY(items, read_witness(value, key));
      witness = std::move(items);
    } else if (key == "prevout") {
      CLEW_TRY(output, read_output(value, key));
      spent = std::move(output);
    }
    return {};
  }

  Result<OwnedInput> input() && {
    if (!sequence) return fail_missing("sequence");
    if (!script) return fail_missing("scriptSig");
    if (coinbase)
      return OwnedInput{{}, 0xffffffff, std::move(*script), *sequence, std::move(witness)};
    if (!txid) return fail_missing("txid");
    if (!vout) return fail_missing("vout");
    return OwnedInput{*txid, *vout, std::move(*script), *sequence, std::move(witness)};
  }
};

// The fields of a transaction as they come, in any order.
struct TransactionFields {
  VerboseTransaction out;
  std::optional<Bytes> hex;
  OwnedTransaction tx;
  std::optional<std::int32_t> version;
  std::optional<std::uint32_t> lock_time;
  bool has_inputs = false;
  bool has_outputs = false;

  Result<void> read(std::string_view key, JsonValue value) {
    if (key == "txid" || key == "hash") {
      CLEW_TRY(hash, read_hash(value, key));
      (key == "txid" ? out.txid : out.wtxid) = hash;
    } else if (key == "hex") {
      CLEW_TRY(bytes, read_hex(value, key));
      hex = std::move(bytes);
    } else if (key == "version") {
      CLEW_TRY(number, read_version(value, key));
      version = number;
    } else if (key == "locktime") {
      CLEW_TRY(number, read_u32(value, key));
      lock_time = number;
    } else if (key == "vin") {
      has_inputs = true;
      return for_each_element(value, key, "input",
                              [&](JsonValue item) { return read_input(item); });
    } else if (key == "vout") {
      has_outputs = true;
      return for_each_element(value, key, "output", [&](JsonValue item) -> Result<void> {
        CLEW_TRY(output, read_output(item, "output"));
        tx.outputs.push_back({output.value, std::move(output.script)});
        return {};
      });
    }
    return {};
  }

  Result<void> read_input(JsonValue value) {
    InputFields fields;
    CLEW_CHECK(for_each_field(value, "input", [&](std::string_view key, JsonValue item) {
      return fields.read(key, item);
    }));
    out.spent.push_back(std::move(fields.spent));
    CLEW_TRY(input, std::move(fields).input());
    tx.inputs.push_back(std::move(input));
    return {};
  }
};

// Litecoin's last transaction announces an extension block, which a verbose answer does not hold:
// without the announcement it keeps its txid.
Bytes without_extension(Bytes raw, const ChainParams& litecoin) {
  constexpr std::size_t kMarkerAt = 4;
  if (raw.size() < 6 || raw[kMarkerAt] != 0 || (raw[kMarkerAt + 1] & 0x08) == 0) return raw;
  Block block;
  Reader reader(raw);
  bool hog_ex = false;
  if (!read_transaction(reader, litecoin, block, hog_ex) || !hog_ex || reader.remaining() != 0) {
    return raw;  // the decoder will tell what is wrong with it
  }
  const ByteView body = block.transactions.front().body;
  Bytes plain(raw.begin(), raw.begin() + 4);
  plain.insert(plain.end(), body.begin(), body.end());
  plain.insert(plain.end(), raw.end() - 4, raw.end());
  return plain;
}

}  // namespace

Result<VerboseTransaction> read_verbose_transaction(JsonValue value) {
  TransactionFields fields;
  CLEW_CHECK(for_each_field(
      value, "tx", [&](std::string_view key, JsonValue item) { return fields.read(key, item); }));
  if (!fields.has_inputs) return fail_missing("vin");
  if (!fields.has_outputs) return fail_missing("vout");
  if (fields.hex) {
    fields.out.raw = without_extension(std::move(*fields.hex), *find_chain("litecoin"));
    return std::move(fields.out);
  }
  if (!fields.version) return fail_missing("version");
  if (!fields.lock_time) return fail_missing("locktime");
  fields.tx.version = *fields.version;
  fields.tx.lock_time = *fields.lock_time;
  fields.out.raw = encode_transaction(fields.tx);
  return std::move(fields.out);
}

}  // namespace clew::bitcoin
