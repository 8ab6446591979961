#include "chain/evm/transfers.h"

#include <gmock/gmock.h>

#include "base/keccak.h"
#include "chain/evm/fees.h"
#include "chain/evm/internal_transfers.h"

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Address account(std::uint8_t last) {
  Address address{};
  address.front() = 0xa0;  // not one of the protocol's own
  address.back() = last;
  return address;
}
const Address kAlice = account(1), kBob = account(2), kCarol = account(3), kProducer = account(9);

Call call(CallKind kind, const Address& from, const Address& to, std::uint64_t value,
          std::uint32_t depth = 1) {
  Call one;
  one.kind = kind;
  one.from = from;
  one.to = to;
  one.value = U256(value);
  one.depth = depth;
  return one;
}

struct Moved {
  std::uint32_t place;
  std::optional<Address> from, to;
  std::uint64_t value;
  bool operator==(const Moved&) const = default;
};

std::vector<Moved> moved(std::vector<Call> calls, bool ends_rarely = true) {
  complete_calls(calls);
  std::vector<Transfer> out;
  append_internal(calls, ends_rarely, out);
  std::vector<Moved> all;
  for (const Transfer& one : out) {
    EXPECT_EQ(one.kind, TransferKind::internal);
    EXPECT_TRUE(one.asset.is_native());
    all.push_back({one.place, one.from, one.to, *one.value.to_u64()});
  }
  return all;
}

const Call kOuter = call(CallKind::call, kAlice, kBob, 7, 0);

TEST(InternalTransfers, AreCallsAndCreationsThatRemain) {
  Call failed = call(CallKind::call, kBob, kCarol, 2);
  failed.error = "execution reverted";
  Call never = call(CallKind::create, kBob, kCarol, 3);
  never.error = "out of gas";
  never.to.reset();
  EXPECT_THAT(
      moved({kOuter, call(CallKind::call, kBob, kCarol, 1), failed,
             call(CallKind::call, kCarol, kAlice, 4, 2), never,
             call(CallKind::create2, kBob, account(8), 5), call(CallKind::call, kBob, kCarol, 0)}),
      ElementsAre(Moved{1, kBob, kCarol, 1}, Moved{2, kBob, account(8), 5}));
}

TEST(InternalTransfers, AreNotWhatStaysWhereItIs) {
  EXPECT_THAT(moved({kOuter, call(CallKind::delegate_call, kBob, kCarol, 7),
                     call(CallKind::call_code, kBob, kCarol, 3),
                     call(CallKind::static_call, kBob, kCarol, 0)}),
              IsEmpty());
}

// Nodes that leave such calls out give the same places.
TEST(InternalTransfers, DoNotCountCallsToPrecompilesThatBringNothing) {
  Address precompile{};
  precompile.back() = 2;
  const Call pay = call(CallKind::call, kBob, kCarol, 1);
  EXPECT_EQ(moved({kOuter, call(CallKind::static_call, kBob, precompile, 0), pay}),
            moved({kOuter, pay}));
  EXPECT_THAT(moved({kOuter, call(CallKind::call, kBob, precompile, 4), pay}),
              ElementsAre(Moved{1, kBob, precompile, 4}, Moved{2, kBob, kCarol, 1}));
}

TEST(InternalTransfers, OfASelfDestructMoveTheBalance) {
  const Call end = call(CallKind::self_destruct, kBob, kCarol, 9);
  EXPECT_THAT(moved({kOuter, end}), ElementsAre(Moved{1, kBob, kCarol, 9}));
  EXPECT_THAT(moved({kOuter, end}, false), ElementsAre(Moved{1, kBob, kCarol, 9}));
}

TEST(InternalTransfers, OfASelfDestructToItselfBurnUnlessItLivesOn) {
  const Call end = call(CallKind::self_destruct, kBob, kBob, 9);
  EXPECT_THAT(moved({kOuter, end}, false), ElementsAre(Moved{1, kBob, std::nullopt, 9}));
  EXPECT_THAT(moved({kOuter, end}, true), IsEmpty());
  const Call create = call(CallKind::create, kAlice, kBob, 9, 0);
  EXPECT_THAT(moved({create, end}, true), ElementsAre(Moved{1, kBob, std::nullopt, 9}));
}

