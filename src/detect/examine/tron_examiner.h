// The anomaly service on TRON: brings the TRC-20 history of an address up to date, has its
// counterparties screened, and runs the tests. For several threads at once; what was asked for a
// moment ago is answered from memory.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "detect/examine/answer.h"
#include "ingest/tron/history_collector.h"
#include "ingest/tron/provider.h"

namespace clew::examine {

struct TronExaminerOptions {
  std::string directory;  // of the ledgers: histories, screenings and labels are kept there
  std::string url, key;   // of a provider that speaks TronGrid's API
  std::string sanctions_url, sanctions_key;  // of one that speaks Chainalysis'; may be empty
  // A history that was complete so short a time ago, and what screening said with it, are taken as
  // they are.
  double fresh_seconds = 0;
  std::size_t memory_bytes_max = std::size_t{128} << 20;  // of histories and answers, about
  // From the provider of histories while it fails. A question whose patience ends before the
  // rest does is answered from what is stored.
  net::BackOff back_off = providers::ProviderOptions{}.back_off;
  const std::atomic<bool>* stop = nullptr;  // ends calls that wait for providers
};

// What to ask of an address.
struct TronQuestion {
  chain::Account address{};
  anomaly::Options options;
  std::uint32_t transactions_max = kTransactionsUsual;
};

class TronExaminer {
 public:
  // Told after each page of a history what has come so far; may be null.
  using Meter = std::function<void(const providers::ListingCounts&)>;

  // usage: no URL, or one that is none.
  static Result<std::unique_ptr<TronExaminer>> open(TronExaminerOptions options);
  ~TronExaminer();

  // Nothing but the store and the providers is waited for, and no longer than the patience. usage:
  // anomaly::check, or the provider does not take the key, so that asking again is no use; network:
  // it gave no history at all for other reasons; both only if there is none from before. busy:
  // others who asked for the same address took all the patience.
  Result<Examination> examine(const TronQuestion& question, double patience_seconds,
                              const Meter& meter = {});
  // The same as write_answer() writes it.
  Result<std::shared_ptr<const std::string>> answer(const TronQuestion& question,
                                                    double patience_seconds);

 private:
  struct Impl;
  explicit TronExaminer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::examine
