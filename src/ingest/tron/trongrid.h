// TronGrid's history of TRC-20 transfers, or that of whoever answers like it.
// https://developers.tron.network/docs/get-trc20-transaction-history
// https://developers.tron.network/reference-link/rate-limits
#pragma once

#include "ingest/tron/provider.h"
#include "ingest/tron/trc20_row.h"

namespace clew::providers {

// One page, oldest rows first. All of it but the fingerprint stays the same from page to page.
struct HistoryQuery {
  chain::Account address{};
  bool confirmed = true;  // else only rows that are not confirmed yet
  std::uint32_t limit = 200;
  std::uint64_t min_time_ms = 0;             // that one included
  std::optional<std::uint64_t> max_time_ms;  // that one included
  std::string fingerprint;                   // of the page before
};

// For several threads at once.
class TronGrid {
 public:
  // What the provider documents as the most.
  static constexpr std::uint32_t kLimitMax = 200;

  // `base` is what comes before /v1, such as https://api.trongrid.io. usage.
  static Result<TronGrid> open(std::string_view base, ProviderOptions options);

  // Rows of the address and the times asked for, in whatever order and number the provider gives
  // them: others make the page malformed. Waits and asks again until Clock::now is `give_up_at`.
  Provided<Trc20Page> page(const HistoryQuery& query, double give_up_at);

  const Provider& provider() const { return provider_; }

 private:
  explicit TronGrid(Provider provider) : provider_(std::move(provider)) {}
  Provider provider_;
};

}  // namespace clew::providers
