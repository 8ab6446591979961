// Who sent a transaction, from its signature (ECDSA over secp256k1; EIP-155, yellow paper appendix
// F), so that no node has to be believed about it. 14,000 a CPU-second: several times the cost of
// all else that is done with a transaction. A sample of one in 16 finds a node that lies about 100
// transactions with 99.8 % certainty, at a sixteenth of the cost.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "chain/evm/block.h"

namespace clew::evm {

struct Signature {
  std::uint8_t y_parity = 0;  // 0 or 1
  U256 r{}, s{};
};
// Nothing if the signature is none.
std::optional<Address> recover_signer(const Hash256& message, const Signature& signature);

// Nothing if the transaction's signature is none, which no chain accepts. May be called from
// several threads.
std::optional<Address> recover_sender(const Transaction& tx);

struct SenderSample {
  std::uint32_t one_in = 1;  // 1: every transaction; 0: none
  std::uint64_t seed = 0;    // not for the node to know: which ones are looked at
};
// Holds the senders that a node stated, one a transaction, against the signatures. data that names
// the first that is not so, what was stated and what was computed.
Result<void> check_senders(const Block& block, std::span<const Address> stated,
                           const SenderSample& sample = {});

}  // namespace clew::evm
