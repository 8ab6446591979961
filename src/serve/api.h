// The routes there are.
#pragma once

#include <functional>

#include "serve/anomaly_route.h"
#include "serve/routes.h"

namespace clew::serve {

struct ApiParts {
  std::string directory;                 // of the ledgers
  std::string version;                   // of the program
  std::function<std::string()> metrics;  // their text
  std::function<Result<void>()> check;   // whether the stores can be read
  TronAnswer tron_anomalies = {};        // null: no provider is set
};
Result<Routes> make_api(const ApiParts& parts);

}  // namespace clew::serve
