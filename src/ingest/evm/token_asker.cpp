#include "ingest/evm/token_asker.h"

#include "chain/evm/rpc_answer.h"
#include "chain/evm/token_metadata.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kTokensAtOnce = 20;
constexpr std::chrono::seconds kPause{2};
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

// Nothing if no answer made sense: it may be no token at all.
std::optional<account::TokenName> as_name(const evm::TokenMetadata& token) {
  if (!token.name && !token.symbol && !token.decimals && !token.erc721 && !token.erc1155)
    return std::nullopt;
  return account::TokenName{token.name, token.symbol, token.decimals, token.erc721, token.erc1155};
}

}  // namespace

TokenAsker::TokenAsker(std::unique_ptr<NodePool> nodes,
                       std::function<bool(const chain::Account&)> known,
                       std::function<Result<void>(const Tokens&)> keep)
    : nodes_(std::move(nodes)), known_(std::move(known)), keep_(std::move(keep)) {}

void TokenAsker::see(const chain::AccountBlock& block) {
  for (const auto& transfer : block.transfers) {
    if (transfer.asset.is_native() || !seen_.insert(transfer.asset.contract).second) continue;
    if (!known_(transfer.asset.contract)) waiting_.insert(transfer.asset.contract);
  }
  const auto now = std::chrono::steady_clock::now();
  if (waiting_.empty() || now - asked_ < kPause) return;
  asked_ = now;
  ask_some();
}

void TokenAsker::finish() {
  while (!waiting_.empty() && problem_.empty())
    ask_some();
}

void TokenAsker::ask_some() {
  if (!problem_.empty()) return;
  std::vector<chain::Account> contracts;
  std::vector<RpcCall> calls;
  while (!waiting_.empty() && contracts.size() < kTokensAtOnce) {
    contracts.push_back(*waiting_.begin());
    waiting_.erase(waiting_.begin());
    for (std::size_t i = 0; i < evm::kTokenQuestions; ++i)
      calls.push_back(question_to(contracts.back(), static_cast<evm::TokenQuestion>(i)));
  }
  const auto served = nodes_->call(calls);
  if (!served) {
    problem_ = served.error().message;
    return;
  }
  Tokens named;
  for (std::size_t i = 0; i < contracts.size(); ++i) {
    evm::TokenMetadata said;
    for (std::size_t k = 0; k < evm::kTokenQuestions; ++k) {
      const RpcEnvelope& envelope = served->answers[i * evm::kTokenQuestions + k];
      if (envelope.error && envelope.error->code == kMethodNotFound) {
        problem_ = "eth_call: " + envelope.error->message;
        return;
      }
      if (const auto bytes = returned(envelope))
        evm::apply_answer(static_cast<evm::TokenQuestion>(k), *bytes, said);
    }
    if (auto name = as_name(said)) named.emplace(contracts[i], std::move(*name));
  }
  named_ += named.size();
  if (auto kept = keep_(named); !kept) problem_ = kept.error().message;
}

}  // namespace clew::ingest
