#include "ingest/simulate/ethereum/simulate_ethereum.h"

#include <algorithm>
#include <optional>

#include "ingest/simulate/ethereum/town.h"
#include "ingest/simulate/ethereum/world_files.h"
#include "ingest/simulate/ethereum/world_store.h"
#include "ingest/simulate/text_file.h"

namespace clew::simulate::ethereum {
namespace {

constexpr std::uint32_t kBlocksMin = 200, kBlocksMax = 1'000'000;
constexpr std::uint32_t kTrafficMin = 4, kTrafficMax = 10'000;
constexpr std::uint32_t kBranchMax = 1'024;

tl::unexpected<Error> refuse(const std::string& what) {
  return fail(ErrorKind::usage, "simulate: " + what);
}

Result<void> check(const Options& options) {
  if (options.out.empty()) return refuse("no output directory");
  if (options.blocks < kBlocksMin || options.blocks > kBlocksMax)
    return refuse("blocks must be 200 to 1000000, not " + std::to_string(options.blocks));
  if (options.transactions_per_block < kTrafficMin || options.transactions_per_block > kTrafficMax)
    return refuse("transactions per block must be 4 to 10000, not " +
                  std::to_string(options.transactions_per_block));
  if (options.chain_id == 0 || options.chain_id > 0xffffffff)
    return refuse("the chain's number must be 1 to 4294967295");
  for (const BranchPlan& branch : options.branches) {
    if (branch.from == 0 || branch.from >= options.blocks || branch.length == 0 ||
        branch.length > kBranchMax)
      return refuse("a branch of " + std::to_string(branch.length) + " blocks from block " +
                    std::to_string(branch.from) + " on does not fit");
  }
  return {};
}

// The tables that grow with the chain.
class Tables {
 public:
  Result<void> open(FileSystem& files, const std::string& out) {
    const std::string truth = out + "/truth/";
    CLEW_CHECK(open_one(transfers_, files, truth + "transfers.csv",
                        "block,tx,kind,asset,from,to,value,place"));
    CLEW_CHECK(open_one(deposits_, files, truth + "deposits.csv", "address,exchange,customer,hot"));
    CLEW_CHECK(open_one(mixer_, files, truth + "mixer.csv",
                        "deposit,block,pool,value,depositor,owner,withdrawal,withdrawn,receiver,"
                        "relayer,fee"));
    return open_one(events_, files, truth + "events.csv", "block,what,who");
  }
  Result<void> take(Truth& truth) {
    CLEW_CHECK(take_one(*transfers_, truth.transfers));
    CLEW_CHECK(take_one(*deposits_, truth.deposits));
    CLEW_CHECK(take_one(*mixer_, truth.mixer));
    return take_one(*events_, truth.events);
  }
  Result<void> close() {
    for (std::optional<TextFile>* table : {&transfers_, &deposits_, &mixer_, &events_})
      CLEW_CHECK((*table)->close());
    return {};
  }

 private:
  static Result<void> open_one(std::optional<TextFile>& table, FileSystem& files,
                               const std::string& path, std::string_view heading) {
    CLEW_TRY(file, TextFile::create(files, path));
    table = std::move(file);
    table->add(heading);
    return {};
  }
  static Result<void> take_one(TextFile& table, std::vector<std::string>& lines) {
    for (const std::string& line : lines)
      table.add(line);
    lines.clear();
    return table.flush_if_due();
  }

  std::optional<TextFile> transfers_, deposits_, mixer_, events_;
};

class Simulation {
 public:
  Simulation(const Options& options, FileSystem& files)
      : options_(options),
        branches_(options.branches),
        files_(files),
        town_({.seed = options.seed,
               .chain_id = options.chain_id,
               .transactions_per_block = options.transactions_per_block,
               .transfers = options.transfers},
              options.blocks) {
    std::ranges::stable_sort(branches_, {}, &BranchPlan::from);
  }

  Result<Summary> run(const Progress& progress);

 private:
  Result<void> make_block();
  // The branches that leave the chain here.
  Result<void> make_branches();
  void count(const MadeBlock& block);
  void finish_summary();

  const Options& options_;
  std::vector<BranchPlan> branches_;  // in order of their first block
  FileSystem& files_;
  Town town_;
  std::optional<StoreWriter> store_;
  Tables tables_;
  Summary summary_;
};

void Simulation::count(const MadeBlock& block) {
  ++summary_.blocks;
  summary_.transactions += block.transactions;
  summary_.logs += block.logs;
  summary_.tip_number = block.number;
  summary_.tip_hash = block.hash;
}

Result<void> Simulation::make_block() {
  town_.step();
  const MadeBlock block = town_.world.finish_block();
  count(block);
  CLEW_CHECK(store_->add(block, 0));
  return tables_.take(town_.world.truth);
}

Result<void> Simulation::make_branches() {
  for (std::size_t i = 0; i < branches_.size(); ++i) {
    const BranchPlan& branch = branches_[i];
    if (branch.from != summary_.blocks) continue;
    Town other = town_;
    other.world.salt(i + 1);
    for (std::uint32_t made = 0; made < branch.length; ++made) {
      other.step();
      CLEW_CHECK(store_->add(other.world.finish_block(), static_cast<std::uint32_t>(i + 1)));
      ++summary_.branch_blocks;
    }
  }
  return {};
}

void Simulation::finish_summary() {
  World& world = town_.world;
  world.loot.settle();
  summary_.raw_bytes = store_->bytes_written();
  summary_.transfers = world.truth.transfer_count;
  for (AccountId i = 0; i < world.state.accounts(); ++i)
    summary_.accounts += world.state[i].seen;
  for (const Trail& trail : world.loot.trails())
    if (trail.kind == TrailKind::theft)
      summary_.thefts.push_back(world.loot.mark(trail.origins.front().at).tx);
}

Result<Summary> Simulation::run(const Progress& progress) {
  CLEW_CHECK(prepare_world(files_, options_.out));
  CLEW_TRY(store, StoreWriter::create(files_, options_.out + "/chain"));
  store_ = std::move(store);
  CLEW_CHECK(tables_.open(files_, options_.out));
  const MadeBlock genesis = town_.world.make_genesis();
  count(genesis);
  CLEW_CHECK(store_->add(genesis, 0));
  while (summary_.blocks < options_.blocks) {
    CLEW_CHECK(make_branches());
    CLEW_CHECK(make_block());
    if (progress) progress(static_cast<std::uint32_t>(summary_.blocks), options_.blocks);
  }
  CLEW_CHECK(store_->finish());
  town_.mixer.settle(town_.world);
  CLEW_CHECK(tables_.take(town_.world.truth));
  CLEW_CHECK(tables_.close());
  finish_summary();
  CLEW_CHECK(write_world_files(files_, options_, town_, summary_));
  return summary_;
}

}  // namespace

Result<Summary> simulate_ethereum(const Options& options, const Progress& progress,
                                  FileSystem& files) {
  CLEW_CHECK(check(options));
  Simulation simulation(options, files);
  return simulation.run(progress);
}

}  // namespace clew::simulate::ethereum
