#include "ingest/simulate/transaction_writer.h"

#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::simulate {
namespace {

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

WrittenTransaction TransactionWriter::write(const Draft& draft, Bytes& out) {
  const bool segwit = std::any_of(draft.inputs.begin(), draft.inputs.end(),
                                  [](const Coin& c) { return is_segwit(c.spot.scheme); });
  body_.clear();
  witness_.clear();
  append_le(body_, draft.version);
  bitcoin::append_compact_size(body_, draft.inputs.size());
  for (const Coin& coin : draft.inputs) {
    signatures_ += 2;
    append(body_, coin.txid);
    append_le(body_, coin.vout);
    script_.clear();
    keys_.append_unlocking_script(script_, coin.spot, signatures_);
    bitcoin::append_compact_size(body_, script_.size());
    append(body_, script_);
    append_le(body_, draft.sequence);
    if (segwit) keys_.append_witness(witness_, coin.spot, signatures_);
  }
  bitcoin::append_compact_size(body_, draft.outputs.size());
  for (const Payment& payment : draft.outputs) {
    append_le(body_, payment.value);
    script_.clear();
    keys_.append_output_script(script_, payment.to);
    bitcoin::append_compact_size(body_, script_.size());
    append(body_, script_);
  }
  append_le(body_, draft.lock_time);

  const std::size_t start = out.size();
  if (!segwit) {
    append(out, body_);
  } else {
    const ByteView body = body_;
    append(out, body.first(4));
    append(out, std::array<std::uint8_t, 2>{0, 1});
    append(out, body.subspan(4, body.size() - 8));
    append(out, witness_);
    append(out, body.last(4));
  }
  WrittenTransaction written;
  written.txid = double_sha256(body_);
  const ByteView raw = ByteView(out).subspan(start);
  written.wtxid = segwit ? double_sha256(raw) : written.txid;
  written.weight = static_cast<std::uint32_t>(body_.size() * 3 + raw.size());
  return written;
}

}  // namespace clew::simulate
