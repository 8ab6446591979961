#include "detect/examine/screener.h"

#include "base/clock.h"
#include "labels/taxonomy.h"

namespace clew::examine {
namespace {

constexpr double kLookSeconds = 1;

Listing listing_of(const labels::StoredLabel& stored) {
  const auto& label = stored.label;
  return {.list = stored.pack->name(),
          .category = "sanctions",
          .name = label.label,
          .url = label.sources.empty() ? "" : label.sources.front()};
}

}  // namespace

Result<LocalLists> LocalLists::load(const labels::Store& store, const Spelling& spelling) {
  LocalLists lists;
  CLEW_TRY(version, store.version());
  lists.version_ = std::move(version);
  const auto visit = [&](const labels::StoredLabel& stored) -> Result<void> {
    if (stored.label.subject_kind != labels::SubjectKind::address ||
        !labels::is_sanctioned(stored.label))
      return {};
    if (const auto address = spelling(stored.label))
      lists.by_address_[*address].push_back(listing_of(stored));
    return {};
  };
  CLEW_CHECK(store.for_each(labels::LabelFilter{}, visit));
  return lists;
}

const std::vector<Listing>& LocalLists::of(const std::string& address) const {
  static const std::vector<Listing> kNone;
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? kNone : found->second;
}

Result<std::unique_ptr<Screener>> Screener::open(Options options) {
  std::unique_ptr<Screener> screener(new Screener(std::move(options)));
  const auto& given = screener->options_;
  if (given.url.empty()) return screener;
  providers::ProviderOptions provider;
  provider.key = given.key;
  provider.stop = given.stop;
  CLEW_TRY(api, providers::SanctionsApi::open(given.url, std::move(provider)));
  screener->api_.emplace(std::move(api));
  return screener;
}

Result<std::shared_ptr<const LocalLists>> Screener::local_lists() {
  const std::lock_guard lock(mutex_);
  const double now = real_clock().now();
  if (lists_ && now - looked_at_ < kLookSeconds) return lists_;
  CLEW_TRY(store,
           labels::Store::open(options_.directory + "/labels.sqlite", labels::Store::Mode::read));
  CLEW_TRY(version, store.version());
  if (!lists_ || lists_->version() != version) {
    CLEW_TRY(lists, LocalLists::load(store, options_.spelling));
    lists_ = std::make_shared<const LocalLists>(std::move(lists));
  }
  looked_at_ = now;
  return lists_;
}

Result<Screened> Screener::screen(const CaseFile& file, const LocalLists& lists,
                                  double patience_seconds) {
  CLEW_TRY(wanted, anomaly::accounts_to_screen(file.history()));
  Screened screened;
  auto& standing = screened.standing;
  standing.accounts.assign(file.accounts.size(), anomaly::Standing::unknown);
  std::vector<std::string> addresses;
  std::erase_if(wanted, [&](std::uint32_t account) {
    if (!file.accounts[account].empty()) return false;
    standing.accounts[account] = anomaly::Standing::clear;  // nobody is on no list
    return true;
  });
  for (const auto account : wanted)
    addresses.push_back(file.accounts[account]);
  providers::ScreenReport report;
  if (api_) {
    CLEW_TRY(store, providers::ScreeningStore::open(options_.directory + "/screening.sqlite"));
    CLEW_TRY(asked, providers::screen_addresses(&*api_, "", store, addresses,
                                                {.patience_seconds = patience_seconds,
                                                 .fresh_seconds = options_.fresh_seconds}));
    report = std::move(asked);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto listings = lists.of(addresses[i]);
    const bool answered = api_ && report.screenings[i];
    if (answered) {
      for (const auto& said : report.screenings[i]->identifications)
        listings.push_back({api_->provider().authority(), said.category, said.name, said.url});
    }
    const bool asked = api_ ? answered : lists.any();
    auto& of_account = standing.accounts[wanted[i]];
    if (!listings.empty()) {
      of_account = anomaly::Standing::listed;
      screened.listings[wanted[i]] = std::move(listings);
    } else if (asked) {
      of_account = anomaly::Standing::clear;
    }
  }
  screened.asked = report.asked;
  standing.why_unknown = api_ ? report.why
                              : "nobody was asked: no provider is set (CLEW_SANCTIONS_URL), and no "
                                "list of sanctions was imported (clew labels import)";
  return screened;
}

}  // namespace clew::examine
