#include "ingest/replay/world_chain.h"

#include <algorithm>
#include <utility>

#include "ingest/replay/params.h"

namespace clew::replay {

using world::IndexEntry;

Result<std::unique_ptr<WorldChain>> WorldChain::open(FileSystem& files,
                                                     const std::string& directory,
                                                     const WorldOptions& options) {
  CLEW_TRY(text, files.read(directory + "/world.json"));
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  const Json &complete = field(json, "complete"), &id = field(json, "chain_id");
  if (complete != true || !id.is_number_unsigned())
    return fail(ErrorKind::data, directory + " is no finished world of `clew simulate ethereum`");
  CLEW_TRY(store, world::Store::open(files, directory + "/chain"));
  if (store.chain().empty()) return fail(ErrorKind::data, directory + " has no blocks");
  std::unique_ptr<WorldChain> chain(new WorldChain(std::move(store), options, id));
  CLEW_TRY(state, WorldState::open(files, directory + "/chain", chain->store_));
  chain->state_ = std::move(state);
  return chain;
}

WorldChain::WorldChain(world::Store store, const WorldOptions& options, std::uint64_t chain_id)
    : store_(std::move(store)),
      options_(options),
      chain_id_(chain_id),
      timeline_(store_, options.first_head, options.branches),
      cache_(options.cache_bytes),
      highest_(1 + store_.branches()) {
  for (const IndexEntry& entry : store_.chain())
    by_hash_.emplace(entry.hash, &entry);
  for (std::uint32_t i = 1; i <= store_.branches(); ++i)
    for (const IndexEntry& entry : store_.branch(i))
      by_hash_.emplace(entry.hash, &entry);
  view_ = timeline_[0];
  highest_[0] = view_.head;
}

std::optional<Change> WorldChain::advance() {
  const std::lock_guard lock(mutex_);
  if (step_ + 1 >= timeline_.size()) return std::nullopt;
  return turn_to(timeline_[++step_]);
}

Result<Change> WorldChain::show(std::uint32_t branch, std::uint64_t head) {
  if (branch > store_.branches())
    return fail(ErrorKind::data, "there is no branch " + std::to_string(branch));
  const auto blocks = branch == 0 ? store_.chain() : store_.branch(branch);
  const std::uint64_t first = blocks.front().number;
  if (head < first || head - first >= blocks.size())
    return fail(ErrorKind::data,
                "branch " + std::to_string(branch) + " has no block " + std::to_string(head));
  const std::lock_guard lock(mutex_);
  return turn_to({head, branch, branch == 0 ? 0 : first});
}

Change WorldChain::turn_to(const View& view) {
  const View before = std::exchange(view_, view);
  highest_[view.branch] = std::max(highest_[view.branch], view.head);
  return compare(store_, before, view);
}

std::size_t WorldChain::steps_left() const {
  const std::lock_guard lock(mutex_);
  return timeline_.size() - 1 - step_;
}

View WorldChain::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

bool WorldChain::shown(const IndexEntry& entry) const {
  const std::lock_guard lock(mutex_);
  return entry.number <= highest_[entry.branch];
}

tl::expected<std::uint64_t, RpcError> WorldChain::read_number(const View& view,
                                                              const Json& which) const {
  if (which.is_null() || which == "latest" || which == "pending") return view.head;
  if (which == "earliest") return 0;
  if (which == "finalized") return view.head - std::min(view.head, options_.finality);
  if (which == "safe") return view.head - std::min(view.head, options_.finality / 2);
  if (const auto number = read_quantity(which)) return *number;
  return refuse(kInvalidParams, "invalid argument: a block's number or tag expected");
}

tl::expected<const IndexEntry*, RpcError> WorldChain::find_block(const View& view,
                                                                 const Json& which) const {
  if (which.is_object()) {
    const Json& hash = field(which, "blockHash");
    return find_block(view, hash.is_null() ? field(which, "blockNumber") : hash);
  }
  constexpr std::size_t kHashText = 66;
  if (which.is_string() && which.get_ref<const std::string&>().size() == kHashText) {
    const auto hash = read_hash(which);
    if (!hash) return tl::unexpected(hash.error());
    const auto found = by_hash_.find(*hash);
    return found == by_hash_.end() || !shown(*found->second) ? nullptr : found->second;
  }
  const auto number = read_number(view, which);
  if (!number) return tl::unexpected(number.error());
  return view.find(store_, *number);
}

Result<void> WorldChain::index_transactions() {
  if (has_transactions_) return {};
  BlockFacts facts;
  const auto add = [&](const IndexEntry& entry) -> Result<void> {
    CLEW_CHECK(load_facts(store_, entry, facts));
    for (std::size_t i = 0; i < facts.block.transactions.size(); ++i)
      transactions_.emplace(facts.block.transaction_hashes[i], TxPlace{&entry, i});
    return {};
  };
  for (const IndexEntry& entry : store_.chain())
    CLEW_CHECK(add(entry));
  for (std::uint32_t branch = 1; branch <= store_.branches(); ++branch)
    for (const IndexEntry& entry : store_.branch(branch))
      CLEW_CHECK(add(entry));
  has_transactions_ = true;
  return {};
}

tl::expected<TxPlace, RpcError> WorldChain::find_transaction(const Json& hash) {
  const auto read = read_hash(hash);
  if (!read) return tl::unexpected(read.error());
  const std::lock_guard lock(mutex_);
  if (const auto done = index_transactions(); !done)
    return refuse(kServerError, done.error().message);
  const View view = view_;
  const auto [begin, end] = transactions_.equal_range(*read);
  for (auto it = begin; it != end; ++it)
    if (view.find(store_, it->second.entry->number) == it->second.entry) return it->second;
  return TxPlace{};
}

}  // namespace clew::replay
