#include "ingest/ingest.h"

#include <algorithm>
#include <numeric>

#include "ingest/blk_file.h"
#include "ingest/block_index.h"
#include "ingest/branch_loader.h"
#include "ingest/ledger_blocks.h"
#include "ingest/network_detection.h"
#include "ingest/placement.h"
#include "ingest/progress_meter.h"
#include "ledger/snapshot.h"

namespace clew::ingest {
namespace {

std::string ledger_directory(const std::string& root, const bitcoin::ChainParams& chain) {
  return root + "/" + std::string(chain.chain);
}

using Heights = std::vector<std::optional<std::uint32_t>>;  // one a root of the tree

// Which blocks stand on the best branch of their tree.
std::vector<bool> chosen_blocks(const HeaderTree& tree, const Heights& heights) {
  std::vector<bool> chosen(tree.size());
  for (std::uint32_t root = 0; root < heights.size(); ++root) {
    const NodeId tip = tree.best_tip(root);
    if (tip == kNoNode) continue;
    for (const NodeId node : tree.path_to(tip))
      chosen[node] = true;
  }
  return chosen;
}

class Ingest {
 public:
  Ingest(const std::string& root, const IngestOptions& options, FileSystem& files)
      : root_(root), options_(options), files_(files), meter_(options) {}

  Result<IngestReport> run(const std::vector<std::string>& paths);

 private:
  Result<void> choose_chain();
  Result<bool> index();
  Result<void> load();
  Result<void> load_trees(BlockReader& reader, const Heights& heights);
  Result<void> count(const Heights& heights, const std::vector<bool>& was_held, bool complete);
  void count_missing(NodeId node, const Heights& heights, bool chosen);
  Result<IngestReport> finish();
  bool stopped() const { return options_.stop != nullptr && *options_.stop; }

  const std::string& root_;
  const IngestOptions& options_;
  FileSystem& files_;
  ProgressMeter meter_;
  ProblemLog log_;
  std::vector<Source> sources_;
  IngestReport report_;
  std::optional<ledger::Writer> writer_;
  std::optional<BlockIndex> index_;
};

Result<IngestReport> Ingest::run(const std::vector<std::string>& paths) {
  CLEW_TRY(sources, find_sources(files_, paths, log_));
  sources_ = std::move(sources);
  if (sources_.empty()) return finish();
  CLEW_CHECK(choose_chain());
  CLEW_TRY(writer,
           ledger::Writer::open(report_.directory, *report_.chain, options_.writer, files_));
  writer_.emplace(std::move(writer));
  CLEW_TRY(indexed, index());
  if (indexed) CLEW_CHECK(load());
  report_.interrupted = stopped();
  return finish();
}

// What the caller says, what the sources say, what the ledger holds: in this order. Blocks of a
// network that a ledger of the same chain does not hold are refused one by one, with their place.
Result<void> Ingest::choose_chain() {
  CLEW_TRY(detected, detect_chain(files_, sources_));
  const auto* chain = options_.chain != nullptr ? options_.chain : detected.chain;
  const auto& any = bitcoin::all_chains().front();
  const auto held =
      ledger::Snapshot::open(ledger_directory(root_, chain != nullptr ? *chain : any), files_);
  const bool holds_blocks = held && held->tip().has_value();
  if (options_.chain == nullptr && holds_blocks) {
    chain = &held->chain();
  } else if (chain == nullptr) {
    return fail(ErrorKind::usage,
                "nothing in these files tells their network; say it with --network");
  } else if (options_.chain == nullptr && !detected.sure) {
    report_.notes.push_back("the network is taken to be " + network_name(*chain) +
                            ": blocks without a file header do not tell; --network says otherwise");
  }
  report_.chain = chain;
  report_.directory = ledger_directory(root_, *chain);
  return {};
}

// False if it was stopped.
Result<bool> Ingest::index() {
  const auto total =
      std::accumulate(sources_.begin(), sources_.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const Source& source) { return sum + source.size; });
  meter_.start(IngestProgress::Phase::indexing, total, 0);
  index_.emplace(*report_.chain);
  const auto progress = [&](std::uint64_t bytes) {
    meter_.show(bytes, 0, 0);
    return !stopped();
  };
  const bool complete = index_blocks(files_, sources_, *report_.chain, progress, *index_, log_);
  report_.blocks_read = index_->records;
  report_.copies = index_->tree.copies();
  if (index_->incomplete_headers == 1) {
    report_.notes.push_back(
        "1 block comes without bits or nonce: its hash and time are the source's word, no proof of "
        "work holds it");
  } else if (index_->incomplete_headers > 1) {
    report_.notes.push_back(std::to_string(index_->incomplete_headers) +
                            " blocks come without bits or nonce: their hashes and times are the "
                            "source's word, no proof of work holds them");
  }
  return complete;
}

Result<void> Ingest::load() {
  auto& tree = index_->tree;
  const std::size_t from_sources = tree.size();
  CLEW_TRY(before, ledger::Snapshot::open(report_.directory, files_));
  CLEW_CHECK(add_ledger_blocks(*writer_, before, tree));
  tree.link();
  std::vector<bool> was_held(from_sources);
  for (NodeId node = 0; node < from_sources; ++node)
    was_held[node] = tree.in_ledger(node);

  BlockReader reader(files_, sources_, *report_.chain, options_.check_witness_root);
  const auto heights =
      place_roots(*index_, *writer_, reader, {report_.chain, sources_, options_.from_height}, log_);
  const auto loaded = load_trees(reader, heights);
  if (!loaded) log_.add("", loaded.error());
  return count(heights, was_held, loaded.has_value());
}

// Lower trees first, so that rows arrive by height. An error if the ledger cannot be written.
Result<void> Ingest::load_trees(BlockReader& reader, const Heights& heights) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t root = 0; root < heights.size(); ++root) {
    if (heights[root]) order.push_back(root);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return *heights[a] < *heights[b]; });
  LoadOptions options{sources_, options_.from_height, options_.to_height, {}};
  options.progress = [&](const LoadCounts& counts) {
    meter_.show(counts.bytes, counts.added, counts.height);
    return !stopped();
  };
  BranchLoader loader(index_->tree, *writer_, reader, options, log_);
  BranchLoader::Due due;
  for (const auto root : order) {
    const auto more = loader.due(root, *heights[root]);
    due.blocks += more.blocks;
    due.bytes += more.bytes;
  }
  writer_->expect(due.bytes);
  meter_.start(IngestProgress::Phase::storing, due.bytes, due.blocks);
  const auto load_all = [&]() -> Result<void> {
    for (const auto root : order) {
      CLEW_TRY(complete, loader.load(root, *heights[root]));
      if (!complete) break;
    }
    return writer_->commit();
  };
  auto loaded = load_all();
  meter_.finish();
  report_.transactions = loader.counts().transactions;
  report_.unwound = loader.counts().unwound;
  for (auto& note : loader.take_notes())
    report_.notes.push_back(std::move(note));
  return loaded;
}

