// `clew tron anomalies`.
#include "apps/clew/anomaly_text.h"
#include "apps/clew/environment.h"
#include "apps/clew/interrupt.h"
#include "apps/clew/progress.h"
#include "chain/tron/address.h"
#include "detect/examine/tron_examiner.h"
#include "labels/printable.h"

namespace clew::app {

Result<ExitCode> tron_anomalies(const Session& session, const AnomalyOptions& given) {
  CLEW_TRY(options, test_options(given));
  const auto address = tron::parse_address(given.address);
  if (!address)
    return fail(ErrorKind::usage, "'" + labels::printable(given.address) +
                                      "' is no address of TRON, or its checksum is wrong");
  examine::TronExaminerOptions how{.directory = session.directory, .stop = &interrupted_flag()};
  for (const auto& [name, value] : {std::pair{"CLEW_TRON_URL", &how.url},
                                    {"CLEW_TRON_API_KEY", &how.key},
                                    {"CLEW_SANCTIONS_URL", &how.sanctions_url},
                                    {"CLEW_SANCTIONS_API_KEY", &how.sanctions_key}}) {
    CLEW_TRY(set, variable(name));
    *value = std::move(set);
  }
  CLEW_TRY(examiner, examine::TronExaminer::open(std::move(how)));
  ProgressBar bar("collecting", "rows");
  auto examination =
      examiner->examine({.address = *address, .options = options}, given.patience_seconds,
                        [&](const providers::ListingCounts& counts) { bar.show(counts.rows, 0); });
  bar.finish();
  if (!examination) return fail(std::move(examination).error());
  return tell_anomalies(session, *examination, given.transactions_max);
}

}  // namespace clew::app
