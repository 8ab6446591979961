// A TRC-20 history that was collected, as a case file.
#pragma once

#include <optional>
#include <string>

#include "detect/examine/case_file.h"
#include "ingest/tron/history_store.h"
#include "labels/label.h"

namespace clew::examine {

CaseFile tron_case(const providers::HistoryKey& key, const providers::History& history);

// The account that a label names, as answers spell it, "T…"; nothing if it is none of TRON.
std::optional<std::string> tron_spelling(const labels::Label& label);

}  // namespace clew::examine