// What became of each block of the sources, as the ledger on disk shows it now.
Result<void> Ingest::count(const Heights& heights, const std::vector<bool>& was_held,
                           bool complete) {
  const auto& tree = index_->tree;
  CLEW_TRY(now, ledger::Snapshot::open(report_.directory, files_));
  report_.tip = now.tip();
  if (!complete) report_.transactions = 0;
  const auto chosen = chosen_blocks(tree, heights);
  for (NodeId node = 0; node < was_held.size(); ++node) {
    const auto index = complete ? std::nullopt : now.find_block(tree.hash(node));
    const bool held = complete ? writer_->contains(tree.hash(node)) : index.has_value();
    if (held && was_held[node]) {
      ++report_.already_there;
    } else if (held) {
      ++report_.added;
      report_.bytes += tree.place(node).size;
      if (index) report_.transactions += now.block(*index).tx_count;
    } else {
      count_missing(node, heights, chosen[node]);
    }
  }
  return {};
}

void Ingest::count_missing(NodeId node, const Heights& heights, bool chosen) {
  const auto& tree = index_->tree;
  const auto root = tree.root_index(node);
  if (!tree.valid(node) || root >= heights.size() || !heights[root]) {
    ++report_.refused;
  } else if (!chosen) {
    ++report_.stale;
  } else {
    const std::uint32_t height = *heights[root] + tree.depth(node);
    const bool in_range =
        height >= options_.from_height.value_or(0) && height <= options_.to_height.value_or(height);
    ++(in_range ? report_.not_stored : report_.left_out);
  }
}

Result<IngestReport> Ingest::finish() {
  if (report_.blocks_read == 0 && log_.empty() && !report_.interrupted)
    log_.add("", {ErrorKind::data, "there is no block in these files"});
  report_.problems = log_.take();
  report_.seconds = meter_.seconds();
  return std::move(report_);
}

}  // namespace

Result<IngestReport> ingest_bitcoin(const std::string& ledger_root,
                                    const std::vector<std::string>& paths,
                                    const IngestOptions& options, FileSystem& files) {
  try {
    return Ingest(ledger_root, options, files).run(paths);
  } catch (const ledger::Corruption& error) {
    return fail(ErrorKind::corrupt, error.what());
  }
}

}  // namespace clew::ingest
