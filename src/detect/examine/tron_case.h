// A TRC-20 history that was collected, as a case file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "detect/examine/case_file.h"
#include "ingest/tron/history_store.h"

namespace clew::examine {

CaseFile tron_case(const providers::HistoryKey& key, const providers::History& history);

// The spelling of addresses that answers use, "T…", of any that is taken; nothing if it is none.
std::optional<std::string> tron_spelling(std::string_view text);

}  // namespace clew::examine
