#include "ingest/branch_loader.h"

#include <algorithm>

namespace clew::ingest {

bool BranchLoader::in_range(std::uint32_t height) const {
  return height >= options_.from_height.value_or(0) &&
         height <= options_.to_height.value_or(height);
}

bool BranchLoader::held(NodeId node, std::uint32_t height) const {
  return writer_.hash_at(height) == tree_.hash(node);
}

BranchLoader::Due BranchLoader::due(std::uint32_t root_index, std::uint32_t root_height) const {
  const NodeId tip = tree_.best_tip(root_index);
  if (tip == kNoNode) return {};
  Due due;
  const Branch branch{tree_.path_to(tip), root_height};
  for (std::size_t i = 0; i < branch.path.size(); ++i) {
    if (!in_range(branch.height_of(i)) || held(branch.path[i], branch.height_of(i))) continue;
    ++due.blocks;
    due.bytes += tree_.place(branch.path[i]).size;
  }
  return due;
}

Result<bool> BranchLoader::load(std::uint32_t root_index, std::uint32_t root_height) {
  for (;;) {
    const NodeId tip = tree_.best_tip(root_index);
    if (tip == kNoNode) return true;
    CLEW_TRY(step, settle({tree_.path_to(tip), root_height}));
    if (step == Step::stopped) return false;
    if (step != Step::choose_again) return true;
  }
}

Result<BranchLoader::Step> BranchLoader::settle(const Branch& branch) {
  if (const auto height = collision(branch)) {
    const NodeId other = tree_.find(*writer_.hash_at(*height));
    const bool weighed = other != kNoNode && tree_.valid(other) &&
                         tree_.root_index(other) == tree_.root_index(branch.path[0]);
    if (!weighed) return refuse_conflict(branch, *height);
    CLEW_TRY(step, make_room(branch, *height));
    if (step != Step::done) return step;
  }
  return store(branch);
}

// The lowest height at which the ledger has a block that the branch cannot stand beside.
std::optional<std::uint32_t> BranchLoader::collision(const Branch& branch) const {
  if (branch.height > 0 && !held(branch.path[0], branch.height) &&
      writer_.hash_at(branch.height - 1))
    return branch.height - 1;
  for (std::size_t i = 0; i < branch.path.size(); ++i) {
    const auto there = writer_.hash_at(branch.height_of(i));
    if (there && *there != tree_.hash(branch.path[i])) return branch.height_of(i);
  }
  const std::uint32_t above = branch.height_of(branch.path.size());
  if (writer_.hash_at(above)) return above;
  return std::nullopt;
}

// The ledger's block at `height` and the branch have no common ancestor in sight, so their work
// cannot be compared.
BranchLoader::Step BranchLoader::refuse_conflict(const Branch& branch, std::uint32_t height) {
  const auto& place = tree_.place(branch.path[0]);
  std::string reason = "block " + to_display(tree_.hash(branch.path[0])) + " at height " +
                       std::to_string(branch.height) +
                       ": it and what builds on it do not fit the ledger's block " +
                       to_display(*writer_.hash_at(height)) + " at height " +
                       std::to_string(height) + ", and no common ancestor tells which is stale";
  if (place.source == BlockPlace::kLedger)
    log_.add("", {ErrorKind::data, std::move(reason)});
  else
    log_.add(options_.sources[place.source].path, place.offset, std::move(reason));
  return Step::give_up;
}

// Reads as much of the branch, from a height on, as outweighs what the ledger has there.
bool BranchLoader::outweighing_part_is_good(const Branch& branch, std::uint32_t from) {
  bitcoin::Work to_beat{};
  for (std::uint32_t height = from;; ++height) {
    const auto hash = writer_.hash_at(height);
    const NodeId node = hash ? tree_.find(*hash) : kNoNode;
    if (node == kNoNode) break;
    to_beat = tree_.work(node);
  }
  for (std::size_t i = from - branch.height; i < branch.path.size(); ++i) {
    if (!read(branch.path[i], branch.height_of(i))) return false;
    if (bitcoin::less_work(to_beat, tree_.work(branch.path[i]))) break;
  }
  return true;
}

Result<BranchLoader::Step> BranchLoader::make_room(const Branch& branch, std::uint32_t from) {
  if (!outweighing_part_is_good(branch, from)) return Step::choose_again;
  const auto tip = writer_.tip();
  std::uint64_t removed = 0;
  for (std::uint32_t height = from; tip && height <= tip->height; ++height)
    removed += writer_.hash_at(height).has_value();
  auto unwound = writer_.unwind(from);
  if (!unwound && unwound.error().kind == ErrorKind::unsupported) {
    log_.add("", std::move(unwound).error().within("a branch with more work cannot be taken"));
    return Step::give_up;
  }
  if (!unwound) return fail(std::move(unwound).error());
  counts_.unwound += removed;
  const auto blocks = removed == 1 ? "block" : std::to_string(removed) + " blocks";
  notes_.push_back("the ledger's " + blocks + " from height " + std::to_string(from) + " on " +
                   (removed == 1 ? "was" : "were") +
                   " removed: a branch with more work forks there");
  return Step::done;
}

Result<BranchLoader::Step> BranchLoader::store(const Branch& branch) {
  for (std::size_t i = 0; i < branch.path.size(); ++i) {
    const NodeId node = branch.path[i];
    const std::uint32_t height = branch.height_of(i);
    if (!in_range(height) || held(node, height)) continue;
    if (!read(node, height)) return Step::choose_again;
    CLEW_TRY(is_new, writer_.append(read_.block, height, read_.spent));
    counts_.added += is_new;
    counts_.bytes += tree_.place(node).size;
    counts_.transactions += read_.block.transactions.size();
    counts_.height = height;
    if (options_.progress && !options_.progress(counts_)) return Step::stopped;
  }
  return Step::done;
}

// Reads a block from the first of its places that has it whole. If none has, it is out, and so is
// what builds on it.
bool BranchLoader::read(NodeId node, std::uint32_t height) {
  for (;;) {
    const auto place = tree_.place(node);
    if (place.source != BlockPlace::kLedger) {
      const auto done = reader_.read(place, tree_.hash(node), read_);
      if (done) return true;
      log_.add({done.error().kind, options_.sources[place.source].path, place.offset,
                "block " + to_display(tree_.hash(node)) + " at height " + std::to_string(height) +
                    ": " + done.error().message});
    }
    if (tree_.use_next_copy(node)) continue;
    const auto out = tree_.invalidate(node);
    if (out > 1) {
      notes_.push_back("block " + to_display(tree_.hash(node)) + " at height " +
                       std::to_string(height) + " is bad; " + std::to_string(out - 1) +
                       (out == 2 ? " block that builds on it is" : " blocks that build on it are") +
                       " not stored either");
    }
    return false;
  }
}

}  // namespace clew::ingest
