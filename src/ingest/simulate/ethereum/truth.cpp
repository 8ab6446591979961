#include "ingest/simulate/ethereum/truth.h"

namespace clew::simulate::ethereum {
namespace {

std::string address(const State& state, AccountId account) {
  return account == kNobody ? std::string() : evm::to_text(state[account].address);
}

}  // namespace

std::string_view kind_text(chain::TransferKind kind) {
  switch (kind) {
    case chain::TransferKind::native:
      return "native";
    case chain::TransferKind::internal:
      return "internal";
    case chain::TransferKind::erc20:
      return "erc20";
    case chain::TransferKind::erc721:
      return "erc721";
    case chain::TransferKind::erc1155:
      return "erc1155";
    case chain::TransferKind::withdrawal:
      return "withdrawal";
    case chain::TransferKind::fee:
      return "fee";
    case chain::TransferKind::reward:
      return "reward";
  }
  return "";
}

std::string Truth::text(const chain::Asset& asset) {
  if (asset.is_native()) return "ETH";
  std::string text = evm::to_text(asset.contract);
  if (!asset.token_id.is_zero()) text += "/" + asset.token_id.to_decimal();
  return text;
}

void Truth::add_transfer(const State& state, std::uint64_t block, const Move& move) {
  std::string line = std::to_string(block) + ",";
  if (move.tx != chain::Transfer::kNoTx) line += std::to_string(move.tx);
  line += "," + std::string(kind_text(move.kind)) + "," + text(state.asset(move.asset)) + "," +
          address(state, move.from) + "," + address(state, move.to) + "," +
          move.value.to_decimal() + "," + std::to_string(move.place);
  transfers.push_back(std::move(line));
}

void Truth::add_deposit_address(const State& state, AccountId deposit, AccountId customer,
                                AccountId hot) {
  deposits.push_back(address(state, deposit) + "," + name(state[hot].party) + "," +
                     name(state[customer].party) + "," + address(state, hot));
}

}  // namespace clew::simulate::ethereum
