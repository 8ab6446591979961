// Tokens asked what they are, by eth_call to their contracts. No hash holds the answers: they are a
// node's word for a stranger's.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "base/clock.h"
#include "chain/evm/header.h"
#include "ingest/evm/evm_block_reader.h"
#include "ingest/node/node_pool.h"
#include "ledger/account/token_names.h"

namespace clew::ingest {

// Not for several threads at once.
class TokenAsker {
 public:
  using Tokens = std::map<chain::Account, account::TokenName>;

  // `known` tells which need not be asked any more; `keep` gets what others say, collected, as its
  // cost may grow with what is kept already: at most once a minute and in a hundredth of the time,
  // and when it finishes. What `keep` refuses, it gets again later.
  TokenAsker(std::unique_ptr<NodePool> nodes, std::function<bool(const chain::Account&)> known,
             std::function<Result<void>(const Tokens&)> keep, Clock& clock = real_clock());

  // The tokens that the block moves are to be asked, some of them now: at most one request in two
  // seconds, so that following is not held up, and in longer intervals while requests fail.
  void see(const chain::AccountBlock& block);
  // Asks all that are left, as long as they are answered, and keeps what is not kept yet.
  void finish();

  // Why not all could be asked or kept; empty if nothing is wrong any more.
  const std::string& problem() const { return problem_.empty() ? keep_problem_ : problem_; }
  std::uint64_t named() const { return named_; }  // kept

 private:
  struct Token {
    unsigned failures = 0;        // of the node at single questions, since it was to be asked
    bool silent = false;          // answered nothing
    double pause = 0, again = 0;  // of a silent one: when it may be asked again
  };

  bool ask_some();
  std::vector<chain::Account> take_some();
  void put_back(const std::vector<chain::Account>& contracts);
  // Why a node cannot be asked at all, or nothing.
  std::optional<std::string> refusal(const RpcAnswers& answers) const;
  void take_answers(const chain::Account& contract, const RpcAnswers& answers, std::size_t first);
  void keep_some();

  std::unique_ptr<NodePool> nodes_;
  std::function<bool(const chain::Account&)> known_;
  std::function<Result<void>(const Tokens&)> keep_;
  Clock& clock_;
  std::map<chain::Account, Token> seen_;
  std::deque<chain::Account> waiting_;
  Tokens collected_;
  std::size_t at_once_;
  double pause_, ask_at_ = 0, keep_at_ = 0;  // seconds; of the clock
  bool refused_ = false;                     // by all nodes, for good
  std::string problem_, keep_problem_;
  std::uint64_t named_ = 0;
};

}  // namespace clew::ingest
