// Commands about signs of laundering in the history of an address, as those of commands.h:
// `clew anomalies`, `clew tron anomalies`.
#pragma once

#include <string>

#include "apps/clew/session.h"
#include "detect/examine/answer.h"

namespace clew::app {

struct AnomalyOptions {
  std::string address;
  anomaly::Options tests;
  std::string value_method = "standard";
  std::uint32_t transactions_max = examine::kTransactionsUsual;
  double patience_seconds = 60;  // for providers
};
// Of an address in a ledger.
Result<ExitCode> ledger_anomalies(const Session& session, const AnomalyOptions& options);
// Of an address of TRON, from a provider of TRC-20 histories.
Result<ExitCode> tron_anomalies(const Session& session, const AnomalyOptions& options);

}  // namespace clew::app
