// What eth_getLogs and a subscription to logs ask for.
// https://github.com/ethereum/execution-apis/blob/main/src/schemas/filter.yaml
#pragma once

#include <vector>

#include "chain/evm/receipt.h"
#include "ingest/replay/backend.h"

namespace clew::replay {

class LogFilter {
 public:
  // Of the filter object, addresses and topics; an absent or null one is any.
  static tl::expected<LogFilter, RpcError> read(const Json& filter);

  bool matches(const evm::Log& log) const;
  // Whether a block or transaction with such a bloom can have matching logs.
  bool may_match(const evm::Bloom& bloom) const;

 private:
  std::vector<evm::Address> addresses_;       // none: any
  std::vector<std::vector<Hash256>> topics_;  // by position: none: any
};

}  // namespace clew::replay
