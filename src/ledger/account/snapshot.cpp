#include "ledger/account/snapshot.h"

#include <algorithm>
#include <cstdio>

#include "ledger/account/detail.h"
#include "ledger/account/kind.h"
#include "ledger/segment_store.h"

namespace clew::account {

using ledger::keyed_hash;

struct Snapshot::Impl {
  ledger::Manifest manifest;
  SegmentSet set;
};

Result<Snapshot> Snapshot::open(const std::string& directory, FileSystem& files) {
  auto impl = std::make_shared<Impl>();
  CLEW_TRY(segments, ledger::open_segments<Segment>(files, directory, Kind::kName, impl->manifest));
  impl->set = SegmentSet(std::move(segments));
  return Snapshot(std::move(impl));
}

const std::string& Snapshot::network() const {
  return impl_->manifest.network;
}
std::string Snapshot::version() const {
  return ledger::version_of(impl_->set.by_height());
}

std::uint64_t Snapshot::block_count() const {
  return impl_->set.totals().block_count;
}
std::uint64_t Snapshot::tx_count() const {
  return impl_->set.totals().tx_count;
}
std::uint64_t Snapshot::transfer_count() const {
  return impl_->set.totals().transfer_count;
}
std::uint64_t Snapshot::log_count() const {
  return impl_->set.totals().log_count;
}
std::uint64_t Snapshot::address_count() const {
  return impl_->set.totals().address_count;
}
std::uint32_t Snapshot::asset_count() const {
  return static_cast<std::uint32_t>(impl_->set.totals().asset_count);
}

std::optional<ledger::Tip> Snapshot::tip() const {
  if (impl_->set.by_height().empty()) return std::nullopt;
  const auto& top = *impl_->set.by_height().back();
  return ledger::Tip{top.end_height() - 1, top.block_hash[top.counts.block_count - 1]};
}
std::uint32_t Snapshot::first_height() const {
  return impl_->set.by_height().empty() ? 0 : impl_->set.by_height().front()->first_height();
}
std::vector<ledger::Gap> Snapshot::gaps() const {
  return ledger::gaps_between(impl_->set.by_height());
}

std::vector<HeldRange> Snapshot::held(std::uint8_t mask) const {
  std::vector<HeldRange> ranges;
  for (const auto& segment : impl_->set.by_height()) {
    auto number = std::uint64_t{segment->first_height()};
    for (; number < segment->end_height(); ++number) {
      const auto row = static_cast<std::uint32_t>(number - segment->first_height());
      const auto parts = static_cast<std::uint8_t>(segment->block_parts[row] & mask);
      if (!ranges.empty() && ranges.back().to + 1 == number && ranges.back().parts == parts)
        ranges.back().to = number;
      else
        ranges.push_back({number, number, parts});
    }
  }
  return ranges;
}

std::optional<BlockId> Snapshot::find_block(const Hash256& hash) const {
  const auto place = impl_->set.find_block(hash);
  if (!place) return std::nullopt;
  return place->segment->id_base() + place->row;
}
std::optional<BlockId> Snapshot::find_block_at(std::uint32_t number) const {
  const auto place = impl_->set.block_at(number);
  if (!place) return std::nullopt;
  return place->segment->id_base() + place->row;
}

BlockRow Snapshot::block(BlockId id) const {
  const auto [s, row] = impl_->set.of(id);
  const auto header = s->header(row);
  const auto first_tx = s->block_first_tx[row], first_transfer = s->block_first_transfer[row];
  const auto transfer_end = s->transfer_end(row);
  return {.id = id,
          .number = s->counts.first_height + row,
          .hash = s->block_hash[row],
          .parent = s->block_parent[row],
          .header = {header.begin(), header.end()},
          .time = s->block_time[row],
          .size = s->block_size[row],
          .parts = s->block_parts[row],
          .first_tx = s->id_base() + first_tx,
          .tx_count = s->tx_end(row) - first_tx,
          .first_transfer = s->id_base() + first_transfer,
          .transfer_count = transfer_end - first_transfer,
          .own_transfer_count = transfer_end - s->block_own_transfer[row]};
}
std::uint64_t Snapshot::number_of(BlockId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->counts.first_height + row;
}
std::uint64_t Snapshot::time_of(BlockId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->block_time[row];
}
std::uint8_t Snapshot::parts_of(BlockId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->block_parts[row];
}

std::optional<TxId> Snapshot::find_tx(const Hash256& hash) const {
  return impl_->set.find_tx(keyed_hash(hash, impl_->manifest.hash_key), hash);
}

TxRow Snapshot::tx(TxId id) const {
  const auto [s, row] = impl_->set.of(id);
  const auto first = s->tx_first_transfer[row];
  const auto detail = read_detail(s->detail(row));
  if (!detail)
    throw ledger::Corruption(s->file->path() + ": section 1026 holds no detail at row " +
                             std::to_string(row));
  return {.id = id,
          .block = s->id_base() + s->block_of_tx(row),
          .from = s->tx_from[row],
          .to = s->tx_to[row],
          .success = (s->tx_flags[row] & kSuccess) != 0,
          .creates = (s->tx_flags[row] & kCreates) != 0,
          .first_transfer = s->id_base() + first,
          .transfer_count = s->transfer_end_of_tx(row) - first,
          .log_count = detail->log_count,
          .type = detail->type,
          .nonce = detail->nonce,
          .gas_limit = detail->gas_limit,
          .gas_used = detail->gas_used,
          .gas_price = detail->gas_price,
          .input_size = detail->input_size,
          .selector = detail->selector};
}
Hash256 Snapshot::tx_hash(TxId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->tx_hash[row];
}
BlockId Snapshot::block_of_tx(TxId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->id_base() + s->block_of_tx(row);
}

TransferRow Snapshot::transfer(TransferId id) const {
  const auto [s, row] = impl_->set.of(id);
  return {.id = id,
          .kind = static_cast<chain::TransferKind>(s->transfer_kind[row]),
          .from = s->transfer_from[row],
          .to = s->transfer_to[row],
          .asset = s->transfer_asset[row],
          .value = s->value(row),
          .place = s->transfer_place[row]};
}
U256 Snapshot::value(TransferId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->value(row);
}
std::optional<TxId> Snapshot::tx_of_transfer(TransferId id) const {
  const auto [s, row] = impl_->set.of(id);
  const auto tx = s->tx_of_transfer(row);
  if (tx == kNoRow) return std::nullopt;
  return s->id_base() + tx;
}
BlockId Snapshot::block_of_transfer(TransferId id) const {
  const auto [s, row] = impl_->set.of(id);
  return s->id_base() + s->block_of_transfer(row);
}
TransferId Snapshot::next_transfer(TransferId id) const {
  const auto& segments = impl_->set.by_height();
  auto at = impl_->set.position_of(id);
  if (static_cast<std::uint32_t>(id) + 1 < segments[at]->counts.transfer_count) return id + 1;
  for (++at; at < segments.size(); ++at)
    if (segments[at]->counts.transfer_count > 0) return segments[at]->id_base();
  return kNone;
}

std::optional<AddressId> Snapshot::find_address(const chain::Account& address) const {
  return impl_->set.find_address(keyed_hash(address, impl_->manifest.hash_key), address);
}
chain::Account Snapshot::address(AddressId id) const {
  const auto [s, row] = impl_->set.of_address(id);
  return s->address_bytes[row];
}
std::optional<AssetId> Snapshot::find_asset(const chain::Asset& asset) const {
  const auto contract =
      asset.is_native() ? std::optional(kNoAddress) : find_address(asset.contract);
  if (!contract) return std::nullopt;
  const auto hash = asset_hash(*contract, asset.token_id, impl_->manifest.hash_key);
  return impl_->set.find_asset(hash, *contract, asset.token_id);
}
chain::Asset Snapshot::asset(AssetId id) const {
  const auto [s, row] = impl_->set.of_asset(id);
  chain::Asset asset;
  if (const auto contract = s->asset_contract[row]; contract != kNoAddress)
    asset.contract = address(contract);
  asset.token_id = load_u256(s->asset_token_id.at(row));
  return asset;
}

std::uint64_t Snapshot::history_size(AddressId id) const {
  std::uint64_t size = 0;
  for (const auto* segment : impl_->set.by_height()) {
    const auto [from, to] = segment->postings(id);
    size += to - from;
  }
  return size;
}

std::vector<Posting> Snapshot::history(AddressId id, std::uint64_t offset,
                                       std::uint64_t limit) const {
  std::vector<Posting> postings;
  for (const auto& run : runs_from(id, 0)) {
    const auto skip = std::min<std::uint64_t>(offset, run.count);
    offset -= skip;
    for (auto i = static_cast<std::uint32_t>(skip); i < run.count && limit > 0; ++i, --limit)
      postings.push_back(posting(run, i));
  }
  return postings;
}

std::vector<Snapshot::Run> Snapshot::runs_from(AddressId id, TransferId from) const {
  std::vector<Run> runs;
  const auto& segments = impl_->set.by_height();
  if (segments.empty()) return runs;
  const auto first = from < segments.front()->id_base() ? 0 : impl_->set.position_of(from);
  for (auto at = first; at < segments.size(); ++at) {
    const auto& s = *segments[at];
    auto [begin, end] = s.postings(id);
    if (from > s.id_base()) begin = s.first_posting(begin, end, from - s.id_base());
    if (begin < end) runs.push_back({s.post.entries(begin, end), end - begin, s.id_base()});
  }
  return runs;
}

Walk Snapshot::walk(AddressId id, const WalkOptions& options) const {
  return Walk(impl_->set, id, options);
}

Fan Snapshot::fan(const FanOptions& options) const {
  return Fan(impl_->set, options);
}

std::uint64_t Snapshot::history_size_before(AddressId id, TransferId before) const {
  std::uint64_t size = 0;
  for (const auto& run : runs_before(id, before))
    size += run.count;
  return size;
}

std::vector<Snapshot::Run> Snapshot::runs_before(AddressId id, TransferId from) const {
  std::vector<Run> runs;
  for (const auto* s : impl_->set.by_height()) {
    if (s->id_base() >= from) break;
    auto [begin, end] = s->postings(id);
    end = s->first_posting(begin, end, from - s->id_base());
    if (begin < end) runs.push_back({s->post.entries(begin, end), end - begin, s->id_base()});
  }
  return runs;
}

}  // namespace clew::account
