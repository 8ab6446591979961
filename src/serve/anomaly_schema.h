// JSON Schemas of what the anomaly service takes and gives.
#pragma once

#include "serve/schema.h"

namespace clew::serve {

Json anomaly_request_schema();
Json anomaly_request_example();
Json anomaly_answer_schema();

}  // namespace clew::serve
