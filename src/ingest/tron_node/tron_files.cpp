#include "ingest/tron_node/tron_files.h"

#include <algorithm>
#include <limits>

namespace clew::ingest {
namespace {

class FilesRun {
 public:
  FilesRun(TronFileSource& source, LiveLedger& ledger, FollowOptions& options)
      : source_(source),
        ledger_(ledger),
        options_(options),
        from_(options.from.value_or(0)),
        to_(options.to.value_or(std::numeric_limits<std::uint64_t>::max())) {}

  Result<TronFilesReport> run();
  std::vector<std::string> problems;

 private:
  Result<void> store(BlockRun run);
  void add(const FollowReport& more);
  void tell_others();

  TronFileSource& source_;
  LiveLedger& ledger_;
  FollowOptions& options_;
  std::uint64_t from_, to_;
  TronFilesReport report_;
};

Result<TronFilesReport> FilesRun::run() {
  const auto runs = source_.runs(from_, to_);
  if (runs.empty() && problems.empty())
    problems.emplace_back("the files hold no block of those that were asked for");
  for (const auto& run : runs) {
    if (report_.follow.interrupted) break;
    CLEW_CHECK(store(run));
  }
  if (!report_.follow.interrupted) tell_others();
  report_.follow.tip = ledger_.tip();
  report_.files = source_.counts();
  if (problems.size() > kFileProblemsMax) {
    const auto more = problems.size() - kFileProblemsMax;
    problems.resize(kFileProblemsMax);
    problems.push_back("and " + std::to_string(more) + " more problems");
  }
  report_.follow.problems = std::move(problems);
  return std::move(report_);
}

// Goes on behind a block that cannot be had, as the ledger may have gaps.
Result<void> FilesRun::store(BlockRun run) {
  source_.set_head(run.last);
  options_.to = run.last;
  for (options_.from = run.first; *options_.from <= run.last;) {
    CLEW_TRY(done, follow(source_, ledger_, options_));
    add(done);
    if (done.problems.empty() || done.interrupted) break;
    const auto failed = source_.failed(done.problems.back());
    if (!failed || *failed < *options_.from) break;
    options_.from = *failed + 1;
  }
  return {};
}

void FilesRun::add(const FollowReport& more) {
  auto& all = report_.follow;
  all.added += more.added;
  all.already_there += more.already_there;
  all.unwound += more.unwound;
  all.bytes += more.bytes;
  all.transactions += more.transactions;
  all.reorganisations += more.reorganisations;
  all.deepest = std::max(all.deepest, more.deepest);
  all.seconds += more.seconds;
  all.interrupted = all.interrupted || more.interrupted;
  problems.insert(problems.end(), more.problems.begin(), more.problems.end());
}

// Blocks whose number another block has in the ledger.
void FilesRun::tell_others() {
  source_.for_each_block(
      from_, to_, [&](std::uint64_t number, const Hash256& id, const std::string& place) {
        const auto held = ledger_.hash_at(number);
        if (!held || *held == id) return;
        if (source_.has(*held)) {
          ++report_.stale;
          return;
        }
        problems.push_back(place + ": block " + std::to_string(number) + " " + to_hex(id) +
                           ": the ledger holds another, " + to_hex(*held));
      });
}

}  // namespace

Result<TronFilesReport> ingest_tron_files(const std::vector<std::string>& paths, LiveLedger& ledger,
                                          FollowOptions options, FileSystem& files) {
  ProblemLog log;
  auto source = TronFileSource::open(paths, log, files, options.stop);
  if (!source && source.error().kind == ErrorKind::stopped) {
    TronFilesReport report;
    report.follow.interrupted = true;
    report.follow.tip = ledger.tip();
    return report;
  }
  if (!source) return fail(std::move(source).error());
  options.follow = false;
  options.limits.threads = 1;  // which reads ahead; files are read fastest in their order
  FilesRun run(**source, ledger, options);
  for (const auto& problem : log.take())
    run.problems.push_back(to_text(problem));
  return run.run();
}

}  // namespace clew::ingest
