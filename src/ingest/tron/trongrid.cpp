#include "ingest/tron/trongrid.h"

#include <algorithm>

#include "chain/tron/address.h"
#include "ingest/tron/trongrid_json.h"
#include "net/url.h"

namespace clew::providers {
namespace {

// Below what is documented: the penalty for going over is half a minute of silence.
constexpr double kRateWithKey = 12, kRateWithoutKey = 2;

std::string target_of(const HistoryQuery& query) {
  std::string target = "/v1/accounts/" + tron::to_text(query.address) + "/transactions/trc20?";
  target += query.confirmed ? "only_confirmed=true" : "only_unconfirmed=true";
  target += "&limit=" + std::to_string(query.limit);
  target += "&order_by=block_timestamp,asc";
  target += "&min_timestamp=" + std::to_string(query.min_time_ms);
  if (query.max_time_ms) target += "&max_timestamp=" + std::to_string(*query.max_time_ms);
  if (!query.fingerprint.empty())
    target += "&fingerprint=" + net::percent_encoded(query.fingerprint);
  return target;
}

// A provider that mixes up its answers, or lies.
Result<void> check(const Trc20Page& page, const HistoryQuery& query) {
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    const Trc20Row& row = page.rows[i];
    const std::string where = "row " + std::to_string(i) + ": ";
    if (row.from != query.address && row.to != query.address)
      return fail(ErrorKind::data, where + "it is of another address");
    if (row.time_ms < query.min_time_ms || (query.max_time_ms && row.time_ms > *query.max_time_ms))
      return fail(ErrorKind::data, where + "it is of a time that was not asked for");
  }
  return {};
}

}  // namespace

Result<TronGrid> TronGrid::open(std::string_view base, ProviderOptions options) {
  const double rate = options.key.empty() ? kRateWithoutKey : kRateWithKey;
  CLEW_TRY(provider, Provider::open(base,
                                    {.key_header = "TRON-PRO-API-KEY",
                                     .forbidden_is_limit = true,
                                     .requests_per_second = rate},
                                    std::move(options)));
  return TronGrid(std::move(provider));
}

Provided<Trc20Page> TronGrid::page(const HistoryQuery& query, double give_up_at) {
  thread_local PageReader reader;
  Trc20Page page;
  auto done = provider_.get(target_of(query), give_up_at, [&](std::string& body) -> Result<void> {
    CLEW_TRY(read, reader.read(body));
    CLEW_CHECK(check(read, query));
    page = std::move(read);
    return {};
  });
  if (!done) return tl::unexpected(std::move(done).error());
  return page;
}

}  // namespace clew::providers
