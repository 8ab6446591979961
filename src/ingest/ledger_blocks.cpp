#include "ingest/ledger_blocks.h"

#include <algorithm>

namespace clew::ingest {
namespace {

struct Run {  // heights [first, last], all of them held
  std::uint32_t first = 0, last = 0;
  std::optional<std::uint32_t> touched;  // lowest height that matters
};

std::vector<Run> runs_of(const ledger::Snapshot& snapshot) {
  const auto tip = snapshot.tip();
  if (!tip) return {};
  std::vector<Run> runs{{snapshot.first_height(), tip->height, std::nullopt}};
  for (const auto& gap : snapshot.gaps()) {
    const auto last = std::exchange(runs.back().last, gap.from - 1);
    runs.push_back({gap.to + 1, last, std::nullopt});
  }
  return runs;
}

void touch(std::vector<Run>& runs, std::uint32_t height) {
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), height,
                       [](std::uint32_t at, const Run& run) { return at < run.first; });
  if (after == runs.begin()) return;
  auto& touched = (after - 1)->touched;
  touched = std::min(height, touched.value_or(height));
}

Result<bitcoin::Header> header_at(const ledger::Snapshot& snapshot, std::uint32_t height) {
  try {
    const auto index = snapshot.find_block_at(height);
    if (index) return snapshot.block(*index).header;
  } catch (const ledger::Corruption& error) {
    return fail(ErrorKind::corrupt, error.what());
  }
  return fail(ErrorKind::corrupt,
              "the ledger does not show its block at height " + std::to_string(height));
}

}  // namespace

Result<void> add_ledger_blocks(const ledger::Writer& writer, const ledger::Snapshot& snapshot,
                               HeaderTree& tree) {
  auto runs = runs_of(snapshot);
  if (runs.empty()) return {};
  for (NodeId node = 0; node < tree.size(); ++node) {
    if (const auto height = writer.height_of(tree.hash(node))) {
      tree.mark_in_ledger(node);
      touch(runs, *height);
    } else if (tree.find(tree.previous(node)) == kNoNode) {
      if (const auto below = writer.height_of(tree.previous(node))) touch(runs, *below);
    }
  }
  for (auto& run : runs) {
    CLEW_TRY(start, header_at(snapshot, run.first));
    if (tree.find(start.previous) != kNoNode) run.touched = run.first;
    if (!run.touched) continue;
    for (std::uint32_t height = *run.touched; height <= run.last; ++height) {
      const auto hash = writer.hash_at(height);
      if (!hash || tree.find(*hash) != kNoNode) continue;
      CLEW_TRY(header, header_at(snapshot, height));
      tree.mark_in_ledger(tree.add(*hash, header, {}));
    }
  }
  return {};
}

}  // namespace clew::ingest
