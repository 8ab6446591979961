#include "chain/evm/check.h"

#include <gmock/gmock.h>

#include "base/keccak.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A block with two transactions, two receipts, a log and a withdrawal, and a header that fits them.
class Check : public testing::Test {
 protected:
  Check() {
    Transaction tx;
    tx.to = Address{};
    tx.v = 27;
    raw_transactions_ = {encode_transaction(tx), (tx.nonce = 1, encode_transaction(tx))};
    Receipt receipt;
    receipt.success = true;
    receipt.cumulative_gas_used = 21000;
    raw_receipts_.push_back(encode_receipt(receipt, {}));
    Log log;
    log.topic_count = 1;
    log.topics[0] = {};
    receipt.cumulative_gas_used = 63000;
    receipt.bloom = bloom_of({&log, 1});
    raw_receipts_.push_back(encode_receipt(receipt, {&log, 1}));
    Withdrawal withdrawal;
    withdrawal.amount = 17;
    RlpWriter writer(raw_withdrawal_);
    write_withdrawal(writer, withdrawal);

    header_.number = 123;
    header_.gas_limit = 100'000;
    header_.gas_used = 63000;
    header_.uncles_hash = kEmptyUnclesHash;
    header_.logs_bloom = receipt.bloom;
    header_.base_fee = U256(7);
    header_.transactions_root = root_of(raw_transactions_);
    header_.receipts_root = root_of(raw_receipts_);
    header_.withdrawals_root = root_of({raw_withdrawal_});
  }

  static Hash256 root_of(const std::vector<Bytes>& values) {
    const std::vector<ByteView> views(values.begin(), values.end());
    return ListRoot().compute(views);
  }

  // The block's bytes are kept until the next call.
  const Block& block(bool with_withdrawals = true) {
    raw_.clear();
    RlpWriter writer(raw_);
    writer.open();
    write_header(writer, header_);
    writer.open();
    for (const Bytes& tx : raw_transactions_)
      writer.write_raw(tx);
    writer.close();
    writer.write_empty_list();
    if (with_withdrawals) {
      writer.open();
      writer.write_raw(raw_withdrawal_);
      writer.close();
    }
    writer.close();
    EXPECT_TRUE(BlockDecoder().decode(raw_, block_));
    return block_;
  }
  Receipts receipts() const {
    Receipts read;
    for (const Bytes& raw : raw_receipts_)
      EXPECT_TRUE(append_receipt(raw, read));
    return read;
  }
  std::string refusal(const Block& block) {
    const auto held = check_.check_block(block);
    EXPECT_FALSE(held);
    return held ? "" : held.error().message;
  }
  std::string receipts_refusal(const Block& block, const Receipts& receipts) {
    const auto held = check_.check_receipts(block, receipts);
    EXPECT_FALSE(held);
    return held ? "" : held.error().message;
  }

  std::vector<Bytes> raw_transactions_, raw_receipts_;
  Bytes raw_withdrawal_, raw_;
  Header header_;
  Block block_;
  BlockCheck check_;
};

TEST_F(Check, AcceptsWhatFits) {
  EXPECT_TRUE(check_.check_block(block()));
  EXPECT_TRUE(check_.check_receipts(block(), receipts()));
  EXPECT_TRUE(check_hash(block(), header_hash(header_)));
}

TEST_F(Check, NamesBlockFieldAndBothValues) {
  const std::string computed = to_text(header_.transactions_root);
  header_.transactions_root = {};
  const Block& changed = block();
  EXPECT_EQ(refusal(changed), "block 123 (" + to_text(changed.hash) +
                                  "): transactions root: stated " + to_text(Hash256{}) +
                                  ", computed " + computed);
  EXPECT_THAT(check_hash(changed, Hash256{}).error().message, HasSubstr("): hash: stated 0x0000"));
}

TEST_F(Check, FindsWhatDoesNotFitTheHeader) {
  const Header good = header_;
  header_.uncles_hash = {};
  EXPECT_THAT(refusal(block()), HasSubstr("uncles hash"));
  header_ = good;
  header_.withdrawals_root = Hash256{};
  EXPECT_THAT(refusal(block()), HasSubstr("withdrawals root"));
  header_ = good;
  EXPECT_THAT(refusal(block(false)), HasSubstr("withdrawals root: stated there, computed absent"));
  header_.withdrawals_root.reset();
  EXPECT_THAT(refusal(block()), HasSubstr("withdrawals root: stated absent, computed there"));
  header_ = good;
  header_.gas_limit = 62999;
  EXPECT_THAT(refusal(block()), HasSubstr("gas used: stated 63000, computed at most 62999"));
  header_ = good;
  header_.blobs.emplace().gas_used = 131072;
  EXPECT_THAT(refusal(block()), HasSubstr("blob gas used: stated 131072, computed 0"));
}

TEST_F(Check, FindsUnclesThatAreKnownByHashOnly) {
  Block changed = block();
  changed.uncles_raw = {};
  EXPECT_TRUE(check_.check_block(changed));
  changed.uncle_hashes.emplace_back();
  EXPECT_THAT(refusal(changed), HasSubstr("uncles hash"));
}

TEST_F(Check, FindsReceiptsThatDoNotFit) {
  const Block& good = block();
  Receipts changed = receipts();
  changed.receipts.pop_back();
  EXPECT_THAT(receipts_refusal(good, changed),
              HasSubstr("number of receipts: stated 2, computed 1"));
  changed = receipts();
  std::swap(changed.receipts[0], changed.receipts[1]);
  EXPECT_THAT(receipts_refusal(good, changed),
              HasSubstr("receipt 1: cumulative gas used: stated 21000"));
  changed = receipts();
  changed.receipts[1].cumulative_gas_used = 62999;
  EXPECT_THAT(receipts_refusal(good, changed), HasSubstr("gas used: stated 63000, computed 62999"));
  changed = receipts();
  changed.receipts[0].type = TransactionType::blob;
  EXPECT_THAT(receipts_refusal(good, changed), HasSubstr("receipt 0: type: stated 3, computed 0"));
  changed = receipts();
  changed.logs[0].address[0] = 1;
  EXPECT_THAT(receipts_refusal(good, changed), HasSubstr("receipt 1: bloom"));
  changed = receipts();
  changed.receipts[0].raw = changed.receipts[1].raw;
  EXPECT_THAT(receipts_refusal(good, changed), HasSubstr("receipts root"));
  header_.logs_bloom = {};
  EXPECT_THAT(receipts_refusal(block(), receipts()), StartsWith("block 123 ("));
  EXPECT_THAT(receipts_refusal(block(), receipts()), HasSubstr("logs bloom: stated 0x0000"));
}

TEST_F(Check, KnowsTheHashOfNoUncles) {
  EXPECT_EQ(keccak256(Bytes{0xc0}), kEmptyUnclesHash);
}

}  // namespace
}  // namespace clew::evm
