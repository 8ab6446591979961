#include "ingest/live/follow.h"

#include <algorithm>
#include <chrono>

namespace clew::ingest {
namespace {

constexpr double kShowSeconds = 0.1;
// How often nodes may change their mind at once before they are waited for.
constexpr unsigned kAgainsMax = 20;

double machine_seconds() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

std::string block_text(std::uint64_t number, const Hash256& hash) {
  return "block " + std::to_string(number) + " (" + to_hex(hash) + ")";
}

class Follower {
 public:
  Follower(LiveSource& source, LiveLedger& ledger, const FollowOptions& options)
      : source_(source), ledger_(ledger), options_(options), begin_(now()), progressed_(begin_) {}

  Result<FollowReport> run();

 private:
  // done: nothing more to do now. again: the nodes changed their mind, look at the head anew.
  // failed: a problem of the nodes, told in problem_.
  enum class Step : std::uint8_t { done, again, failed };
  using Blocks = std::vector<std::unique_ptr<LiveBlock>>;

  double now() const { return options_.clock ? options_.clock() : machine_seconds(); }
  bool stopped() const { return options_.stop != nullptr && options_.stop->load(); }
  void sleep(double seconds) const;
  Step fail_step(const Error& error);

  Result<Step> catch_up();
  Result<Step> catch_up_to(const LiveHead& head);
  Result<Step> load(std::uint64_t first, std::uint64_t last, bool at_head);
  Result<Step> take(std::unique_ptr<LiveBlock> block, bool at_head);
  Result<Step> reorganise(std::unique_ptr<LiveBlock> top);
  Result<Step> replace(Blocks branch);
  Result<void> store(std::unique_ptr<LiveBlock> block);
  Result<void> commit();
  Result<Step> head_differs(const LiveHead& head);
  Step head_is_below(std::uint64_t wanted, const LiveHead& head);
  bool wait_after(Step step);
  void watch_for_stall();
  void show();

