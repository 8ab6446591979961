// The rows of an address's TRC-20 history, as providers give them.
// https://developers.tron.network/docs/get-trc20-transaction-history
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chain/transfer.h"

namespace clew::providers {

// What the provider says of a token. Symbol and name are what its maker chose, a hostile one too:
// well-formed UTF-8, cut to kSymbolMax and kNameMax bytes, to be made printable where it is shown.
struct TokenInfo {
  static constexpr std::size_t kSymbolMax = 64, kNameMax = 128;

  // Nothing where the provider does not know the token: it then answers "token_info": {}.
  std::optional<chain::Account> contract;
  std::string symbol, name;
  std::optional<std::uint8_t> decimals;

  bool operator==(const TokenInfo&) const = default;
};

// One movement of a token. Of an NFT, which the history does not tell apart, `value` is the number
// of the token.
struct Trc20Row {
  Hash256 transaction{};      // the bytes in the order in which the id is written
  std::uint64_t time_ms = 0;  // of its block, since 1970
  chain::Account from{}, to{};
  U256 value{};
  TokenInfo token;
  // "type": "Transfer". Others, of which "Approval" is known, move nothing.
  bool transfer = true;

  // A transaction can move the same amount the same way twice, and the provider says nothing that
  // would tell the two rows apart.
  bool same_as(const Trc20Row& other) const {
    return transaction == other.transaction && time_ms == other.time_ms && from == other.from &&
           to == other.to && value == other.value && transfer == other.transfer &&
           token.contract == other.token.contract;
  }
};

struct Trc20Page {
  std::vector<Trc20Row> rows;
  std::string fingerprint;  // to ask for the next page with; empty on the last
};

}  // namespace clew::providers
