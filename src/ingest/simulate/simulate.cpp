#include "ingest/simulate/simulate.h"

#include <optional>

#include "chain/bitcoin/params.h"
#include "ingest/simulate/block_files.h"
#include "ingest/simulate/text_file.h"
#include "ingest/simulate/town.h"
#include "ingest/simulate/world.h"
#include "ingest/simulate/world_files.h"

namespace clew::simulate {
namespace {

constexpr std::uint32_t kBlocksMin = 200, kBlocksMax = 1'000'000;
constexpr std::uint32_t kTrafficMax = 10'000;

Result<void> check(const Options& options) {
  if (options.out.empty()) return fail(ErrorKind::usage, "simulate: no output directory");
  if (options.blocks < kBlocksMin || options.blocks > kBlocksMax)
    return fail(ErrorKind::usage,
                "simulate: blocks must be 200 to 1000000, not " + std::to_string(options.blocks));
  if (options.transactions_per_block > kTrafficMax)
    return fail(ErrorKind::usage, "simulate: transactions per block must be at most 10000, not " +
                                      std::to_string(options.transactions_per_block));
  return {};
}

// A branch that lost: it starts beside the block under construction and may be two blocks long.
struct StaleBranch {
  std::uint32_t from = 0;    // height of its first block
  std::uint32_t length = 0;  // blocks
  Hash256 tip{};
};

std::vector<StaleBranch> plan_stale_branches(std::uint32_t blocks) {
  const std::uint32_t active = blocks - 101;
  return {{101 + active * 3 / 10, 1, {}}, {101 + active * 7 / 10, 2, {}}};
}

// Everything that is open while a world is being made.
class Simulation {
 public:
  Simulation(const Options& options, FileSystem& files)
      : options_(options),
        files_(files),
        world_(options),
        town_(world_),
        stale_(plan_stale_branches(options.blocks)) {}

  Result<Summary> run(const Progress& progress);

 private:
  Result<void> open();
  Result<void> make_block();
  Result<void> add_stale(const Hash256& previous);
  Result<void> write_lines(bool last);

  const Options& options_;
  FileSystem& files_;
  World world_;
  Town town_;
  std::vector<StaleBranch> stale_;
  std::optional<BlockFiles> blocks_;
  std::optional<TextFile> wallets_, coinjoins_;
};

Result<void> Simulation::open() {
  CLEW_CHECK(prepare_directory(files_, options_.out));
  Rng rng(options_.seed ^ 0x626c6f636b73);
  BlockFileOptions block_options;
  block_options.magic = bitcoin::find_chain("regtest")->magic;
  block_options.preallocation = options_.preallocation;
  if (options_.obfuscate) rng.fill(block_options.key.data(), block_options.key.size());
  CLEW_TRY(blocks, BlockFiles::create(files_, options_.out + "/blocks", block_options, rng.next()));
  blocks_ = std::move(blocks);
  CLEW_TRY(wallets, TextFile::create(files_, options_.out + "/truth/wallets.csv"));
  wallets_ = std::move(wallets);
  wallets_->add("address,wallet,kind,role");
  CLEW_TRY(coinjoins, TextFile::create(files_, options_.out + "/truth/coinjoins.csv"));
  coinjoins_ = std::move(coinjoins);
  coinjoins_->add("txid,protocol");
  return {};
}

Result<void> Simulation::write_lines(bool last) {
  for (const auto& line : world_.take_address_lines())
    wallets_->add(line);
  for (const auto& line : world_.take_coinjoin_lines())
    coinjoins_->add(line);
  CLEW_CHECK(wallets_->flush_if_due());
  CLEW_CHECK(coinjoins_->flush_if_due());
  if (!last) return {};
  CLEW_CHECK(wallets_->close());
  return coinjoins_->close();
}

// Blocks that compete with the one under construction arrive before or after it, as the writer
// shuffles them.
Result<void> Simulation::add_stale(const Hash256& previous) {
  for (StaleBranch& branch : stale_) {
    const std::uint32_t height = world_.height();
    if (height < branch.from || height >= branch.from + branch.length) continue;
    // The first block knows half of the transactions; the second could only repeat them.
    const bool first = height == branch.from;
    const AssembledBlock block =
        world_.stale_block(first ? previous : branch.tip, height, town_.next_miner().spot,
                           first ? world_.block_transactions() / 2 : 0);
    branch.tip = block.hash;
    CLEW_CHECK(blocks_->add(block.raw));
  }
  return {};
}

Result<void> Simulation::make_block() {
  const Hash256 previous = world_.summary().tip_hash;
  world_.begin_block();
  town_.step();
  const Town::Miner miner = town_.next_miner();
  CLEW_CHECK(add_stale(previous));
  CLEW_CHECK(blocks_->add(world_.finish_block(miner.spot, miner.tag)));
  return write_lines(false);
}

Result<Summary> Simulation::run(const Progress& progress) {
  CLEW_CHECK(open());
  world_.adopt_genesis();
  CLEW_CHECK(blocks_->add(genesis_block()));
  while (world_.summary().blocks < options_.blocks) {
    CLEW_CHECK(make_block());
    if (progress) progress(static_cast<std::uint32_t>(world_.summary().blocks), options_.blocks);
  }
  CLEW_CHECK(write_lines(true));
  CLEW_CHECK(blocks_->finish());
  Summary& summary = world_.summary();
  summary.raw_bytes = blocks_->bytes_written();
  summary.block_files = blocks_->files_written();
  world_.trails().settle();
  for (const Trail& trail : world_.trails().all())
    if (trail.kind == Trail::Kind::theft) summary.thefts.push_back(trail.origins.front().at.txid);
  CLEW_CHECK(write_world_files(files_, world_));
  return summary;
}

}  // namespace

Result<Summary> simulate_bitcoin(const Options& options, const Progress& progress,
                                 FileSystem& files) {
  CLEW_CHECK(check(options));
  Simulation simulation(options, files);
  return simulation.run(progress);
}

}  // namespace clew::simulate
