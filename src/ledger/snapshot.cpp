#include "ledger/snapshot.h"

#include "ledger/segment_store.h"
#include "ledger/utxo_kind.h"

namespace clew::ledger {

using bitcoin::Address;
using bitcoin::ScriptType;

struct Snapshot::Impl {
  Manifest manifest;
  const bitcoin::ChainParams* chain = nullptr;
  SegmentSet set;
};

Result<Snapshot> Snapshot::open(const std::string& directory, FileSystem& files) {
  auto impl = std::make_shared<Impl>();
  CLEW_TRY(segments, open_segments<Segment>(files, directory, UtxoKind::kName, impl->manifest));
  impl->chain = bitcoin::find_chain(impl->manifest.network);
  if (impl->chain == nullptr)
    return fail(ErrorKind::unsupported,
                directory + " holds network " + impl->manifest.network + ", which is not known");
  impl->set = SegmentSet(std::move(segments));
  return Snapshot(std::move(impl));
}

const bitcoin::ChainParams& Snapshot::chain() const {
  return *impl_->chain;
}

std::string Snapshot::version() const {
  return version_of(impl_->set.by_height());
}

std::uint64_t Snapshot::block_count() const {
  return impl_->set.totals().block_count;
}
std::uint64_t Snapshot::tx_count() const {
  return impl_->set.totals().tx_count;
}
std::uint64_t Snapshot::input_count() const {
  return impl_->set.totals().input_count;
}
std::uint64_t Snapshot::output_count() const {
  return impl_->set.totals().output_count;
}
std::uint64_t Snapshot::address_count() const {
  return impl_->set.totals().address_count;
}
std::int64_t Snapshot::output_value() const {
  return impl_->set.totals().output_value;
}

std::uint64_t Snapshot::outside_input_count() const {
  std::uint64_t linked = 0;
  for (const auto& segment : impl_->set.all())
    linked += segment->late_input.size();
  return impl_->set.totals().outside_count - linked;
}

std::optional<Tip> Snapshot::tip() const {
  if (impl_->set.by_height().empty()) return std::nullopt;
  const auto& top = *impl_->set.by_height().back();
  return Tip{top.end_height() - 1, top.block_hash[top.counts.block_count - 1]};
}

std::uint32_t Snapshot::first_height() const {
  return impl_->set.by_height().empty() ? 0 : impl_->set.by_height().front()->first_height();
}

std::vector<Gap> Snapshot::gaps() const {
  return gaps_between(impl_->set.by_height());
}

BlockRow Snapshot::block(BlockIndex index) const {
  const auto [s, row] = impl_->set.of_block(index);
  BlockRow block;
  block.index = index;
  block.height = s->first_height() + row;
  block.hash = s->block_hash[row];
  block.header = bitcoin::decode_header({s->block_header.at(row), bitcoin::kHeaderSize}).value();
  block.size = s->block_size[row];
  block.weight = s->block_weight[row];
  const auto first = s->block_first_tx[row];
  block.first_tx = s->counts.tx_base + first;
  block.tx_count = s->tx_end_of_block(row) - first;
  return block;
}

std::optional<BlockIndex> Snapshot::find_block(const Hash256& hash) const {
  const auto place = impl_->set.find_block(hash);
  if (!place) return std::nullopt;
  return static_cast<BlockIndex>(place->segment->counts.block_base + place->row);
}

std::optional<BlockIndex> Snapshot::find_block_at(std::uint32_t height) const {
  const auto place = impl_->set.block_at(height);
  if (!place) return std::nullopt;
  return static_cast<BlockIndex>(place->segment->counts.block_base + place->row);
}

std::uint32_t Snapshot::height_of(BlockIndex index) const {
  const auto [s, row] = impl_->set.of_block(index);
  return s->first_height() + row;
}

std::uint32_t Snapshot::time_of(BlockIndex index) const {
  const auto [s, row] = impl_->set.of_block(index);
  constexpr std::size_t kTimeOffset = 68;
  return load_le<std::uint32_t>(s->block_header.at(row) + kTimeOffset);
}

std::optional<TxIndex> Snapshot::find_tx(const Hash256& txid) const {
  return impl_->set.find_tx(keyed_hash(txid, impl_->manifest.hash_key), txid);
}

TxRow Snapshot::tx(TxIndex index) const {
  const auto [s, row] = impl_->set.of_tx(index);
  TxRow tx;
  tx.index = index;
  tx.block = static_cast<BlockIndex>(s->counts.block_base + s->block_of_tx(row));
  const auto first_input = s->tx_first_input[row], first_output = s->tx_first_output[row];
  tx.first_input = s->counts.input_base + first_input;
  tx.input_count = s->input_end(row) - first_input;
  tx.first_output = s->counts.output_base + first_output;
  tx.output_count = s->output_end(row) - first_output;
  tx.version = s->version(row);
  tx.lock_time = s->tx_lock_time[row];
  tx.weight = s->tx_weight[row];
  tx.coinbase = (s->tx_flags[row] & kCoinbase) != 0;
  tx.has_witness = (s->tx_flags[row] & kWitness) != 0;
  return tx;
}

Hash256 Snapshot::txid(TxIndex index) const {
  const auto [s, row] = impl_->set.of_tx(index);
  return s->tx_id[row];
}

BlockIndex Snapshot::block_of_tx(TxIndex index) const {
  const auto [s, row] = impl_->set.of_tx(index);
  return static_cast<BlockIndex>(s->counts.block_base + s->block_of_tx(row));
}

TxIndex Snapshot::tx_of_output(OutputId output) const {
  const auto [s, row] = impl_->set.of_output(output);
  return s->counts.tx_base + s->tx_of_output(row);
}

TxIndex Snapshot::tx_of_input(InputId input) const {
  const auto [s, row] = impl_->set.of_input(input);
  return s->counts.tx_base + s->tx_of_input(row);
}

std::int64_t Snapshot::value(OutputId output) const {
  const auto [s, row] = impl_->set.of_output(output);
  return s->value(row);
}

AddressId Snapshot::output_address(OutputId output) const {
  const auto [s, row] = impl_->set.of_output(output);
  return s->out_address[row];
}

std::optional<TxIndex> Snapshot::spender(OutputId output) const {
  const auto tx = impl_->set.spender(output);
  return tx == kNone ? std::nullopt : std::optional(tx);
}

std::optional<InputId> Snapshot::spending_input(OutputId output) const {
  const auto index = impl_->set.spender(output);
  if (index == kNone) return std::nullopt;
  const auto spending = tx(index);
  for (std::uint32_t i = 0; i < spending.input_count; ++i)
    if (impl_->set.spent_output(spending.first_input + i) == output)
      return spending.first_input + i;
  return std::nullopt;
}

Bytes Snapshot::output_script(OutputId output) const {
  const auto [s, row] = impl_->set.of_output(output);
  const auto stored = s->stored_script(row);
  if (!stored.empty() || s->out_address[row] == kNoAddress) return {stored.begin(), stored.end()};
  return bitcoin::output_script(address(s->out_address[row]));
}

ScriptType Snapshot::output_type(OutputId output) const {
  return bitcoin::classify(output_script(output)).type;
}

std::optional<OutputId> Snapshot::spent_output(InputId input) const {
  const auto output = impl_->set.spent_output(input);
  return output == kNone ? std::nullopt : std::optional(output);
}

Outpoint Snapshot::outpoint(InputId input) const {
  const auto [s, row] = impl_->set.of_input(input);
  const auto previous = s->in_previous[row];
  if (previous == kNoRow) return {Hash256{}, 0xffffffff};
  if (previous & kCrossBit) {
    const auto cross = s->in_cross[previous & ~kCrossBit];
    if (cross & kOutsideBit) {
      const auto* p = s->outside_outpoint.at(cross & ~kOutsideBit);
      return {load_le<Hash256>(p), load_le<std::uint32_t>(p + 32)};
    }
  }
  const auto [from, output] = impl_->set.of_output(impl_->set.spent_output(input));
  const auto tx = from->tx_of_output(output);
  return {from->tx_id[tx], output - from->tx_first_output[tx]};
}

std::optional<std::int64_t> Snapshot::input_value(InputId input) const {
  if (const auto output = impl_->set.spent_output(input); output != kNone) return value(output);
  const auto [s, row] = impl_->set.of_input(input);
  const auto previous = s->in_previous[row];
  if (previous == kNoRow) return std::nullopt;
  const auto declared = s->outside_value[s->in_cross[previous & ~kCrossBit] & ~kOutsideBit];
  return declared < 0 ? std::nullopt : std::optional(declared);
}

AddressId Snapshot::input_address(InputId input) const {
  const auto [s, row] = impl_->set.of_input(input);
  if (s->in_address[row] != kNoAddress || !impl_->set.has_late_links()) return s->in_address[row];
  const auto late = impl_->set.late_output_of(input);
  return late == kNone ? kNoAddress : output_address(late);
}

std::uint32_t Snapshot::sequence(InputId input) const {
  const auto [s, row] = impl_->set.of_input(input);
  return s->sequence(row);
}

std::optional<AddressId> Snapshot::find_address(const Address& address) const {
  return impl_->set.find_address(address_hash(address, impl_->manifest.hash_key), address);
}

Address Snapshot::address(AddressId id) const {
  const auto [s, row] = impl_->set.of_address(id);
  return s->address(row);
}

std::string Snapshot::address_text(AddressId id) const {
  return bitcoin::encode(address(id), chain());
}

namespace {

Posting posting_of(const Segment& s, std::uint32_t entry) {
  Posting posting;
  posting.spends = (entry & 1) != 0;
  const auto row = entry >> 1;
  posting.row = (posting.spends ? s.counts.input_base : s.counts.output_base) + row;
  posting.tx = s.counts.tx_base + (posting.spends ? s.tx_of_input(row) : s.tx_of_output(row));
  return posting;
}

// Inputs that came to their address by a late link, which their own segment did not post.
std::vector<Posting> late_postings(const SegmentSet& set, AddressId id) {
  std::vector<Posting> postings;
  if (!set.has_late_links()) return postings;
  for (const auto& segment : set.all()) {
    const auto hash = keyed_hash(std::uint64_t{id}, segment->file->hash_key());
    segment->late_address_index.find(hash, [&](std::uint32_t r) {
      if (segment->out_address[segment->late_output[r] - segment->counts.output_base] != id)
        return false;
      const auto input = segment->late_input[r];
      const auto [own, row] = set.of_input(input);
      if (own->in_address[row] == kNoAddress)
        postings.push_back({true, input, own->counts.tx_base + own->tx_of_input(row)});
      return false;  // an address may have many
    });
  }
  return postings;
}

}  // namespace

std::uint64_t Snapshot::history_size(AddressId id) const {
  std::uint64_t size = late_postings(impl_->set, id).size();
  for (const auto& segment : impl_->set.all()) {
    const auto [from, to] = segment->postings(id);
    size += to - from;
  }
  return size;
}

std::vector<Posting> Snapshot::history(AddressId id, std::uint64_t offset,
                                       std::uint64_t limit) const {
  auto late = late_postings(impl_->set, id);
  const auto wanted_end = limit > kNone - offset ? kNone : offset + limit;
  std::vector<Posting> postings;
  std::uint64_t seen = 0;
  for (const auto* segment : impl_->set.by_height()) {
    const auto [from, to] = segment->postings(id);
    for (auto i = from; i < to; ++i, ++seen)
      if (!late.empty() || (seen >= offset && seen < wanted_end))
        postings.push_back(posting_of(*segment, segment->post.entry(i)));
  }
  if (late.empty()) return postings;
  postings.insert(postings.end(), late.begin(), late.end());
  const auto key = [this](const Posting& p) {
    return std::tuple(height_of(block_of_tx(p.tx)), p.tx, !p.spends, p.row);
  };
  std::sort(postings.begin(), postings.end(),
            [&](const Posting& a, const Posting& b) { return key(a) < key(b); });
  const auto size = postings.size();
  postings.resize(std::min<std::uint64_t>(size, wanted_end));
  postings.erase(postings.begin(),
                 postings.begin() +
                     static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(offset, postings.size())));
  return postings;
}

}  // namespace clew::ledger
