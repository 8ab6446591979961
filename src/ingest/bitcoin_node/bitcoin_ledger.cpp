#include "ingest/bitcoin_node/bitcoin_ledger.h"

#include <limits>

namespace clew::ingest {
namespace {

constexpr std::uint64_t kHeightMax = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace

std::optional<Hash256> BitcoinLedger::hash_at(std::uint64_t number) const {
  if (number > kHeightMax) return std::nullopt;
  return writer_.hash_at(static_cast<std::uint32_t>(number));
}

Result<void> BitcoinLedger::append(const LiveBlock& block) {
  if (block.number > kHeightMax)
    return fail(ErrorKind::unsupported, "a height of " + std::to_string(block.number));
  const auto& live = static_cast<const BitcoinLiveBlock&>(block);
  return writer_.append(live.block, static_cast<std::uint32_t>(block.number), live.spent)
      .map([](bool) {});
}

Result<void> BitcoinLedger::unwind(std::uint64_t number) {
  if (number > kHeightMax) return {};
  return writer_.unwind(static_cast<std::uint32_t>(number));
}

}  // namespace clew::ingest
