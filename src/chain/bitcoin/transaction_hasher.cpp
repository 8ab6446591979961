#include <algorithm>

#include "base/sha256.h"
#include "chain/bitcoin/block.h"

namespace clew::bitcoin {
namespace {

bool needs_stripping(const Transaction& tx) {
  return tx.raw.size() != tx.body.size() + 8;
}

// Version, inputs and outputs, lock time: what a txid covers.
std::uint8_t* strip(const Transaction& tx, std::uint8_t* to) {
  std::memcpy(to, tx.raw.data(), 4);
  std::memcpy(to + 4, tx.body.data(), tx.body.size());
  std::memcpy(to + 4 + tx.body.size(), tx.raw.data() + tx.raw.size() - 4, 4);
  return to + tx.body.size() + 8;
}

}  // namespace

void TransactionHasher::hash(const Block& block, std::vector<Hash256>& txids) {
  std::size_t stripped = 0;
  for (const Transaction& tx : block.transactions) {
    if (needs_stripping(tx)) stripped += tx.body.size() + 8;
  }
  if (stripped_.size() < stripped) stripped_.resize(stripped);
  std::uint8_t* to = stripped_.data();
  messages_.clear();
  for (const Transaction& tx : block.transactions) {
    if (needs_stripping(tx)) {
      const std::uint8_t* from = to;
      to = strip(tx, to);
      messages_.emplace_back(from, to);
    } else {
      messages_.push_back(tx.raw);
    }
  }
  txids.resize(messages_.size());
  double_sha256_many(messages_, txids);
}

void TransactionHasher::hash_with_witness(const Block& block, std::vector<Hash256>& wtxids) {
  messages_.clear();
  for (std::size_t i = 1; i < block.transactions.size(); ++i) {
    if (block.transactions[i].has_witness) messages_.push_back(block.transactions[i].raw);
  }
  digests_.resize(messages_.size());
  double_sha256_many(messages_, digests_);
  wtxids = block.txids;
  if (!wtxids.empty()) wtxids.front().fill(0);
  auto digest = digests_.begin();
  for (std::size_t i = 1; i < block.transactions.size(); ++i) {
    if (block.transactions[i].has_witness) wtxids[i] = *digest++;
  }
}

}  // namespace clew::bitcoin
