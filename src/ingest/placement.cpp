#include "ingest/placement.h"

#include <algorithm>

namespace clew::ingest {
namespace {

using Height = std::optional<std::uint32_t>;

// Blocks are decoded for their height; those that do not tell are not looked for without end.
constexpr int kCoinbasesMax = 100;
// No sum of heights overflows below this.
constexpr std::uint32_t kHeightMax = 0x3fffffff;

class Placement {
 public:
  Placement(const BlockIndex& index, const ledger::Writer& writer, BlockReader& reader,
            const PlacementOptions& options, ProblemLog& log)
      : index_(index),
        tree_(index.tree),
        writer_(writer),
        reader_(reader),
        options_(options),
        log_(log),
        heights_(tree_.roots().size()),
        refused_(tree_.roots().size(), false) {}

  std::vector<Height> run();

 private:
  void from_genesis();
  void from_ledger();
  void from_coinbases();
  void from_statements();
  void from_user();
  void refuse_rest();
  Height coinbase_height(std::uint32_t root);
  void refuse(NodeId node, std::string reason);
  bool open(std::uint32_t root) const { return !heights_[root] && !refused_[root]; }

  const BlockIndex& index_;
  const HeaderTree& tree_;
  const ledger::Writer& writer_;
  BlockReader& reader_;
  const PlacementOptions& options_;
  ProblemLog& log_;
  std::vector<Height> heights_;
  std::vector<bool> refused_;
};

std::vector<Height> Placement::run() {
  from_genesis();
  from_ledger();
  from_coinbases();
  from_statements();
  from_user();
  refuse_rest();
  return std::move(heights_);
}

// Logs a reason against a block and its place.
void Placement::refuse(NodeId node, std::string reason) {
  reason = "block " + to_display(tree_.hash(node)) + ": " + std::move(reason);
  const auto& place = tree_.place(node);
  if (place.source == BlockPlace::kLedger) {
    log_.add("", {ErrorKind::data, std::move(reason)});
  } else {
    log_.add(options_.sources[place.source].path, place.offset, std::move(reason));
  }
}

void Placement::from_genesis() {
  const auto genesis = hash_from_display(options_.chain->genesis_hash);
  for (std::uint32_t i = 0; i < heights_.size(); ++i) {
    const auto& root = tree_.roots()[i];
    if (tree_.hash(root.node) == genesis) {
      heights_[i] = 0;
    } else if (root.previous == genesis) {
      heights_[i] = 1;
    } else if (root.previous == Hash256{}) {
      refused_[i] = true;
      refuse(root.node, "it is the first of a chain, but not of " +
                            std::string(options_.chain->chain) + " " +
                            std::string(options_.chain->network));
    }
  }
}

void Placement::from_ledger() {
  for (NodeId node = 0; node < tree_.size(); ++node) {
    if (!tree_.in_ledger(node)) continue;
    const auto root = tree_.root_index(node);
    const auto held = writer_.height_of(tree_.hash(node));
    if (!held || root >= refused_.size() || refused_[root]) continue;
    const auto depth = tree_.depth(node);
    if (depth > *held || (heights_[root] && *heights_[root] + depth != *held)) {
      refuse(node, "the ledger has it at height " + std::to_string(*held) +
                       ", but the blocks before it do not add up to that; was another "
                       "--from-height right? A new ledger is needed");
      refused_[root] = true;
      heights_[root].reset();
    } else {
      heights_[root] = *held - depth;
    }
  }
}

void Placement::from_coinbases() {
  for (std::uint32_t root = 0; root < heights_.size(); ++root) {
    if (open(root)) heights_[root] = coinbase_height(root);
  }
}

// From the top of the best branch down: the higher a block, the surer BIP 34 was in force.
Height Placement::coinbase_height(std::uint32_t root) {
  ReadBlock read;
  NodeId node = tree_.best_tip(root);
  for (int i = 0; i < kCoinbasesMax && node != kNoNode; ++i, node = tree_.parent(node)) {
    if (tree_.version(node) < 2) continue;
    // Bad blocks are told of when it is their turn to be stored.
    if (!reader_.read(tree_.place(node), tree_.hash(node), read)) continue;
    const auto stated = bitcoin::coinbase_height(read.block);
    const auto depth = tree_.depth(node);
    if (stated && *stated >= options_.chain->bip34_height && *stated >= depth &&
        *stated <= kHeightMax)
      return *stated - depth;
  }
  return std::nullopt;
}

void Placement::from_statements() {
  for (const auto& [node, height] : index_.stated) {
    const auto root = tree_.root_index(node);
    if (root >= heights_.size() || refused_[root]) continue;
    const auto depth = tree_.depth(node);
    if (!heights_[root] && height >= depth && height <= kHeightMax) heights_[root] = height - depth;
    if (!heights_[root] || *heights_[root] + depth != height) {
      refuse(node, "the source says height " + std::to_string(height) +
                       ", which contradicts the blocks that it builds on");
    }
  }
}

// Of several fragments the one with most work.
void Placement::from_user() {
  if (!options_.first_height || *options_.first_height > kHeightMax) return;
  Height best;
  for (std::uint32_t root = 0; root < heights_.size(); ++root) {
    if (!open(root)) continue;
    if (!best ||
        bitcoin::less_work(tree_.work(tree_.best_tip(*best)), tree_.work(tree_.best_tip(root))))
      best = root;
  }
  if (best) heights_[*best] = options_.first_height;
}

void Placement::refuse_rest() {
  for (std::uint32_t root = 0; root < heights_.size(); ++root) {
    if (!open(root)) continue;
    refuse(tree_.roots()[root].node,
           "nothing tells its height: the block it builds on is neither here nor in the ledger, "
           "and it states none; --from-height H says at which height the blocks start");
  }
}

}  // namespace

std::vector<std::optional<std::uint32_t>> place_roots(const BlockIndex& index,
                                                      const ledger::Writer& writer,
                                                      BlockReader& reader,
                                                      const PlacementOptions& options,
                                                      ProblemLog& log) {
  return Placement(index, writer, reader, options, log).run();
}

}  // namespace clew::ingest
