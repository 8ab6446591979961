// POST /v1/tron/anomalies.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "detect/examine/tron_examiner.h"
#include "serve/routes.h"

namespace clew::serve {

// The answer to a question, within so many seconds; examine::TronExaminer::answer, or why there is
// none: usage if the provider does not take the key.
using TronAnswer = std::function<Result<std::shared_ptr<const std::string>>(
    const examine::TronQuestion&, double patience_seconds)>;

// `answer` may be null: then no provider is set.
Route anomaly_route(TronAnswer answer);

}  // namespace clew::serve
