// What the tests found, as documents say it: one form for the server and the command line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "detect/anomaly/anomaly.h"
#include "detect/examine/case_file.h"
#include "detect/examine/screener.h"

namespace clew::examine {

// Of each test: rows that are listed in the answer. All count for the scores.
constexpr std::uint32_t kTransactionsMax = 1'000'000, kTransactionsUsual = 10'000;

// A history, and what screening said of its accounts.
struct Dossier {
  CaseFile file;
  Screened screened;
};

// What the tests found in it.
struct Examination {
  std::shared_ptr<const Dossier> dossier;
  anomaly::Options options;
  anomaly::Anomalies found;
};
// Errors are those of anomaly::find.
Result<Examination> examine(std::shared_ptr<const Dossier> dossier,
                            const anomaly::Options& options);

// One JSON document; its keys: docs/anomalies.md.
std::string write_answer(const Examination& examination,
                         std::uint32_t transactions_max = kTransactionsUsual);

}  // namespace clew::examine
