#include "chain/evm/check.h"

#include <algorithm>
#include <string>

#include "base/keccak.h"

namespace clew::evm {

const Hash256 kEmptyUnclesHash = {0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a, 0xab, 0x85, 0xb5,
                                  0x67, 0xb6, 0xcc, 0xd4, 0x1a, 0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a,
                                  0x74, 0x13, 0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47};
namespace {

constexpr std::uint64_t kGasPerBlob = 131072;  // EIP-4844

tl::unexpected<Error> differ(const Block& block, const std::string& field,
                             const std::string& stated, const std::string& computed) {
  return fail(ErrorKind::data, "block " + std::to_string(block.header.number) + " (" +
                                   to_text(block.hash) + "): " + field + ": stated " + stated +
                                   ", computed " + computed);
}

tl::unexpected<Error> differ_in(const Block& block, std::size_t receipt, const char* field,
                                const std::string& stated, const std::string& computed) {
  return differ(block, "receipt " + std::to_string(receipt) + ": " + field, stated, computed);
}

Result<void> same(const Block& block, const char* field, ByteView stated, ByteView computed) {
  if (std::ranges::equal(stated, computed)) return {};
  return differ(block, field, to_text(stated), to_text(computed));
}

Result<void> same(const Block& block, const char* field, std::uint64_t stated,
                  std::uint64_t computed) {
  if (stated == computed) return {};
  return differ(block, field, std::to_string(stated), std::to_string(computed));
}

std::string text_of(TransactionType type) {
  return std::to_string(static_cast<unsigned>(type));
}

Result<void> check_uncles(const Block& block) {
  const Header& header = block.header;
  if (!block.uncles_raw.empty()) {
    return same(block, "uncles hash", header.uncles_hash, keccak256(block.uncles_raw));
  }
  if ((header.uncles_hash == kEmptyUnclesHash) == block.uncle_hashes.empty()) return {};
  return differ(block, "uncles hash", to_text(header.uncles_hash),
                std::to_string(block.uncle_hashes.size()) + " uncles");
}

Result<void> check_gas(const Block& block) {
  const Header& header = block.header;
  if (header.gas_used > header.gas_limit) {
    return differ(block, "gas used", std::to_string(header.gas_used),
                  "at most " + std::to_string(header.gas_limit));
  }
  std::uint64_t blobs = 0;
  for (const Transaction& tx : block.transactions)
    blobs += tx.blob_count;
  return same(block, "blob gas used", header.blobs ? header.blobs->gas_used : 0,
              blobs * kGasPerBlob);
}

}  // namespace

Result<void> BlockCheck::check_block(const Block& block) {
  const Header& header = block.header;
  values_.clear();
  for (const Transaction& tx : block.transactions)
    values_.push_back(tx.raw);
  CLEW_CHECK(same(block, "transactions root", header.transactions_root, root_.compute(values_)));
  CLEW_CHECK(check_uncles(block));
  if (header.withdrawals_root.has_value() != block.has_withdrawals) {
    const auto told = [](bool has) { return std::string(has ? "there" : "absent"); };
    return differ(block, "withdrawals root", told(header.withdrawals_root.has_value()),
                  told(block.has_withdrawals));
  }
  if (block.has_withdrawals) {
    values_.clear();
    for (const Withdrawal& withdrawal : block.withdrawals)
      values_.push_back(withdrawal.raw);
    CLEW_CHECK(same(block, "withdrawals root", *header.withdrawals_root, root_.compute(values_)));
  }
  return check_gas(block);
}

Result<void> BlockCheck::check_receipts(const Block& block, const Receipts& receipts) {
  CLEW_CHECK(
      same(block, "number of receipts", block.transactions.size(), receipts.receipts.size()));
  values_.clear();
  std::uint64_t gas = 0;
  for (std::size_t i = 0; i < receipts.receipts.size(); ++i) {
    const Receipt& receipt = receipts.receipts[i];
    if (receipt.type != block.transactions[i].type) {
      return differ_in(block, i, "type", text_of(receipt.type),
                       text_of(block.transactions[i].type));
    }
    if (receipt.cumulative_gas_used < gas) {
      return differ_in(block, i, "cumulative gas used", std::to_string(receipt.cumulative_gas_used),
                       "at least " + std::to_string(gas));
    }
    gas = receipt.cumulative_gas_used;
    values_.push_back(receipt.raw);
  }
  CLEW_CHECK(same(block, "gas used", block.header.gas_used, gas));
  CLEW_CHECK(same(block, "receipts root", block.header.receipts_root, root_.compute(values_)));
  return check_bloom(block, receipts);
}

Result<void> BlockCheck::check_bloom(const Block& block, const Receipts& receipts) {
  blooms_.hash(receipts.logs);
  Bloom whole{};
  for (std::size_t i = 0; i < receipts.receipts.size(); ++i) {
    const Receipt& receipt = receipts.receipts[i];
    const Bloom bloom = blooms_.of(receipt.first_log, receipt.log_count);
    if (bloom != receipt.bloom) {
      return differ_in(block, i, "bloom", to_text(receipt.bloom), to_text(bloom));
    }
    for (std::size_t k = 0; k < whole.size(); ++k)
      whole[k] |= bloom[k];
  }
  return same(block, "logs bloom", block.header.logs_bloom, whole);
}

Result<void> check_hash(const Block& block, const Hash256& expected) {
  return same(block, "hash", expected, block.hash);
}

}  // namespace clew::evm
