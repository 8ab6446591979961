#include "ingest/evm/token_asker.h"

#include <algorithm>

#include "chain/evm/rpc_answer.h"
#include "chain/evm/token_metadata.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kTokensAtOnce = 20;
constexpr double kPauseSeconds = 2, kPauseSecondsMax = 600;
constexpr double kSilenceSeconds = 60, kSilenceSecondsMax = 86'400;
constexpr double kKeepSeconds = 60, kKeepShare = 100;
// How often a node may fail to run a call before what other calls told has to do.
constexpr unsigned kFailuresMax = 3;
constexpr std::int64_t kMethodNotFound = -32601;

RpcCall question_to(const chain::Account& token, evm::TokenQuestion question) {
  return {"eth_call", R"([{"to":")" + evm::to_text(token) + R"(","data":")" +
                          evm::to_text(evm::call_data(question)) + R"("},"latest"])"};
}

// What a contract returned; nothing if it failed, or returned no bytes.
std::optional<Bytes> returned(const RpcEnvelope& envelope) {
  if (envelope.error || envelope.null_result) return std::nullopt;
  std::optional<Bytes> bytes;
  evm::RpcAnswer answer;
  const auto read = answer.read(envelope.text, [&](JsonValue value) -> Result<void> {
    CLEW_TRY(text, evm::read_text(value, "result"));
    if (text.starts_with("0x")) bytes = from_hex(text.substr(2));
    return {};
  });
  return read ? bytes : std::nullopt;
}

// Whether the contract failed, as most do that do not know the question, and not the node that was
// to run it. Nodes have no common code for that: geth says 3 or -32000, others -32015.
bool contract_failed(const RpcError& error) {
  if (error.code == 3 || error.code == -32015) return true;
  std::string text = error.message;
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  for (const char* sign : {"revert", "opcode", "out of gas", "stack", "invalid jump", "evm error",
                           "write protection", "out of bounds"})
    if (text.find(sign) != text.npos) return true;
  return false;
}

// Nothing if no answer made sense: it may be no token at all.
std::optional<account::TokenName> as_name(const evm::TokenMetadata& token) {
  if (!token.name && !token.symbol && !token.decimals && !token.erc721 && !token.erc1155)
    return std::nullopt;
  return account::TokenName{token.name, token.symbol, token.decimals, token.erc721, token.erc1155};
}

}  // namespace

TokenAsker::TokenAsker(std::unique_ptr<NodePool> nodes,
                       std::function<bool(const chain::Account&)> known,
                       std::function<Result<void>(const Tokens&)> keep, Clock& clock)
    : nodes_(std::move(nodes)),
      known_(std::move(known)),
      keep_(std::move(keep)),
      clock_(clock),
      at_once_(kTokensAtOnce),
      pause_(kPauseSeconds) {}

void TokenAsker::see(const chain::AccountBlock& block) {
  const auto now = clock_.now();
  for (const auto& transfer : block.transfers) {
    if (transfer.asset.is_native()) continue;
    const auto [place, is_new] = seen_.try_emplace(transfer.asset.contract);
    auto& token = place->second;
    const bool wanted = is_new ? !known_(place->first) : token.silent && now >= token.again;
    if (!wanted) continue;
    token.silent = false;
    token.failures = 0;
    waiting_.push_back(place->first);
  }
  if (!waiting_.empty() && now >= ask_at_) ask_some();
  if (clock_.now() >= keep_at_) keep_some();
}

void TokenAsker::finish() {
  while (!waiting_.empty() && ask_some()) {
  }
  keep_some();
}

// One that failed is asked alone, so that it is not for another's sake.
std::vector<chain::Account> TokenAsker::take_some() {
  std::vector<chain::Account> contracts;
  while (!waiting_.empty() && contracts.size() < at_once_) {
    const bool alone = seen_[waiting_.front()].failures > 0;
    if (alone && !contracts.empty()) break;
    contracts.push_back(waiting_.front());
    waiting_.pop_front();
    if (alone) break;
  }
  return contracts;
}

void TokenAsker::put_back(const std::vector<chain::Account>& contracts) {
  waiting_.insert(waiting_.end(), contracts.begin(), contracts.end());
}

std::optional<std::string> TokenAsker::refusal(const RpcAnswers& answers) const {
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (answers[i].error && answers[i].error->code == kMethodNotFound)
      return "eth_call: " + answers[i].error->message;
  return std::nullopt;
}

// False if nothing was answered, and more need not be tried now.
bool TokenAsker::ask_some() {
  if (refused_) return false;
  const auto contracts = take_some();
  std::vector<RpcCall> calls;
  for (const auto& contract : contracts)
    for (std::size_t i = 0; i < evm::kTokenQuestions; ++i)
      calls.push_back(question_to(contract, static_cast<evm::TokenQuestion>(i)));
  const auto served = nodes_->call(calls);
  if (!served) {
    put_back(contracts);
    problem_ = served.error().message;
    // It may be that one of them cannot be answered: the others get their turn without it.
    at_once_ = std::max<std::size_t>(at_once_ / 2, 1);
    pause_ = std::min(pause_ * 2, kPauseSecondsMax);
    ask_at_ = clock_.now() + pause_;
    return false;
  }
  pause_ = kPauseSeconds;
  ask_at_ = clock_.now() + pause_;
  if (auto why = refusal(served->answers)) {
    put_back(contracts);
    problem_ = *why;
    nodes_->bench(served->node, std::move(*why));
    refused_ = nodes_->in_play() == 0;
    return !refused_;
  }
  at_once_ = std::min(at_once_ * 2, kTokensAtOnce);
  problem_.clear();
  for (std::size_t i = 0; i < contracts.size(); ++i)
    take_answers(contracts[i], served->answers, i * evm::kTokenQuestions);
  return true;
}

void TokenAsker::take_answers(const chain::Account& contract, const RpcAnswers& answers,
                              std::size_t first) {
  auto& token = seen_[contract];
  evm::TokenMetadata said;
  bool all = true;
  for (std::size_t i = 0; i < evm::kTokenQuestions; ++i) {
    const RpcEnvelope& envelope = answers[first + i];
    if (envelope.error && !contract_failed(*envelope.error)) all = false;
    if (const auto bytes = returned(envelope))
      evm::apply_answer(static_cast<evm::TokenQuestion>(i), *bytes, said);
  }
  if (!all && ++token.failures < kFailuresMax) {
    waiting_.push_back(contract);
  } else if (auto name = as_name(said)) {
    collected_.insert_or_assign(contract, std::move(*name));
  } else {
    token.silent = true;
    token.pause =
        token.pause == 0 ? kSilenceSeconds : std::min(token.pause * 2, kSilenceSecondsMax);
    token.again = clock_.now() + token.pause;
  }
}

void TokenAsker::keep_some() {
  if (collected_.empty()) return;
  const auto begin = clock_.now();
  const auto kept = keep_(collected_);
  const auto end = clock_.now();
  keep_at_ = end + std::max(kKeepSeconds, kKeepShare * (end - begin));
  if (!kept) {
    keep_problem_ = kept.error().message;
    return;
  }
  keep_problem_.clear();
  named_ += collected_.size();
  collected_.clear();
}

}  // namespace clew::ingest
