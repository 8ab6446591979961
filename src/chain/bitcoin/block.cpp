#include "chain/bitcoin/block.h"

#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/transaction_reader.h"

namespace clew::bitcoin {
namespace {

// Bitcoin Core refuses any object above this size (MAX_SIZE); it also keeps every count, offset and
// weight within 32 bits.
constexpr std::size_t kRawSizeMax = 0x02000000;
// BIP 141; a block of the 1 MB before segwit cannot weigh more. It bounds what a block can make us
// allocate: each witness item, for one, costs a sender a byte and us a view of sixteen.
constexpr std::uint32_t kWeightMax = 4'000'000;
constexpr std::size_t kTransactionSizeMin = 4 + 1 + 41 + 1 + 9 + 4;

void clear(Block& block, ByteView raw) {
  block.raw = raw;
  block.header = {};
  block.hash = {};
  block.header_complete = true;
  block.transactions.clear();
  block.inputs.clear();
  block.outputs.clear();
  block.txids.clear();
  block.wtxids.clear();
  block.weight = 0;
  block.extension = {};
}

tl::unexpected<Error> fail_at_transaction(std::size_t number, Error error) {
  return fail(std::move(error).within("transaction " + std::to_string(number)));
}

// Litecoin: an integrating transaction at the end announces one byte, then perhaps the extension
// block, which reaches to the end of the bytes.
bool read_extension_block(Reader& reader, Block& out) {
  std::uint8_t present = 0;
  const std::uint8_t* start = reader.at();
  if (!reader.read(present, "extension block mark")) return false;
  if (present > 1) return reader.refuse(start, "extension block mark is neither 0 nor 1");
  if (present == 0) return true;
  out.extension = {reader.at(), reader.remaining()};
  return reader.skip(reader.remaining(), "extension block");
}

bool weight_holds(Reader& reader, const Block& out, const std::uint8_t* at) {
  if (out.weight <= kWeightMax) return true;
  return reader.refuse(at, "weight of " + std::to_string(out.weight) +
                               " is over a block's limit of " + std::to_string(kWeightMax));
}

Result<void> read_transactions(Reader& reader, const ChainParams& chain, Block& out) {
  std::uint64_t count = 0;
  const std::uint8_t* start = reader.at();
  if (!reader.read_count(count, kTransactionSizeMin, "transaction count")) {
    return fail(reader.error());
  }
  if (count == 0) {
    reader.refuse(start, "block has no transactions");
    return fail(reader.error());
  }
  out.weight = static_cast<std::uint32_t>(reader.offset()) * 4;
  out.transactions.reserve(count);
  bool hog_ex = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* at = reader.at();
    if (hog_ex) {
      reader.refuse(at, "extension flag on a transaction that is not the last");
      return fail_at_transaction(i - 1, reader.error());
    }
    if (!read_transaction(reader, chain, out, hog_ex)) {
      return fail_at_transaction(i, reader.error());
    }
    if (const char* why = misplaced(out, i)) {
      reader.refuse(at, why);
      return fail_at_transaction(i, reader.error());
    }
    out.weight += out.transactions.back().weight();
    if (!weight_holds(reader, out, at)) return fail_at_transaction(i, reader.error());
  }
  if (hog_ex && !read_extension_block(reader, out)) return fail(reader.error());
  return {};
}

Result<void> check_size(ByteView raw) {
  if (raw.size() <= kRawSizeMax) return {};
  return fail(ErrorKind::data, "size " + std::to_string(raw.size()) + " is over the limit of " +
                                   std::to_string(kRawSizeMax) + " bytes");
}

Result<void> check_all_read(Reader& reader, const char* what) {
  if (reader.remaining() == 0) return {};
  reader.refuse(reader.at(),
                std::to_string(reader.remaining()) + " bytes are left over after the " + what);
  return fail(reader.error());
}

}  // namespace

