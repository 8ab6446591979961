// Blocks and transactions from their consensus serialisation (BIP 144 with segwit).
// Decoding copies nothing: a Block and its transactions view the raw bytes, which must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/bitcoin/params.h"

namespace clew::bitcoin {

struct Header {
  std::int32_t version = 0;
  Hash256 previous{};
  Hash256 merkle_root{};
  std::uint32_t time = 0;  // seconds since 1970, UTC
  std::uint32_t bits = 0;  // compact target
  std::uint32_t nonce = 0;
};
constexpr std::size_t kHeaderSize = 80;
Result<Header> decode_header(ByteView raw);  // the first 80 bytes
Bytes encode_header(const Header& header);
Hash256 block_hash(ByteView raw_header);  // of exactly 80 bytes
// Work of a compact target, 2^256 / (target + 1), as four little-endian 64-bit words.
using Work = std::array<std::uint64_t, 4>;
Work work_of(std::uint32_t bits);
void add_work(Work& sum, const Work& more);
bool less_work(const Work& a, const Work& b);
// Whether the header's proof-of-work hash meets its own target and the target the chain's limit.
bool proof_of_work_holds(ByteView raw_header, const ChainParams& chain);

struct Input {
  const std::uint8_t* outpoint;  // 36 bytes: txid, then output number (4 bytes little-endian)
  ByteView script;
  std::uint32_t sequence;
  const std::uint8_t* witness;  // start of its stack (count, items), or null; see witness_stack()
};
struct Output {
  std::int64_t value;  // satoshi
  ByteView script;
};
struct Transaction {
  ByteView raw;
  std::uint32_t first_input, input_count;    // into Block::inputs
  std::uint32_t first_output, output_count;  // into Block::outputs
  std::int32_t version;
  std::uint32_t lock_time;
  ByteView body;  // inputs and outputs without marker, flag and witness: what the txid covers
  bool has_witness;
  std::uint32_t weight() const {  // BIP 141; Litecoin's extension data weighs nothing here
    auto base = static_cast<std::uint32_t>(body.size() + 8);
    return base * 3 + (has_witness ? static_cast<std::uint32_t>(raw.size()) : base);
  }
};

// Outpoint of a coinbase input: zero txid, output number 2^32 - 1.
bool is_null_outpoint(const std::uint8_t* outpoint);
// Items of a witness stack that a decoded Input points to.
std::vector<ByteView> witness_stack(const std::uint8_t* witness);

// A decoded block. Reusing one object for many blocks keeps its vectors' memory.
struct Block {
  ByteView raw;
  Header header;
  Hash256 hash{};
  // False if the source left out header fields (see decode_with_stated_hash): bits and nonce are
  // then zero and the hash is what the source said.
  bool header_complete = true;
  std::vector<Transaction> transactions;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Hash256> txids;   // one a transaction
  std::vector<Hash256> wtxids;  // only if asked for; the coinbase's is zero as in BIP 141
  std::uint32_t weight = 0;     // BIP 141, of the whole block without an extension block
  ByteView extension;           // Litecoin's extension block (LIP 3), not decoded; else empty

  std::span<const Input> inputs_of(const Transaction& tx) const {
    return {inputs.data() + tx.first_input, tx.input_count};
  }
  std::span<const Output> outputs_of(const Transaction& tx) const {
    return {outputs.data() + tx.first_output, tx.output_count};
  }
};

// Whether `tx` has the one input that spends nothing.
bool is_coinbase(const Block& block, const Transaction& tx);

struct DecodeOptions {
  bool check_proof_of_work = true;
  bool check_merkle_root = true;    // also rejects the mutation of CVE-2012-2459
  bool check_witness_root = false;  // computes wtxids and checks the coinbase's commitment
};

// Computes txids and wtxids of a block's transactions; the scratch memory is kept between blocks.
class TransactionHasher {
 public:
  void hash(const Block& block, std::vector<Hash256>& txids);
  // wtxids of all but the first transaction, whose entry is zero; needs block.txids.
  void hash_with_witness(const Block& block, std::vector<Hash256>& wtxids);

 private:
  Bytes stripped_;
  std::vector<ByteView> messages_;
  std::vector<Hash256> digests_;
};

// Decodes one block that fills `raw` exactly. The error names the byte offset within the block,
// the transaction and the reason; `out` is then not to be used. Decoders are not shared between
// threads; they keep scratch memory.
class BlockDecoder {
 public:
  explicit BlockDecoder(const ChainParams& chain, DecodeOptions options = {});
  Result<void> decode(ByteView raw, Block& out);
  // For a source that tells the block's hash but not its bits and nonce. Everything else is checked
  // as in decode(): the Merkle root holds the transactions, but nothing holds the hash, the time
  // and the order of such blocks except the source's word.
  Result<void> decode_with_stated_hash(ByteView raw, const Hash256& hash, Block& out);

 private:
  Result<void> decode_contents(ByteView raw, Block& out);
  Result<void> check_witness_root(Block& block);

  const ChainParams& chain_;
  DecodeOptions options_;
  std::vector<Hash256> level_;
  TransactionHasher hasher_;
};

// One transaction that fills `raw` exactly, into `out` (cleared) with its txid and wtxid.
Result<void> decode_transaction(ByteView raw, const ChainParams& chain, Block& out);

// The height that a coinbase script states (BIP 34), if it does.
std::optional<std::uint32_t> coinbase_height(const Block& block);

// Serialisation, for the simulator and for sources that give fields instead of bytes.
struct OwnedInput {
  Hash256 txid{};
  std::uint32_t vout = 0;
  Bytes script;
  std::uint32_t sequence = 0xffffffff;
  std::vector<Bytes> witness;
};
struct OwnedOutput {
  std::int64_t value = 0;
  Bytes script;
};
struct OwnedTransaction {
  std::int32_t version = 2;
  std::vector<OwnedInput> inputs;
  std::vector<OwnedOutput> outputs;
  std::uint32_t lock_time = 0;
};
void append_compact_size(Bytes& out, std::uint64_t value);
Bytes encode_transaction(const OwnedTransaction& tx, bool with_witness = true);
// Header with its Merkle root filled in, then the transactions.
Bytes encode_block(Header header, std::span<const OwnedTransaction> transactions);

}  // namespace clew::bitcoin