  LiveSource& source_;
  LiveLedger& ledger_;
  const FollowOptions& options_;
  FollowReport report_;
  FollowProgress progress_;
  std::string problem_;
  Blocks uncommitted_;
  double begin_, progressed_, shown_ = 0, fill_begin_ = 0, retry_ = 0;
  std::uint64_t fill_transactions_ = 0;
  bool stalled_ = false;
  std::optional<std::uint64_t> awaited_from_;  // the head, when it was seen to be below `from`
  unsigned agains_ = 0;
  // Set when going on by itself would be wrong.
  bool give_up_ = false;
};

void Follower::sleep(double seconds) const {
  if (options_.sleep) return options_.sleep(seconds);
  for (const auto end = machine_seconds() + seconds; machine_seconds() < end && !stopped();)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

Follower::Step Follower::fail_step(const Error& error) {
  // An interrupt in the middle of a call is no problem of the node's.
  if (error.kind != ErrorKind::stopped) problem_ = error.message;
  return Step::failed;
}

Result<FollowReport> Follower::run() {
  for (;;) {
    CLEW_TRY(step, catch_up());
    if (stopped()) {
      report_.interrupted = true;
      break;
    }
    if (step == Step::again && ++agains_ <= kAgainsMax) continue;
    agains_ = 0;
    const bool complete = step == Step::done && !options_.follow;
    if (complete || give_up_) break;
    if (!options_.follow) {
      if (step == Step::again) problem_ = "the nodes go back and forth between branches";
      break;
    }
    if (!wait_after(step)) break;
  }
  if (!problem_.empty()) report_.problems.push_back(problem_);
  CLEW_CHECK(commit());
  report_.tip = ledger_.tip();
  report_.seconds = now() - begin_;
  return report_;
}

// Waits for news, or backs off after a failure. False to end.
bool Follower::wait_after(Step step) {
  if (step == Step::failed) {
    retry_ = std::clamp(retry_ * 2, options_.retry_seconds, options_.retry_seconds_max);
    sleep(retry_);
  } else {
    retry_ = 0;
    problem_.clear();
    source_.wait_for_head(options_.poll_seconds);
  }
  watch_for_stall();
  if (stopped()) report_.interrupted = true;
  return !report_.interrupted;
}

void Follower::watch_for_stall() {
  const auto quiet = now() - progressed_;
  if (quiet < options_.stall_seconds || stalled_) return;
  stalled_ = true;
  ++report_.stalls;
  if (!options_.alarm) return;
  auto text = "no new block for " + std::to_string(static_cast<long>(quiet)) + " seconds";
  if (const auto tip = ledger_.tip()) text += " after block " + std::to_string(tip->height);
  if (!problem_.empty()) text += ": " + problem_;
  options_.alarm(text);
}

Result<Follower::Step> Follower::catch_up() {
  const auto head = source_.head();
  if (!head) return fail_step(head.error());
  return catch_up_to(*head);
}

Result<Follower::Step> Follower::catch_up_to(const LiveHead& head) {
  const auto tip = ledger_.tip();
  const auto last = options_.to ? std::min(*options_.to, head.number) : head.number;
  if (options_.to && *options_.to > head.number && !options_.follow)
    problem_ = "block " + std::to_string(*options_.to) + " was asked for, but the head is at " +
               std::to_string(head.number);
  const auto at_head = ledger_.hash_at(head.number);
  if (at_head && *at_head != head.hash && (!options_.to || head.number <= *options_.to))
    return head_differs(head);
  if (options_.from && *options_.from > head.number) return head_is_below(*options_.from, head);
  auto first = options_.from.value_or(tip ? tip->height + std::uint64_t{1} : 0);
  // After the first pass the range that remains begins behind the tip.
  if (options_.from && tip && tip->height >= first && report_.added > 0 && options_.follow)
    first = tip->height + std::uint64_t{1};
  if (first > last) return Step::done;
  const bool live = options_.follow && last - first < options_.limits.blocks_max / 8;
  return load(first, last, live);
}

// The whole range is still to come. Who follows waits for it: a head that moves is no stall.
Follower::Step Follower::head_is_below(std::uint64_t wanted, const LiveHead& head) {
  const auto at = "the head is at " + std::to_string(head.number);
  const auto block = "block " + std::to_string(wanted);
  if (!options_.follow) {
    problem_ = block + " was asked for, but " + at;
    return Step::done;
  }
  if (!awaited_from_ && options_.waiting) options_.waiting("waiting for " + block + ": " + at);
  if (awaited_from_ != head.number) progressed_ = now();
  awaited_from_ = head.number;
  return Step::done;
}

// The node's head is another block than the ledger has with that number. A branch that is not yet
// as high as the ledger's is not followed: its node may lag, or be alone with it.
Result<Follower::Step> Follower::head_differs(const LiveHead& head) {
  const auto tip = ledger_.tip();
  if (tip && head.number < tip->height) return Step::done;
  auto block = source_.fetch(head);
  if (!block) return fail_step(block.error());
  return reorganise(std::move(*block));
}

Result<Follower::Step> Follower::load(std::uint64_t first, std::uint64_t last, bool at_head) {
  fill_begin_ = now();
  fill_transactions_ = report_.transactions;
  progress_ = {.blocks_total = at_head ? 0 : last - first + 1};
  while (first <= last) {
    if (ledger_.hash_at(first)) {  // held already: skipped without asking
      ++report_.already_there;
      ++progress_.blocks_done;
      ++first;
      continue;
    }
    auto end = first;  // of the run that is missing
    while (end < last && !ledger_.hash_at(end + 1))
      ++end;
    FetchWindow window(source_, first, end, options_.limits);
    for (; first <= end; ++first) {
      if (stopped()) return Step::done;
      auto block = window.next();
      if (!block) {
        CLEW_CHECK(commit());
        return fail_step(block.error());
      }
      CLEW_TRY(step, take(std::move(*block), at_head));
      if (step != Step::done) return step;
    }
  }
  CLEW_CHECK(commit());
  show();
  return Step::done;
}

Result<Follower::Step> Follower::take(std::unique_ptr<LiveBlock> block, bool at_head) {
  const auto below = block->number == 0 ? std::nullopt : ledger_.hash_at(block->number - 1);
  if (below && *below != block->parent) {
    CLEW_CHECK(commit());
    return reorganise(std::move(block));
  }
  const auto node = block->node;
  if (auto stored = store(std::move(block)); !stored) {
    // What came before it is good; a ledger that cannot be written is another matter.
    auto& error = stored.error();
    if (error.kind != ErrorKind::data && error.kind != ErrorKind::unsupported)
      return fail(std::move(error));
    CLEW_CHECK(commit());
    give_up_ = true;
    return fail_step(std::move(error).within(node));
  }
  if (at_head || uncommitted_.size() >= options_.commit_blocks) CLEW_CHECK(commit());
  return Step::done;
}

Result<void> Follower::store(std::unique_ptr<LiveBlock> block) {
  CLEW_CHECK(ledger_.append(*block));
  ++report_.added;
  report_.bytes += block->bytes;
  report_.transactions += block->transactions;
  ++progress_.blocks_done;
  progress_.number = block->number;
  progressed_ = now();
  stalled_ = false;
  uncommitted_.push_back(std::move(block));
  if (now() - shown_ >= kShowSeconds) show();
  return {};
}

Result<void> Follower::commit() {
  if (uncommitted_.empty()) return {};
  CLEW_CHECK(ledger_.commit());
  if (options_.stored)
    for (const auto& block : uncommitted_)
      options_.stored(*block);
  uncommitted_.clear();
  return {};
}

// Walks down from `top` by parent hashes to a block that the ledger has.
Result<Follower::Step> Follower::reorganise(std::unique_ptr<LiveBlock> top) {
  const auto tip = ledger_.tip();
  Blocks branch;
  branch.push_back(std::move(top));
  for (;;) {
    const auto& lowest = *branch.back();
    const auto held = lowest.number == 0 ? std::nullopt : ledger_.hash_at(lowest.number - 1);
    if (held == lowest.parent) break;
    const auto depth = tip && tip->height >= lowest.number ? tip->height - lowest.number + 1 : 0;
    if (!held || depth >= options_.reorganisation_max) {
      give_up_ = true;
      const auto why = held ? "a reorganisation would remove more than " +
                                  std::to_string(options_.reorganisation_max) + " blocks"
                            : std::string("the ledger begins on another branch");
      return fail_step({ErrorKind::data, block_text(lowest.number, lowest.hash) + " of " +
                                             lowest.node + ": " + why});
    }
    auto parent = source_.fetch(LiveHead{lowest.number - 1, lowest.parent});
    if (!parent && parent.error().kind == ErrorKind::not_found) return Step::again;
    if (!parent) return fail_step(parent.error());
    if ((*parent)->number + 1 != lowest.number)
      return fail_step({ErrorKind::data, block_text(lowest.number, lowest.hash) + " of " +
                                             lowest.node + " follows a block with number " +
                                             std::to_string((*parent)->number)});
    branch.push_back(std::move(*parent));
  }
  return replace(std::move(branch));
}

// `branch` is the new branch, the highest block first, above a block that the ledger has.
Result<Follower::Step> Follower::replace(Blocks branch) {
  const auto tip = ledger_.tip();
  Reorganisation event{.from = branch.back()->number,
                       .added = static_cast<std::uint32_t>(branch.size()),
                       .new_tip = branch.front()->hash};
  if (tip) {
    event.old_tip = tip->hash;
    event.removed = static_cast<std::uint32_t>(tip->height + 1 - event.from);
  }
  CLEW_CHECK(ledger_.unwind(event.from));
  for (auto block = branch.rbegin(); block != branch.rend(); ++block)
    CLEW_CHECK(store(std::move(*block)));
  CLEW_CHECK(commit());
  report_.unwound += event.removed;
  ++report_.reorganisations;
  report_.deepest = std::max(report_.deepest, event.removed);
  if (options_.reorganised) options_.reorganised(event);
  return Step::again;
}

void Follower::show() {
  if (!options_.progress) return;
  shown_ = now();
  const auto passed = shown_ - fill_begin_;
  progress_.bytes_done = report_.bytes;
  progress_.transactions_done = report_.transactions;
  const auto done = static_cast<double>(report_.transactions - fill_transactions_);
  progress_.transactions_per_second = passed > 0 ? done / passed : 0;
  progress_.seconds_left.reset();
  if (progress_.blocks_total > 0 && progress_.blocks_done > 0) {
    const auto left = static_cast<double>(progress_.blocks_total - progress_.blocks_done);
    progress_.seconds_left = passed / static_cast<double>(progress_.blocks_done) * left;
  }
  options_.progress(progress_);
}

}  // namespace

Result<FollowReport> follow(LiveSource& source, LiveLedger& ledger, const FollowOptions& options) {
  return Follower(source, ledger, options).run();
}

}  // namespace clew::ingest
