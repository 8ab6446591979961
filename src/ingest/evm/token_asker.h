// Tokens asked what they are, by eth_call to their contracts. No hash holds the answers: they are a
// node's word for a stranger's.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>

#include "chain/evm/header.h"
#include "ingest/evm/evm_block_reader.h"
#include "ingest/node/node_pool.h"
#include "ledger/account/token_names.h"

namespace clew::ingest {

// Not for several threads at once.
class TokenAsker {
 public:
  using Tokens = std::map<chain::Account, account::TokenName>;

  // `known` tells which need not be asked any more; `keep` gets what others say.
  TokenAsker(std::unique_ptr<NodePool> nodes, std::function<bool(const chain::Account&)> known,
             std::function<Result<void>(const Tokens&)> keep);

  // The tokens that the block moves are to be asked, some of them now: at most one request in two
  // seconds, so that following is not held up.
  void see(const chain::AccountBlock& block);
  // Asks all that are left.
  void finish();

  // Why not all could be asked or kept; empty if nothing went wrong. Once it is not, nothing more
  // is asked.
  const std::string& problem() const { return problem_; }
  std::uint64_t named() const { return named_; }

 private:
  void ask_some();

  std::unique_ptr<NodePool> nodes_;
  std::function<bool(const chain::Account&)> known_;
  std::function<Result<void>(const Tokens&)> keep_;
  std::set<chain::Account> seen_, waiting_;
  std::chrono::steady_clock::time_point asked_{};
  std::string problem_;
  std::uint64_t named_ = 0;
};

}  // namespace clew::ingest