BlockDecoder::BlockDecoder(const ChainParams& chain, DecodeOptions options)
    : chain_(chain), options_(options) {}

Result<void> BlockDecoder::decode(ByteView raw, Block& out) {
  clear(out, raw);
  CLEW_TRY(header, decode_header(raw));
  out.header = header;
  const ByteView raw_header = raw.first(kHeaderSize);
  out.hash = block_hash(raw_header);
  if (options_.check_proof_of_work && !proof_of_work_holds(raw_header, chain_)) {
    return fail(ErrorKind::data, "offset 72: proof of work of " + to_display(out.hash) +
                                     " does not meet its target");
  }
  return decode_contents(raw, out);
}

Result<void> BlockDecoder::decode_with_stated_hash(ByteView raw, const Hash256& hash, Block& out) {
  clear(out, raw);
  CLEW_TRY(header, decode_header(raw));
  out.header = header;
  out.hash = hash;
  out.header_complete = false;
  return decode_contents(raw, out);
}

Result<void> BlockDecoder::decode_contents(ByteView raw, Block& out) {
  CLEW_CHECK(check_size(raw));
  Reader reader(raw);
  reader.skip(kHeaderSize, "header");
  CLEW_CHECK(read_transactions(reader, chain_, out));
  CLEW_CHECK(check_all_read(reader, "block"));
  hasher_.hash(out, out.txids);
  if (options_.check_merkle_root) {
    level_ = out.txids;
    bool mutated = false;
    if (merkle_root(level_, &mutated) != out.header.merkle_root) {
      return fail(ErrorKind::data, "offset 36: Merkle root does not match the transactions");
    }
    if (mutated) {
      return fail(ErrorKind::data,
                  "offset 36: Merkle root is ambiguous, transactions are repeated (CVE-2012-2459)");
    }
  }
  if (options_.check_witness_root) CLEW_CHECK(check_witness_root(out));
  return {};
}

Result<void> decode_transaction(ByteView raw, const ChainParams& chain, Block& out) {
  clear(out, raw);
  CLEW_CHECK(check_size(raw));
  Reader reader(raw);
  bool hog_ex = false;
  if (!read_transaction(reader, chain, out, hog_ex)) return fail(reader.error());
  CLEW_CHECK(check_all_read(reader, "transaction"));
  out.weight = out.transactions.front().weight();
  if (!weight_holds(reader, out, raw.data())) return fail(reader.error());
  TransactionHasher().hash(out, out.txids);
  out.wtxids = {out.transactions.front().has_witness ? double_sha256(raw) : out.txids.front()};
  return {};
}

bool is_null_outpoint(const std::uint8_t* outpoint) {
  // The output number first: in all other inputs it is a small number.
  if (load_le<std::uint32_t>(outpoint + 32) != 0xffffffff) return false;
  static constexpr Hash256 kZero{};
  return std::memcmp(outpoint, kZero.data(), kZero.size()) == 0;
}

bool is_coinbase(const Block& block, const Transaction& tx) {
  return tx.input_count == 1 && is_null_outpoint(block.inputs[tx.first_input].outpoint);
}

namespace {

// For bytes that a decoder has walked to their end, so that no check is needed again.
std::uint64_t trusted_compact_size(const std::uint8_t*& at) {
  const std::uint8_t form = *at++;
  if (form < 0xfd) return form;
  const std::size_t width = form == 0xfd ? 2 : form == 0xfe ? 4 : 8;
  std::uint64_t value = 0;
  std::memcpy(&value, at, width);
  at += width;
  return value;
}

}  // namespace

std::vector<ByteView> witness_stack(const std::uint8_t* witness) {
  std::vector<ByteView> items;
  if (witness == nullptr) return items;
  items.resize(trusted_compact_size(witness));
  for (ByteView& item : items) {
    const std::uint64_t size = trusted_compact_size(witness);
    item = {witness, size};
    witness += size;
  }
  return items;
}

}  // namespace clew::bitcoin
