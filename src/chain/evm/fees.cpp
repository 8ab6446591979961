#include "chain/evm/fees.h"

#include <algorithm>

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;

struct Fee {
  std::optional<Address> to;
  std::uint32_t place = 0;
};

Result<void> append_fee(const FeeInput& input, const Fee& fee, const U256& price,
                        std::uint64_t amount, std::vector<Transfer>& out) {
  const auto value = checked_mul(price, amount);
  if (!value) {
    return fail(ErrorKind::data,
                "transaction " + std::to_string(input.position) + ": a fee of more than 256 bits");
  }
  if (value->is_zero()) return {};
  Transfer& transfer = out.emplace_back();
  transfer.kind = TransferKind::fee;
  transfer.from = input.sender;
  transfer.to = fee.to;
  transfer.value = *value;
  transfer.tx = input.position;
  transfer.place = fee.place;
  return {};
}

}  // namespace

GasPrice effective_gas_price(const Header& header, const Transaction& tx) {
  const U256 base = header.base_fee.value_or(U256());
  // A sum that does not fit is above any limit.
  const U256 wanted = checked_add(base, tx.max_priority_fee).value_or(U256::max());
  const U256 price = std::min(tx.max_fee, wanted);
  const U256 taken = std::min(base, price);
  return {taken, U256::wrapping_sub(price, taken)};
}

std::optional<U256> blob_gas_price(std::uint64_t excess_gas, std::uint64_t update_fraction) {
  if (update_fraction == 0) return std::nullopt;
  // The Taylor series of e^(excess / fraction), in units of 1 / fraction. It outgrows 256 bits when
  // the ratio passes 178, so that it never has many terms.
  U256 sum, term(update_fraction);
  for (std::uint64_t i = 1; !term.is_zero(); ++i) {
    const auto next_sum = checked_add(sum, term);
    const auto product = checked_mul(term, excess_gas);
    const auto divisor = checked_mul(U256(update_fraction), i);
    if (!next_sum || !product || !divisor) return std::nullopt;
    sum = *next_sum;
    term = divide(*product, *divisor)->quotient;
  }
  return divide(sum, update_fraction)->quotient;
}

std::optional<U256> blob_gas_price(const Header& header, const ChainParams& chain) {
  if (!header.blobs) return std::nullopt;
  std::optional<U256> price;
  for (const BlobEra& era : chain.blob_eras) {
    if (era.from_time > header.time) break;
    price = blob_gas_price(header.blobs->excess_gas, era.update_fraction);
  }
  return price;
}

Result<void> append_fees(const FeeInput& input, const ChainParams& chain,
                         std::vector<Transfer>& out) {
  const GasPrice price = effective_gas_price(input.header, input.tx);
  CLEW_CHECK(append_fee(input, {input.header.beneficiary, 0}, price.priority, input.gas_used, out));
  CLEW_CHECK(append_fee(input, {chain.base_fee_to, 1}, price.base, input.gas_used, out));
  if (!input.blob_price || input.tx.blob_count == 0) return {};
  const std::uint64_t gas = std::uint64_t{input.tx.blob_count} * kGasPerBlob;
  return append_fee(input, {std::nullopt, 2}, *input.blob_price, gas, out);
}

}  // namespace clew::evm
