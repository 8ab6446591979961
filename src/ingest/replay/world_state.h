// Balances at any block of a world, and what its contracts say of themselves.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/evm/header.h"
#include "ingest/replay/timeline.h"
#include "ingest/simulate/ethereum/world_store.h"

namespace clew::replay {

struct TokenFacts {
  std::string name, symbol;
  std::uint64_t decimals = 0;
};

// Safe to read from several threads.
class WorldState {
 public:
  // `directory` is a world's chain/; the store must outlive this.
  static Result<std::unique_ptr<WorldState>> open(FileSystem& files, const std::string& directory,
                                                  const simulate::ethereum::Store& store);

  const TokenFacts* token(const evm::Address& contract) const;
  // Empty where there is none.
  Bytes code(const evm::Address& account) const;
  // At the end of a block of the view. The zero address as contract is ether. Reads the whole chain
  // when first asked.
  Result<U256> balance(const View& view, std::uint64_t number, const evm::Address& contract,
                       const evm::Address& holder);

 private:
  explicit WorldState(const simulate::ethereum::Store& store) : store_(store) {}
  using Holding = std::pair<evm::Address, evm::Address>;  // contract and holder
  struct Written {
    std::uint64_t number = 0;
    U256 amount{};
  };
  Result<void> read_chain();

  const simulate::ethereum::Store& store_;
  std::map<evm::Address, TokenFacts> tokens_;
  std::map<evm::Address, Bytes> code_;
  std::mutex mutex_;  // of what follows
  bool read_ = false;
  std::map<Holding, std::vector<Written>> written_;  // on the best chain, in order
};

}  // namespace clew::replay
