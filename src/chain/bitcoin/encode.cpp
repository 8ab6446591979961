#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::bitcoin {
namespace {

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_string(Bytes& out, ByteView bytes) {
  append_compact_size(out, bytes.size());
  append(out, bytes);
}

bool has_witness(const OwnedTransaction& tx) {
  for (const OwnedInput& input : tx.inputs) {
    if (!input.witness.empty()) return true;
  }
  return false;
}

void append_witness(Bytes& out, const OwnedInput& input) {
  append_compact_size(out, input.witness.size());
  for (const Bytes& item : input.witness)
    append_string(out, item);
}

}  // namespace

void append_compact_size(Bytes& out, std::uint64_t value) {
  if (value < 0xfd) {
    out.push_back(static_cast<std::uint8_t>(value));
  } else if (value <= 0xffff) {
    out.push_back(0xfd);
    append_le(out, static_cast<std::uint16_t>(value));
  } else if (value <= 0xffffffff) {
    out.push_back(0xfe);
    append_le(out, static_cast<std::uint32_t>(value));
  } else {
    out.push_back(0xff);
    append_le(out, value);
  }
}

Bytes encode_transaction(const OwnedTransaction& tx, bool with_witness) {
  const bool extended = with_witness && has_witness(tx);
  Bytes out;
  append_le(out, tx.version);
  if (extended) {
    out.push_back(0);  // marker and flag of BIP 144
    out.push_back(1);
  }
  append_compact_size(out, tx.inputs.size());
  for (const OwnedInput& input : tx.inputs) {
    append(out, input.txid);
    append_le(out, input.vout);
    append_string(out, input.script);
    append_le(out, input.sequence);
  }
  append_compact_size(out, tx.outputs.size());
  for (const OwnedOutput& output : tx.outputs) {
    append_le(out, output.value);
    append_string(out, output.script);
  }
  if (extended) {
    for (const OwnedInput& input : tx.inputs)
      append_witness(out, input);
  }
  append_le(out, tx.lock_time);
  return out;
}

Bytes encode_block(Header header, std::span<const OwnedTransaction> transactions) {
  Bytes body;
  std::vector<Hash256> txids;
  txids.reserve(transactions.size() + 1);
  for (const OwnedTransaction& tx : transactions) {
    const Bytes with_witness = encode_transaction(tx);
    const bool extended = has_witness(tx);
    txids.push_back(double_sha256(extended ? encode_transaction(tx, false) : with_witness));
    append(body, with_witness);
  }
  header.merkle_root = merkle_root(txids);
  Bytes out = encode_header(header);
  append_compact_size(out, transactions.size());
  append(out, body);
  return out;
}

}  // namespace clew::bitcoin
