// Logs of tokens as transfers: ERC-20, ERC-721, ERC-1155, and wrapped coins.
// https://eips.ethereum.org/EIPS/eip-20, eip-721, eip-1155
// - Transfer(address,address,uint256): three arguments, indexed or not, and nothing more; what is
//   indexed comes first. All three indexed is ERC-721 (value 1), else it is ERC-20. Of an address
//   only the low 20 bytes count, as everywhere in the EVM.
// - TransferSingle and TransferBatch: three indexed arguments; a batch gives a transfer an id.
// - Deposit(address,uint256) and Withdrawal(address,uint256) of a wrapped coin: minted from and
//   burnt to the zero address, unless a Transfer of the contract right beside it says the same.
#pragma once

#include <span>
#include <vector>

#include "chain/evm/chain_params.h"
#include "chain/evm/receipt.h"
#include "chain/transfer.h"

namespace clew::evm {

class TokenTransferReader {
 public:
  explicit TokenTransferReader(const ChainParams& chain);

  // Adds what the logs of one transaction tell, in their order; the place of the first log is
  // `first_place`, and each transfer's that of its log. Returns how many logs have the topic of a
  // token's transfer, but not its arguments: of them nothing is added.
  std::uint64_t append(std::span<const Log> logs, std::uint32_t tx, std::uint32_t first_place,
                       std::vector<chain::Transfer>& out) const;

 private:
  enum class Outcome { nothing, added, malformed };

  Outcome append_log(std::span<const Log> logs, std::size_t i, chain::Transfer transfer,
                     std::vector<chain::Transfer>& out) const;
  Outcome append_plain(const Log& log, chain::Transfer transfer,
                       std::vector<chain::Transfer>& out) const;
  Outcome append_wrapped(std::span<const Log> logs, std::size_t i, bool mint,
                         chain::Transfer transfer, std::vector<chain::Transfer>& out) const;

  std::vector<Address> wrapped_coins_, unindexed_nfts_;  // sorted
};

}  // namespace clew::evm
