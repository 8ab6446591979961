// Answers of a node that follows a simulated world.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "ingest/replay/backend.h"
#include "ingest/replay/methods.h"

namespace clew::replay {

class WorldBackend final : public Backend {
 public:
  // `without`: methods that the node shall not have. The chain must outlive this.
  WorldBackend(WorldChain& chain, const std::set<std::string>& without);

  Reply call(std::string_view method, const Json& params, Faults& faults) override;

 private:
  WorldChain& chain_;
  std::map<std::string_view, const Method*> methods_;
};

}  // namespace clew::replay
