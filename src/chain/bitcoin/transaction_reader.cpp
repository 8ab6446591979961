// The rules are those of Bitcoin Core's UnserializeTransaction and CheckTransaction as far as they
// can be judged from the bytes alone, and of Litecoin Core where its format differs.
#include "chain/bitcoin/transaction_reader.h"

#include <algorithm>

namespace clew::bitcoin {
namespace {

constexpr std::size_t kOutpointSize = 36;
constexpr std::size_t kInputSizeMin = kOutpointSize + 1 + 4;
constexpr std::size_t kOutputSizeMin = 8 + 1;
constexpr std::uint8_t kWitnessFlag = 0x01;  // BIP 144
constexpr std::uint8_t kMwebFlag = 0x08;     // Litecoin's extension blocks, LIP 2 and 3

constexpr std::size_t kCoinbaseScriptMin = 2;
constexpr std::size_t kCoinbaseScriptMax = 100;

// Only a coinbase spends nothing, and it has no other input.
bool check_null_outpoint(Reader& reader, std::uint64_t input_count, const Input& input) {
  if (input_count != 1) {
    return reader.refuse(input.outpoint, "null outpoint in a transaction of several inputs");
  }
  const std::size_t size = input.script.size();
  if (size >= kCoinbaseScriptMin && size <= kCoinbaseScriptMax) return true;
  return reader.refuse(input.outpoint, "coinbase script of " + std::to_string(size) +
                                           " bytes is not within 2 to 100");
}

bool read_inputs(Reader& reader, Transaction& tx, Block& out) {
  std::uint64_t count = 0;
  if (!reader.read_count(count, kInputSizeMin, "input count")) return false;
  tx.first_input = static_cast<std::uint32_t>(out.inputs.size());
  tx.input_count = static_cast<std::uint32_t>(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    Input& input = out.inputs.emplace_back();
    input.outpoint = reader.at();
    input.witness = nullptr;
    if (!reader.skip(kOutpointSize, "outpoint")) return false;
    if (!reader.read_string(input.script, "script length")) return false;
    if (!reader.read(input.sequence, "sequence")) return false;
    if (is_null_outpoint(input.outpoint) && !check_null_outpoint(reader, count, input)) {
      return false;
    }
  }
  return true;
}

bool read_outputs(Reader& reader, std::int64_t most, Transaction& tx, Block& out) {
  const std::uint8_t* start = reader.at();
  std::uint64_t count = 0;
  if (!reader.read_count(count, kOutputSizeMin, "output count")) return false;
  tx.first_output = static_cast<std::uint32_t>(out.outputs.size());
  tx.output_count = static_cast<std::uint32_t>(count);
  std::int64_t total = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Output& output = out.outputs.emplace_back();
    const std::uint8_t* value = reader.at();
    if (!reader.read(output.value, "output value")) return false;
    if (output.value < 0 || output.value > most) [[unlikely]] {
      return reader.refuse(value, "output value " + std::to_string(output.value) +
                                      " satoshi is not within 0 to " + std::to_string(most));
    }
    total += output.value;  // cannot overflow: it was at most `most` before
    if (total > most) [[unlikely]] {
      return reader.refuse(start, "outputs sum to more than " + std::to_string(most) + " satoshi");
    }
    if (!reader.read_string(output.script, "script length")) return false;
  }
  return true;
}

bool read_witnesses(Reader& reader, const Transaction& tx, Block& out) {
  const std::uint8_t* start = reader.at();
  bool any = false;
  for (std::uint32_t i = 0; i < tx.input_count; ++i) {
    out.inputs[tx.first_input + i].witness = reader.at();
    std::uint64_t items = 0;
    if (!reader.read_count(items, 1, "witness item count")) return false;
    any |= items != 0;
    for (; items != 0; --items) {
      ByteView item;
      if (!reader.read_string(item, "witness item length")) return false;
    }
  }
  return any || reader.refuse(start, "witness flag is set but every witness is empty");
}

bool read_extension(Reader& reader, const Transaction& tx, bool& hog_ex) {
  std::uint8_t present = 0;
  const std::uint8_t* start = reader.at();
  if (!reader.read(present, "extension data")) return false;
  if (present != 0) return reader.refuse(start, "extension data cannot be part of a block");
  if (tx.output_count == 0) return reader.refuse(start, "extension output is missing");
  hog_ex = true;
  return true;
}

}  // namespace

std::int64_t value_max(const ChainParams& chain) {
  constexpr std::int64_t kBitcoin = 21'000'000LL * 100'000'000;
  return chain.chain == "litecoin" ? 4 * kBitcoin : kBitcoin;
}

bool read_transaction(Reader& reader, const ChainParams& chain, Block& out, bool& hog_ex) {
  const std::uint8_t* start = reader.at();
  Transaction tx{};
  hog_ex = false;
  if (!reader.read(tx.version, "version")) return false;
  // An input count of zero is the marker of the extended form, and the flags follow; with flags of
  // zero it was a transaction without inputs after all.
  std::uint8_t flags = 0;
  const std::uint8_t* marker = reader.at();
  if (reader.remaining() >= 2 && marker[0] == 0) {
    flags = marker[1];
    if (flags == 0) return reader.refuse(marker, "transaction has no inputs");
    if (!reader.skip(2, "marker and flags")) return false;
  }
  const std::uint8_t known = chain.mweb ? kWitnessFlag | kMwebFlag : kWitnessFlag;
  if ((flags & ~known) != 0) {
    return reader.refuse(marker, "unknown transaction flags " + std::to_string(flags));
  }
  const std::uint8_t* body = reader.at();
  if (!read_inputs(reader, tx, out)) return false;
  if (tx.input_count == 0) return reader.refuse(body, "transaction has no inputs");
  const std::uint8_t* outputs = reader.at();
  if (!read_outputs(reader, value_max(chain), tx, out)) return false;
  if (tx.output_count == 0) return reader.refuse(outputs, "transaction has no outputs");
  tx.body = {body, reader.at()};
  tx.has_witness = (flags & kWitnessFlag) != 0;
  if (tx.has_witness && !read_witnesses(reader, tx, out)) return false;
  if ((flags & kMwebFlag) != 0 && !read_extension(reader, tx, hog_ex)) return false;
  if (!reader.read(tx.lock_time, "lock time")) return false;
  tx.raw = {start, reader.at()};
  out.transactions.push_back(tx);
  return true;
}

const char* misplaced(const Block& block, std::size_t number) {
  const bool coinbase = is_coinbase(block, block.transactions[number]);
  if (number == 0) return coinbase ? nullptr : "the first transaction is not a coinbase";
  return coinbase ? "a coinbase that is not the first transaction" : nullptr;
}

}  // namespace clew::bitcoin
