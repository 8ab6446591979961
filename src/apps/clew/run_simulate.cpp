// `clew simulate bitcoin`.
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/progress.h"
#include "ingest/simulate/simulate.h"

namespace clew::app {

Result<ExitCode> simulate(const Session& session, const SimulateOptions& options) {
  simulate::Options how;
  how.out = options.out;
  how.blocks = options.blocks;
  how.seed = options.seed;
  how.transactions_per_block = options.transactions_per_block;
  if (options.profile == "benchmark")
    how.profile = simulate::Profile::benchmark;
  else if (options.profile != "story")
    return fail(ErrorKind::usage, "--profile is story or benchmark, not " + options.profile);
  ProgressBar bar("simulating", "blocks");
  CLEW_TRY(made, simulate::simulate_bitcoin(
                     how, [&](std::uint32_t done, std::uint32_t total) { bar.show(done, total); }));
  bar.finish();
  auto thefts = Json::array();
  for (const auto& theft : made.thefts)
    thefts.push_back(to_display(theft));
  if (session.json) {
    print_json({{"out", options.out},
                {"blocks", made.blocks},
                {"transactions", made.transactions},
                {"inputs", made.inputs},
                {"outputs", made.outputs},
                {"output_value", made.output_value},
                {"addresses", made.addresses},
                {"tip", {{"height", made.tip_height}, {"hash", to_display(made.tip_hash)}}},
                {"stale_blocks", made.stale_blocks},
                {"raw_bytes", made.raw_bytes},
                {"coinjoins", made.coinjoins},
                {"thefts", thefts}});
    return kOk;
  }
  std::cout << options.out << ": " << counted(made.blocks, "block") << ", "
            << counted(made.transactions, "transaction") << ", "
            << counted(made.addresses, "address", "addresses") << ", "
            << counted(made.raw_bytes, "byte") << " in " << counted(made.block_files, "file")
            << '\n';
  for (const auto& theft : made.thefts)
    std::cout << "  theft in " << to_display(theft) << '\n';
  return kOk;
}

}  // namespace clew::app
