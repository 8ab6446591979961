// Whether addresses are on sanctions lists: those that were imported as labels on this machine, and
// those of a provider, if there is one.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/examine/case_file.h"
#include "ingest/tron/screening_store.h"
#include "labels/store.h"

namespace clew::examine {

// What one list says of an address.
struct Listing {
  std::string list;  // the pack's name, or the provider's host and port
  std::string category, name, url;
};

// The sanctioned addresses among the labels, by the chain's own spelling.
class LocalLists {
 public:
  // The chain's own spelling of what a label names; nothing if it is no address there.
  using Spelling = std::function<std::optional<std::string>(const labels::Label&)>;
  // Reads every label.
  static Result<LocalLists> load(const labels::Store& store, const Spelling& spelling);

  bool any() const { return !by_address_.empty(); }  // whether a list says anything of this chain
  const std::vector<Listing>& of(const std::string& address) const;
  const std::string& version() const { return version_; }  // of the labels

 private:
  std::map<std::string, std::vector<Listing>> by_address_;
  std::string version_;
};

struct Screened {
  anomaly::Screening standing;                             // by account
  std::map<std::uint32_t, std::vector<Listing>> listings;  // of those that are listed
  std::uint64_t asked = 0;                                 // of the provider
};

// Whom to ask. For several threads at once.
class Screener {
 public:
  struct Options {
    std::string directory;  // where the ledgers are: labels, and what the provider said before
    LocalLists::Spelling spelling;
    std::string url, key;  // of a provider that speaks Chainalysis' API; no URL: nobody is asked
    double fresh_seconds = 24 * 60 * 60;  // that its answers are taken for
    const std::atomic<bool>* stop = nullptr;
  };
  static Result<std::unique_ptr<Screener>> open(Options options);

  // The accounts of `file` that the relation test wants to know of. Listed is who is on a list;
  // clear, who is on none though the provider, or where there is none a list, was asked; the others
  // are unknown, and `why_unknown` says why. `lists` is what local_lists() gave.
  Result<Screened> screen(const CaseFile& file, const LocalLists& lists, double patience_seconds);
  // The lists as they are now; looked at again once a second at most.
  Result<std::shared_ptr<const LocalLists>> local_lists();

 private:
  explicit Screener(Options options) : options_(std::move(options)) {}

  const Options options_;
  std::optional<providers::SanctionsApi> api_;
  std::mutex mutex_;  // of what follows
  std::shared_ptr<const LocalLists> lists_;
  double looked_at_ = 0;
};

}  // namespace clew::examine
