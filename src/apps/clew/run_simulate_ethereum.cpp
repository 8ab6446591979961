// `clew simulate ethereum`.
#include <charconv>
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "apps/clew/progress.h"
#include "chain/evm/header.h"
#include "ingest/simulate/ethereum/simulate_ethereum.h"

namespace clew::app {
namespace {

using simulate::ethereum::BranchPlan;

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size();
}

Result<BranchPlan> read_branch(const std::string& text) {
  const std::size_t colon = text.find(':');
  BranchPlan branch;
  if (colon == std::string::npos || !read_number(text.substr(0, colon), branch.from) ||
      !read_number(text.substr(colon + 1), branch.length))
    return fail(ErrorKind::usage, "--branch is FROM:LENGTH, two numbers, not " + text);
  return branch;
}

void print_summary(const std::string& out, const simulate::ethereum::Summary& made) {
  std::cout << out << ": " << counted(made.blocks, "block") << ", "
            << counted(made.transactions, "transaction") << ", " << counted(made.logs, "log")
            << ", " << counted(made.transfers, "transfer") << ", "
            << counted(made.accounts, "account") << ", " << counted(made.raw_bytes, "byte") << '\n';
  for (const Hash256& theft : made.thefts)
    std::cout << "  theft in " << evm::to_text(theft) << '\n';
}

}  // namespace

Result<ExitCode> simulate_ethereum(const Session& session, const SimulateEthereumOptions& options) {
  simulate::ethereum::Options how;
  how.out = options.out;
  how.blocks = options.blocks;
  how.seed = options.seed;
  how.transactions_per_block = options.transactions_per_block;
  how.chain_id = options.chain_id;
  how.transfers = !options.no_transfers;
  for (const std::string& text : options.branches) {
    CLEW_TRY(branch, read_branch(text));
    how.branches.push_back(branch);
  }
  ProgressBar bar("simulating", "blocks");
  CLEW_TRY(made, simulate::ethereum::simulate_ethereum(
                     how, [&](std::uint32_t done, std::uint32_t total) { bar.show(done, total); }));
  bar.finish();
  if (!session.json) {
    print_summary(options.out, made);
    return kOk;
  }
  auto thefts = Json::array();
  for (const Hash256& theft : made.thefts)
    thefts.push_back(evm::to_text(theft));
  print_json({{"out", options.out},
              {"blocks", made.blocks},
              {"transactions", made.transactions},
              {"logs", made.logs},
              {"transfers", made.transfers},
              {"accounts", made.accounts},
              {"tip", {{"number", made.tip_number}, {"hash", evm::to_text(made.tip_hash)}}},
              {"branch_blocks", made.branch_blocks},
              {"raw_bytes", made.raw_bytes},
              {"thefts", thefts}});
  return kOk;
}

}  // namespace clew::app