TEST(InternalTransfers, SentToWhatHasEndedAreBurntAtTheEnd) {
  const std::vector<Call> calls = {
      kOuter, call(CallKind::self_destruct, kBob, kCarol, 9), call(CallKind::call, kCarol, kBob, 5),
      call(CallKind::call, kBob, kAlice, 2, 2), call(CallKind::call, kCarol, kBob, 1)};
  EXPECT_THAT(moved(calls, false), ElementsAre(Moved{1, kBob, kCarol, 9}, Moved{2, kCarol, kBob, 5},
                                               Moved{3, kBob, kAlice, 2}, Moved{4, kCarol, kBob, 1},
                                               Moved{1, kBob, std::nullopt, 4}));
  EXPECT_THAT(moved(calls, true), SizeIs(4));
}

// A block of one transaction from Alice to Bob.
struct OneTransaction {
  Block block;
  Receipts receipts;
  std::vector<Address> senders{kAlice};
  Calls calls;

  OneTransaction() {
    block.header.beneficiary = kProducer;
    block.header.base_fee = U256(10);
    Transaction& tx = block.transactions.emplace_back();
    tx.type = TransactionType::dynamic_fee;
    tx.max_fee = U256(15);
    tx.max_priority_fee = U256(2);
    tx.gas_limit = 30000;
    tx.to = kBob;
    tx.value = U256(1000);
    Receipt& receipt = receipts.receipts.emplace_back();
    receipt.cumulative_gas_used = 21000;
    receipt.success = true;
    calls.calls.push_back(call(CallKind::call, kAlice, kBob, 1000, 0));
  }

  Result<std::vector<Transfer>> read(bool traced = true, TransferNotes* notes = nullptr) {
    complete_calls(calls.calls);
    const TransferReader reader(chain_params(1));
    std::vector<Transfer> out;
    TransferNotes noted;
    CLEW_CHECK(reader.read({block, senders, receipts, traced ? &calls : nullptr, std::nullopt}, out,
                           noted));
    if (notes != nullptr) *notes = noted;
    return out;
  }
};

TEST(Transfers, OfATransactionAreFeesValueCallsAndTokens) {
  OneTransaction one;
  one.calls.calls.push_back(call(CallKind::call, kBob, kCarol, 400));
  Log log;
  log.address = account(20);
  log.topic_count = 4;
  log.topics[0] = keccak256(as_bytes("Transfer(address,address,uint256)"));
  log.topics[3].back() = 5;
  one.receipts.logs = {Log{}, log};
  one.receipts.receipts[0].log_count = 2;
  const auto read = one.read();
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(5));
  const Transfer &tip = (*read)[0], &base = (*read)[1], &native = (*read)[2];
  EXPECT_EQ(tip.kind, TransferKind::fee);
  EXPECT_EQ(tip.to, kProducer);
  EXPECT_EQ(tip.value, U256(42000));
  EXPECT_EQ(base.to, std::nullopt);
  EXPECT_EQ(base.value, U256(210000));
  EXPECT_EQ(base.place, 1u);
  EXPECT_EQ(native.kind, TransferKind::native);
  EXPECT_EQ(native.from, kAlice);
  EXPECT_EQ(native.to, kBob);
  EXPECT_EQ((*read)[3].kind, TransferKind::internal);
  EXPECT_EQ((*read)[4].kind, TransferKind::erc721);
  EXPECT_EQ((*read)[4].place, 1u);
  EXPECT_EQ((*read)[4].tx, 0u);
}

TEST(Transfers, OfAFailedTransactionAreFees) {
  OneTransaction one;
  one.receipts.receipts[0].success = false;
  one.calls.calls[0].error = "out of gas";
  const auto read = one.read();
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, SizeIs(2));
}

TEST(Transfers, OfACreationNameTheContract) {
  OneTransaction one;
  one.block.transactions[0].to.reset();
  one.block.transactions[0].nonce = 3;
  const auto read = one.read(false);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->back().to, contract_address(kAlice, 3));
}

TEST(Transfers, BeforeByzantiumFollowTheTraceElseTheGas) {
  OneTransaction one;
  one.receipts.receipts[0].post_state.emplace();
  one.receipts.receipts[0].success = false;
  TransferNotes notes;
  EXPECT_THAT(*one.read(true, &notes), SizeIs(3));
  EXPECT_THAT(*one.read(false, &notes), SizeIs(3));  // gas was left
  EXPECT_EQ(notes, TransferNotes{});
  one.block.transactions[0].gas_limit = 21000;
  EXPECT_THAT(*one.read(false, &notes), SizeIs(3));
  EXPECT_EQ(notes.outcomes_unknown, 1u);
  one.block.transactions[0].gas_limit = one.receipts.receipts[0].cumulative_gas_used = 22000;
  EXPECT_THAT(*one.read(false, &notes), SizeIs(2));
  EXPECT_EQ(notes.outcomes_unknown, 1u);
  one.calls.calls[0].error = "out of gas";
  EXPECT_THAT(*one.read(true, &notes), SizeIs(2));
  EXPECT_EQ(notes, TransferNotes{});
}

