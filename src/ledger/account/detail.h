// What is kept of a transaction beyond its columns, as one run of bytes: rarely asked for, and
// small numbers mostly. LEB128 integers: type, nonce, gas limit, gas used, gas price, number of
// logs, size of the input; then, if the input has four bytes or more, the first four.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "chain/account_block.h"

namespace clew::account {

struct Detail {
  std::uint8_t type = 0;
  std::uint64_t nonce = 0, gas_limit = 0, gas_used = 0;
  U256 gas_price{};
  std::uint32_t log_count = 0, input_size = 0;
  std::array<std::uint8_t, 4> selector{};
};

void append_detail(Bytes& out, const chain::AccountTx& tx);
// Nothing if the bytes are no detail.
std::optional<Detail> read_detail(ByteView bytes);

}  // namespace clew::account
