// A reader's view of one chain's ledger: everything committed when it was opened, unchanged for as
// long as the object lives, whatever a writer or a merge does meanwhile. Copies share one mapping.
// All const members may be called from several threads. Row numbers must come from this snapshot.
// Columns are verified against their checksums, page by page, on first touch: a damaged page throws
// Corruption, the one exception of this room, to be caught at the thread's edge.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"
#include "chain/bitcoin/block.h"
#include "chain/bitcoin/script.h"
#include "ledger/chain_state.h"
#include "ledger/ids.h"

namespace clew::ledger {

struct BlockRow {
  BlockIndex index = 0;
  std::uint32_t height = 0;
  Hash256 hash{};
  bitcoin::Header header;
  std::uint32_t size = 0, weight = 0;
  TxIndex first_tx = 0;
  std::uint32_t tx_count = 0;
};
struct TxRow {
  TxIndex index = 0;
  BlockIndex block = 0;
  InputId first_input = 0;
  std::uint32_t input_count = 0;
  OutputId first_output = 0;
  std::uint32_t output_count = 0;
  std::int32_t version = 0;
  std::uint32_t lock_time = 0;
  std::uint32_t weight = 0;
  bool coinbase = false;
  bool has_witness = false;
};
struct Outpoint {
  Hash256 txid{};
  std::uint32_t vout = 0;
};
// One line of an address's history: an output that pays it, or an input that spends from it.
struct Posting {
  bool spends = false;
  std::uint64_t row = 0;  // OutputId, or InputId if `spends`
  TxIndex tx = 0;
};

class Snapshot {
 public:
  // `directory` is one chain's folder (…/bitcoin). not_found if there is no ledger there.
  static Result<Snapshot> open(const std::string& directory, FileSystem& files = real_files());

  const bitcoin::ChainParams& chain() const;
  // Names the committed state: changes with every commit that adds or removes blocks.
  std::string version() const;

  std::uint64_t block_count() const;
  std::uint64_t tx_count() const;
  std::uint64_t input_count() const;  // coinbase inputs included
  std::uint64_t output_count() const;
  std::uint64_t address_count() const;
  std::int64_t output_value() const;  // satoshi, every output
  // Inputs, other than coinbases, whose spent output is not in the ledger.
  std::uint64_t outside_input_count() const;
  std::optional<Tip> tip() const;      // the highest block
  std::uint32_t first_height() const;  // lowest height held
  std::vector<Gap> gaps() const;       // between the lowest and the highest height

  // Blocks. An index is in order of arrival, which is by height except for history that came later.
  BlockRow block(BlockIndex index) const;
  std::optional<BlockIndex> find_block(const Hash256& hash) const;
  std::optional<BlockIndex> find_block_at(std::uint32_t height) const;
  std::uint32_t height_of(BlockIndex index) const;
  std::uint32_t time_of(BlockIndex index) const;  // header time, seconds

  // Transactions.
  std::optional<TxIndex> find_tx(const Hash256& txid) const;
  TxRow tx(TxIndex index) const;
  Hash256 txid(TxIndex index) const;
  BlockIndex block_of_tx(TxIndex index) const;
  TxIndex tx_of_output(OutputId output) const;
  TxIndex tx_of_input(InputId input) const;

  // Outputs.
  std::int64_t value(OutputId output) const;              // satoshi
  AddressId output_address(OutputId output) const;        // kNoAddress if the script has none
  std::optional<TxIndex> spender(OutputId output) const;  // the transaction that spends it
  std::optional<InputId> spending_input(OutputId output) const;
  Bytes output_script(OutputId output) const;
  bitcoin::ScriptType output_type(OutputId output) const;

  // Inputs. A coinbase input has neither a spent output nor a value nor an address.
  std::optional<OutputId> spent_output(InputId input) const;  // nothing if outside the ledger
  Outpoint outpoint(InputId input) const;
  // Of the spent output, or as the source declared it; nothing if unknown.
  std::optional<std::int64_t> input_value(InputId input) const;
  // Of the spent output, as declared, or as the input's own script or witness reveals it.
  AddressId input_address(InputId input) const;
  std::uint32_t sequence(InputId input) const;

  // Addresses.
  std::optional<AddressId> find_address(const bitcoin::Address& address) const;
  bitcoin::Address address(AddressId id) const;
  std::string address_text(AddressId id) const;
  // Movements of an address in chain order (height, transaction, inputs before outputs), at most
  // `limit` from the `offset`-th on.
  std::vector<Posting> history(AddressId id, std::uint64_t offset = 0,
                               std::uint64_t limit = kNone) const;
  std::uint64_t history_size(AddressId id) const;

  struct Impl;  // internal to this room
  explicit Snapshot(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace clew::ledger
