// What transactions pay: gas prices (EIP-1559) and the price of blobs (EIP-4844).
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/block.h"
#include "chain/evm/chain_params.h"
#include "chain/transfer.h"

namespace clew::evm {

// Wei per gas, in its two parts: what the protocol takes (before London nothing) and what the
// block's producer gets.
struct GasPrice {
  U256 base, priority;
};
GasPrice effective_gas_price(const Header& header, const Transaction& tx);

inline constexpr std::uint64_t kGasPerBlob = 1 << 17;

// Wei per blob gas: fake_exponential(1, excess, fraction) of EIP-4844. Nothing if it needs more
// than 256 bits or the fraction is zero.
std::optional<U256> blob_gas_price(std::uint64_t excess_gas, std::uint64_t update_fraction);
// Of a block of a chain whose eras are known.
std::optional<U256> blob_gas_price(const Header& header, const ChainParams& chain);

// Who pays how much, as transfers: to the block's producer (place 0), for the base fee (1) and for
// blobs (2); nothing of no value. data if an amount needs more than 256 bits.
struct FeeInput {
  const Header& header;
  const Transaction& tx;
  const Address& sender;
  std::uint32_t position = 0;  // of the transaction
  std::uint64_t gas_used = 0;
  std::optional<U256> blob_price;  // none: blobs are left out
};
Result<void> append_fees(const FeeInput& input, const ChainParams& chain,
                         std::vector<chain::Transfer>& out);

}  // namespace clew::evm
