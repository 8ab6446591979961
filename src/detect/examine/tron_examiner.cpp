#include "detect/examine/tron_examiner.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "detect/examine/recent.h"
#include "detect/examine/tron_case.h"

namespace clew::examine {
namespace {

// Of the patience, for the history; the rest is left for screening, of which every address is a
// request.
constexpr double kHistoryShare = 0.6;
constexpr std::size_t kAnswersMax = 8;  // of one address, in memory
constexpr std::size_t kEntryBytes = 1024, kAccountBytes = 100;

struct Prepared {
  std::shared_ptr<const Dossier> dossier;
  std::string lists_version;
  double good_until = 0;  // Clock::now

  std::size_t bytes() const {
    const auto& file = dossier->file;
    return file.rows.size() * (sizeof(anomaly::Row) + sizeof(Hash256)) +
           file.accounts.size() * kAccountBytes;
  }
};

// Of one address. Whoever holds `working` prepares it, and others wait for that.
struct Entry {
  std::timed_mutex working;
  std::optional<Prepared> prepared;  // with the answers made of it
  std::map<std::string, std::shared_ptr<const std::string>> answers;
};

// Equal for equal questions about the same address.
std::string key_of(const TronQuestion& question) {
  const auto& options = question.options;
  const auto& weights = options.coefficients;
  std::string key;
  const auto add = [&](const auto& value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  add(options.minimum_threshold), add(options.maximum_threshold), add(options.time_difference);
  add(weights.value), add(weights.transfers), add(weights.hiding), add(weights.relation);
  add(options.value_method), add(options.hiding_tolerance), add(question.transactions_max);
  return key;
}

}  // namespace

struct TronExaminer::Impl {
  explicit Impl(TronExaminerOptions given)
      : options(std::move(given)), entries(options.memory_bytes_max) {}

  Result<Prepared> prepare(const chain::Account& address, const LocalLists& lists,
                           double patience_seconds, const Meter& meter);
  Result<std::unique_lock<std::timed_mutex>> enter(Entry& entry, double patience_seconds) const;
  Result<void> refresh(Entry& entry, const chain::Account& address, double patience_seconds,
                       const Meter& meter);
  std::shared_ptr<Entry> entry_of(const chain::Account& address) {
    const std::lock_guard lock(mutex);
    auto& entry = entries.at(address);
    if (!entry) entry = std::make_shared<Entry>();
    return entry;
  }
  void resize(const chain::Account& address, const Entry& entry) {
    std::size_t size = kEntryBytes + (entry.prepared ? entry.prepared->bytes() : 0);
    for (const auto& [key, text] : entry.answers)
      size += text->size();
    const std::lock_guard lock(mutex);
    entries.resize(address, size);
  }

