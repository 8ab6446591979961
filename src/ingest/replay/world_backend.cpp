#include "ingest/replay/world_backend.h"

namespace clew::replay {

WorldBackend::WorldBackend(WorldChain& chain, const std::set<std::string>& without)
    : chain_(chain) {
  for (const auto methods : {block_methods(), trace_methods(), state_methods(), log_methods()})
    for (const Method& method : methods)
      if (!without.contains(std::string(method.name))) methods_.emplace(method.name, &method);
}

Reply WorldBackend::call(std::string_view method, const Json& params, Faults& faults) {
  const auto found = methods_.find(method);
  if (found == methods_.end())
    return refuse(kMethodNotFound,
                  "the method " + std::string(method) + " does not exist/is not available");
  return found->second->run(chain_, params, faults);
}

}  // namespace clew::replay
