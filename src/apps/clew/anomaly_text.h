// What the anomaly tests found, for people: scores as bars, amounts and activity as charts, and the
// rows that stand out.
#pragma once

#include "apps/clew/anomaly_commands.h"

namespace clew::app {

// usage if an option is not what the tests take.
Result<anomaly::Options> test_options(const AnomalyOptions& given);

// Prints it, in the form that the session wants. kData if the history is known not to be whole.
ExitCode tell_anomalies(const Session& session, const examine::Examination& examination,
                        std::uint32_t transactions_max);

}  // namespace clew::app