  const TronExaminerOptions options;
  std::optional<providers::TronGrid> grid;
  std::unique_ptr<Screener> screener;
  std::mutex mutex;  // of `entries`, not of what they hold
  Recent<chain::Account, std::shared_ptr<Entry>> entries;
};

TronExaminer::TronExaminer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TronExaminer::~TronExaminer() = default;

Result<std::unique_ptr<TronExaminer>> TronExaminer::open(TronExaminerOptions options) {
  if (options.url.empty())
    return fail(ErrorKind::usage, "no provider of TRC-20 histories is set (CLEW_TRON_URL)");
  auto impl = std::make_unique<Impl>(std::move(options));
  const auto& given = impl->options;
  providers::ProviderOptions provider;
  provider.key = given.key;
  provider.stop = given.stop;
  provider.back_off = given.back_off;
  CLEW_TRY(grid, providers::TronGrid::open(given.url, std::move(provider)));
  impl->grid.emplace(std::move(grid));
  CLEW_TRY(screener, Screener::open({.directory = given.directory,
                                     .spelling = tron_spelling,
                                     .url = given.sanctions_url,
                                     .key = given.sanctions_key,
                                     .stop = given.stop}));
  impl->screener = std::move(screener);
  return std::unique_ptr<TronExaminer>(new TronExaminer(std::move(impl)));
}

// Asks the providers and reads what is stored.
Result<Prepared> TronExaminer::Impl::prepare(const chain::Account& address, const LocalLists& lists,
                                             double patience_seconds, const Meter& meter) {
  auto& clock = real_clock();
  const double give_up_at = clock.now() + patience_seconds;
  CLEW_CHECK(real_files().make_directories(options.directory));
  CLEW_TRY(store, providers::HistoryStore::open(options.directory + "/tron-history.sqlite"));
  providers::CollectOptions collecting;
  collecting.patience_seconds = patience_seconds * kHistoryShare;
  collecting.fresh_seconds = options.fresh_seconds;
  collecting.after_page = meter;
  CLEW_TRY(report, providers::collect_history(*grid, store, address, collecting));
  CLEW_TRY(history, store.read(report.key));
  const auto& state = history.state;
  if (!state.complete && !state.whole_until_ms && history.rows.empty()) {
    if (report.key_refused)
      return fail(ErrorKind::usage,
                  "the provider does not take the key (CLEW_TRON_API_KEY): " + state.missing);
    return fail(ErrorKind::network, "no history could be had: " + state.missing);
  }
  auto dossier = std::make_shared<Dossier>();
  dossier->file = tron_case(report.key, history);
  for (auto& note : report.notes)
    dossier->file.extent.notes.push_back(std::move(note));
  CLEW_TRY(screened,
           screener->screen(dossier->file, lists, std::max(0.0, give_up_at - clock.now())));
  dossier->screened = std::move(screened);
  Prepared prepared{.lists_version = lists.version()};
  // What is not whole may be better the next time, unless there is nobody to ask.
  if (state.complete &&
      (options.sanctions_url.empty() || dossier->screened.standing.why_unknown.empty()))
    prepared.good_until = clock.now() + options.fresh_seconds - (clock.date() - state.asked_at);
  prepared.dossier = std::move(dossier);
  return prepared;
}

Result<std::unique_lock<std::timed_mutex>> TronExaminer::Impl::enter(
    Entry& entry, double patience_seconds) const {
  std::unique_lock lock(entry.working, std::defer_lock);
  const double give_up_at = real_clock().now() + patience_seconds;
  while (!lock.try_lock_for(std::chrono::milliseconds(50))) {
    if (options.stop != nullptr && *options.stop) return fail(ErrorKind::stopped, "stopped");
    if (real_clock().now() >= give_up_at)
      return fail(ErrorKind::busy, "the same address is being asked for by others");
  }
  return lock;
}

// `entry.working` is held. Answers stay as long as what they were made of.
Result<void> TronExaminer::Impl::refresh(Entry& entry, const chain::Account& address,
                                         double patience_seconds, const Meter& meter) {
  CLEW_TRY(lists, screener->local_lists());
  if (entry.prepared && real_clock().now() < entry.prepared->good_until &&
      entry.prepared->lists_version == lists->version())
    return {};
  CLEW_TRY(made, prepare(address, *lists, patience_seconds, meter));
  entry.answers.clear();
  entry.prepared = std::move(made);
  resize(address, entry);
  return {};
}

Result<Examination> TronExaminer::examine(const TronQuestion& question, double patience_seconds,
                                          const Meter& meter) {
  CLEW_CHECK(anomaly::check(question.options));
  const auto entry = impl_->entry_of(question.address);
  CLEW_TRY(lock, impl_->enter(*entry, patience_seconds));
  CLEW_CHECK(impl_->refresh(*entry, question.address, patience_seconds, meter));
  return examine::examine(entry->prepared->dossier, question.options);
}

Result<std::shared_ptr<const std::string>> TronExaminer::answer(const TronQuestion& question,
                                                                double patience_seconds) {
  CLEW_CHECK(anomaly::check(question.options));
  const auto entry = impl_->entry_of(question.address);
  CLEW_TRY(lock, impl_->enter(*entry, patience_seconds));
  CLEW_CHECK(impl_->refresh(*entry, question.address, patience_seconds, {}));
  auto key = key_of(question);
  if (const auto known = entry->answers.find(key); known != entry->answers.end())
    return known->second;
  CLEW_TRY(examination, examine::examine(entry->prepared->dossier, question.options));
  auto text =
      std::make_shared<const std::string>(write_answer(examination, question.transactions_max));
  if (entry->answers.size() >= kAnswersMax) entry->answers.erase(entry->answers.begin());
  entry->answers.emplace(std::move(key), text);
  impl_->resize(question.address, *entry);
  return text;
}

}  // namespace clew::examine
