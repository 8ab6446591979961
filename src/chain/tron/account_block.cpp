#include "chain/tron/account_block.h"

#include <algorithm>
#include <limits>

#include "chain/evm/chain_params.h"

namespace clew::tron {
namespace {

using chain::Transfer;
using chain::TransferKind;

std::uint32_t saturated(std::uint64_t number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(number, kMax));
}

// Whether its amount is of TRX that change hands when it succeeds.
bool pays(ContractType type) {
  return type == ContractType::transfer || type == ContractType::participate_asset_issue ||
         type == ContractType::trigger_smart_contract ||
         type == ContractType::create_smart_contract;
}

chain::AccountTx account_tx(const Transaction& tx, const TransactionInfo* info) {
  chain::AccountTx out;
  out.hash = tx.id;
  out.from = tx.owner.value_or(chain::Account{});
  out.sender_known = tx.owner.has_value();
  out.creates = tx.type == ContractType::create_smart_contract;
  out.to = tx.to;
  if (out.creates && info != nullptr) out.to = info->contract;
  if (out.creates && !tx.success) out.to.reset();
  out.success = tx.success;
  out.type = static_cast<std::uint8_t>(tx.type);
  out.gas_limit = tx.fee_limit;
  out.gas_used = info != nullptr ? info->energy_used : 0;
  out.input_size = saturated(tx.input.size());
  if (tx.input.size() >= out.selector.size())
    std::copy_n(tx.input.begin(), out.selector.size(), out.selector.begin());
  out.log_count = info != nullptr ? saturated(info->logs.size()) : 0;
  return out;
}

evm::Log evm_log(const Log& log) {
  evm::Log out;
  out.address = log.address;
  out.topic_count =
      static_cast<std::uint8_t>(std::min<std::size_t>(log.topics.size(), evm::Log::kTopicsMax));
  std::copy_n(log.topics.begin(), out.topic_count, out.topics.begin());
  out.data = log.data;
  return out;
}

Transfer transfer(TransferKind kind, std::optional<chain::Account> from,
                  std::optional<chain::Account> to, std::uint64_t sun, std::uint32_t tx,
                  std::uint32_t place) {
  return {.kind = kind, .from = from, .to = to, .value = U256(sun), .tx = tx, .place = place};
}

}  // namespace

AccountBlockReader::AccountBlockReader() : tokens_(*evm::find_chain("tron")) {}

Result<chain::AccountBlock> AccountBlockReader::read(const Block& block, BlockNotes& notes) const {
  if (block.infos && block.infos->size() != block.txs.size()) {
    return fail(ErrorKind::data, std::to_string(block.infos->size()) + " transaction infos for " +
                                     std::to_string(block.txs.size()) + " transactions");
  }
  chain::AccountBlock out;
  out.number = block.header.number;
  out.hash = block.id;
  out.parent = block.header.parent;
  out.time = block.header.time_ms / 1000;
  out.size = block.size;
  out.parts = block.infos ? chain::kReceipts | chain::kCalls : 0;
  std::uint32_t logs = 0;
  std::vector<evm::Log> views;
  for (std::uint32_t i = 0; i < block.txs.size(); ++i) {
    const auto& tx = block.txs[i];
    const auto* info = block.infos ? &(*block.infos)[i] : nullptr;
    if (info != nullptr && info->id != tx.id)
      return fail(ErrorKind::data, "info " + std::to_string(i) + " is of another transaction");
    out.txs.push_back(account_tx(tx, info));
    auto& list = out.transfers;
    if (info != nullptr && info->fee > 0 && tx.owner)
      list.push_back(transfer(TransferKind::fee, tx.owner, std::nullopt, info->fee, i, 1));
    if (info != nullptr && info->withdrawn > 0 && tx.owner)
      list.push_back(transfer(TransferKind::reward, std::nullopt, tx.owner, info->withdrawn, i, 0));
    if (tx.success && tx.owner && tx.amount > 0 && pays(tx.type))
      list.push_back(transfer(TransferKind::native, tx.owner, out.txs.back().to, tx.amount, i, 0));
    if (info == nullptr) continue;
    for (std::uint32_t k = 0; k < info->internal.size() && tx.success; ++k) {
      const auto& internal = info->internal[k];
      if (!internal.rejected && internal.amount > 0)
        list.push_back(transfer(TransferKind::internal, internal.from, internal.to, internal.amount,
                                i, k + 1));
    }
    views.clear();
    for (const auto& log : info->logs)
      views.push_back(evm_log(log));
    notes.malformed_logs += tokens_.append(views, i, logs, list);
    logs += saturated(views.size());
  }
  return out;
}

}  // namespace clew::tron