TEST(Transfers, OfBlobsBurnTheirFee) {
  OneTransaction one;
  one.block.transactions[0].blob_count = 2;
  TransferNotes notes;
  EXPECT_THAT(*one.read(true, &notes), SizeIs(3));
  EXPECT_EQ(notes.blob_fees_unknown, 1u);
  one.block.header.blobs.emplace().excess_gas = 50'000'000;
  one.block.header.time = 1'720'000'000;  // Cancun
  const auto read = one.read(true, &notes);
  ASSERT_THAT(*read, SizeIs(4));
  EXPECT_EQ((*read)[2].place, 2u);
  EXPECT_EQ((*read)[2].to, std::nullopt);
  EXPECT_EQ((*read)[2].value, *checked_mul(U256(3194333), 2 * kGasPerBlob));
  EXPECT_EQ(notes, TransferNotes{});
  const TransferReader reader(chain_params(1));
  std::vector<Transfer> out;
  ASSERT_TRUE(reader.read({one.block, one.senders, one.receipts, nullptr, U256(3)}, out, notes));
  EXPECT_EQ(out[2].value, U256(3 * 2 * kGasPerBlob));
  EXPECT_EQ(notes.blob_prices_disputed, 1u);
}

TEST(Transfers, OfABlockItselfComeLast) {
  OneTransaction one;
  one.block.header.number = 5'000'000;
  one.block.header.difficulty = U256(1);
  one.block.withdrawals = {{.address = kBob, .amount = 3}, {.address = kCarol, .amount = 0}};
  const auto read = one.read();
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(5));
  EXPECT_EQ((*read)[3].kind, TransferKind::withdrawal);
  EXPECT_EQ((*read)[3].value, U256(3'000'000'000));
  EXPECT_EQ((*read)[3].from, std::nullopt);
  EXPECT_EQ((*read)[3].tx, Transfer::kNoTx);
  EXPECT_EQ((*read)[4].kind, TransferKind::reward);
  EXPECT_EQ((*read)[4].value, U256(3'000'000'000'000'000'000));
}

TEST(Transfers, OfPartsThatDoNotFitAreRefused) {
  OneTransaction one;
  one.calls.calls.push_back(call(CallKind::call, kBob, kCarol, 1, 0));
  one.calls.calls.back().tx = 1;
  EXPECT_THAT(one.read().error().message, HasSubstr("calls of transaction 1"));
  one.senders.clear();
  EXPECT_THAT(one.read(false).error().message, HasSubstr("0 senders of 1 transactions"));
  OneTransaction huge;
  huge.block.transactions[0].max_fee = huge.block.transactions[0].max_priority_fee = U256::max();
  EXPECT_THAT(huge.read().error().message, HasSubstr("a fee of more than 256 bits"));
  OneTransaction falls;
  falls.block.transactions.push_back(falls.block.transactions[0]);
  falls.senders.push_back(kAlice);
  falls.receipts.receipts.push_back(falls.receipts.receipts[0]);
  falls.receipts.receipts[1].cumulative_gas_used = 5;
  EXPECT_THAT(falls.read(false).error().message, HasSubstr("transaction 1: the cumulative gas"));
}

TEST(Transfers, OfATracedCallHaveNoFees) {
  OneTransaction one;
  one.calls.calls.push_back(call(CallKind::call, kBob, kCarol, 400));
  const TransferReader reader(chain_params(1));
  std::vector<Transfer> out;
  TransferNotes notes;
  reader.read_calls(one.calls, true, out, notes);
  ASSERT_THAT(out, SizeIs(2));
  EXPECT_EQ(out[0].kind, TransferKind::native);
  EXPECT_EQ(out[1].value, U256(400));
  out.clear();
  reader.read_calls(Calls{}, true, out, notes);
  EXPECT_THAT(out, IsEmpty());
}

}  // namespace
}  // namespace clew::evm
