#include "chain/evm/token_transfers.h"

#include <gmock/gmock.h>

#include "base/keccak.h"

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;
using testing::IsEmpty;
using testing::SizeIs;

Hash256 word(std::uint64_t number) {
  return U256(number).to_big_endian();
}

Address account(std::uint8_t last) {
  Address address{};
  address.back() = last;
  return address;
}

// A log of a signature with arguments, of which the first `indexed` are topics.
class LogMaker {
 public:
  LogMaker(std::string_view signature, const std::vector<Hash256>& arguments, std::size_t indexed) {
    log.address = account(0x77);
    log.topics[0] = keccak256(as_bytes(signature));
    log.topic_count = static_cast<std::uint8_t>(1 + indexed);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (i < indexed) {
        log.topics[i + 1] = arguments[i];
      } else {
        data.insert(data.end(), arguments[i].begin(), arguments[i].end());
      }
    }
    log.data = data;
  }
  Log log;

 private:
  Bytes data;
};

struct Read {
  std::vector<Transfer> transfers;
  std::uint64_t malformed = 0;
};
Read read(const std::vector<Log>& logs, const ChainParams& chain = {}) {
  Read result;
  result.malformed = TokenTransferReader(chain).append(logs, 3, 10, result.transfers);
  return result;
}

constexpr const char* kTransfer = "Transfer(address,address,uint256)";
constexpr const char* kSingle = "TransferSingle(address,address,address,uint256,uint256)";
constexpr const char* kBatch = "TransferBatch(address,address,address,uint256[],uint256[])";
const std::vector<Hash256> kArguments = {word(1), word(2), word(500)};

TEST(TokenTransfers, OfErc20MayHaveArgumentsAnywhere) {
  for (std::size_t indexed = 0; indexed < 3; ++indexed) {
    const LogMaker made(kTransfer, kArguments, indexed);
    const Read result = read({made.log});
    ASSERT_THAT(result.transfers, SizeIs(1));
    const Transfer& transfer = result.transfers[0];
    EXPECT_EQ(transfer.kind, TransferKind::erc20);
    EXPECT_EQ(transfer.from, account(1));
    EXPECT_EQ(transfer.to, account(2));
    EXPECT_EQ(transfer.value, U256(500));
    EXPECT_EQ(transfer.asset, (chain::Asset{account(0x77), U256()}));
    EXPECT_EQ(transfer.tx, 3u);
    EXPECT_EQ(transfer.place, 10u);
    EXPECT_EQ(result.malformed, 0u);
  }
}

TEST(TokenTransfers, OfErc721HaveAllArgumentsIndexed) {
  const LogMaker made(kTransfer, kArguments, 3);
  const Read result = read({made.log});
  ASSERT_THAT(result.transfers, SizeIs(1));
  EXPECT_EQ(result.transfers[0].kind, TransferKind::erc721);
  EXPECT_EQ(result.transfers[0].asset.token_id, U256(500));
  EXPECT_EQ(result.transfers[0].value, U256(1));
}

TEST(TokenTransfers, OfTokensOlderThanErc721AreKnownByTheirContract) {
  ChainParams chain;
  chain.unindexed_nfts = {account(0x99), account(0x77)};
  const LogMaker made(kTransfer, kArguments, 0);
  EXPECT_EQ(read({made.log}, chain).transfers[0].kind, TransferKind::erc721);
  EXPECT_EQ(read({made.log}, chain).transfers[0].asset.token_id, U256(500));
}

TEST(TokenTransfers, WithOtherArgumentsAreMalformed) {
  std::vector<Hash256> more = kArguments;
  more.push_back(word(1));
  const LogMaker four(kTransfer, more, 2), two(kTransfer, {word(1), word(2)}, 2);
  LogMaker torn(kTransfer, kArguments, 2);
  torn.log.data = torn.log.data.first(31);
  for (const LogMaker* made : {&four, &two, static_cast<const LogMaker*>(&torn)}) {
    EXPECT_EQ(read({made->log}).malformed, 1u);
    EXPECT_THAT(read({made->log}).transfers, IsEmpty());
  }
  const LogMaker other("Approval(address,address,uint256)", kArguments, 2);
  EXPECT_EQ(read({other.log, Log{}}).malformed, 0u);
}

TEST(TokenTransfers, OfErc1155SingleHaveIdAndValue) {
  const LogMaker made(kSingle, {word(9), word(1), word(2), word(7), word(30)}, 3);
  const Read result = read({made.log});
  ASSERT_THAT(result.transfers, SizeIs(1));
  EXPECT_EQ(result.transfers[0].kind, TransferKind::erc1155);
  EXPECT_EQ(result.transfers[0].from, account(1));
  EXPECT_EQ(result.transfers[0].asset.token_id, U256(7));
  EXPECT_EQ(result.transfers[0].value, U256(30));
  const LogMaker unindexed(kSingle, {word(9), word(1), word(2), word(7), word(30)}, 0);
  EXPECT_EQ(read({unindexed.log}).malformed, 1u);
}

std::vector<Hash256> batch(const std::vector<std::uint64_t>& data) {
  std::vector<Hash256> arguments = {word(9), word(1), word(2)};
  for (const std::uint64_t number : data)
    arguments.push_back(word(number));
  return arguments;
}

TEST(TokenTransfers, OfErc1155BatchAreOneAnId) {
  const LogMaker made(kBatch, batch({64, 160, 2, 7, 8, 2, 30, 40}), 3);
  const Read result = read({made.log});
  ASSERT_THAT(result.transfers, SizeIs(2));
  EXPECT_EQ(result.transfers[1].asset.token_id, U256(8));
  EXPECT_EQ(result.transfers[1].value, U256(40));
  EXPECT_EQ(result.transfers[1].place, 10u);
  const LogMaker empty(kBatch, batch({64, 96, 0, 0}), 3);
  EXPECT_THAT(read({empty.log}).transfers, IsEmpty());
  EXPECT_EQ(read({empty.log}).malformed, 0u);
}

TEST(TokenTransfers, OfErc1155BatchWithBadArraysAreMalformed) {
  const std::uint64_t huge = ~0ULL;
  for (const auto& data : std::vector<std::vector<std::uint64_t>>{
           {},
           {64},
           {64, 160, 2, 7, 8, 1, 30},      // as many values as ids
           {64, 160, 3, 7, 8, 3, 30, 40},  // beyond the end
           {64, 224, 2, 7, 8, 2, 30, 40},  // past the last element
           {64, 256, 2, 7, 8, 2, 30, 40},  // past the end
           {huge, 160, 2, 7, 8, 2, 30, 40},
           {64, 160, huge, 7, 8, huge, 30, 40},
           {64, 160, huge / 32 + 1, 7, 8, huge / 32 + 1, 30, 40}}) {
    const LogMaker made(kBatch, batch(data), 3);
    EXPECT_EQ(read({made.log}).malformed, 1u) << data.size();
    EXPECT_THAT(read({made.log}).transfers, IsEmpty());
  }
}

TEST(TokenTransfers, OfWrappedCoinsComeFromAndGoToZero) {
  ChainParams chain;
  chain.wrapped_coins = {account(0x77)};
  const LogMaker in("Deposit(address,uint256)", {word(1), word(500)}, 1);
  const LogMaker out("Withdrawal(address,uint256)", {word(2), word(400)}, 1);
  const Read result = read({in.log, out.log}, chain);
  ASSERT_THAT(result.transfers, SizeIs(2));
  EXPECT_EQ(result.transfers[0].kind, TransferKind::erc20);
  EXPECT_EQ(result.transfers[0].from, Address{});
  EXPECT_EQ(result.transfers[0].to, account(1));
  EXPECT_EQ(result.transfers[1].from, account(2));
  EXPECT_EQ(result.transfers[1].to, Address{});
  EXPECT_EQ(result.transfers[1].value, U256(400));
  EXPECT_THAT(read({in.log, out.log}).transfers, IsEmpty());  // a contract nobody named
  const LogMaker malformed("Deposit(address,uint256)", {word(1)}, 1);
  EXPECT_EQ(read({malformed.log}, chain).malformed, 1u);
}

TEST(TokenTransfers, OfWrappedCoinsAreToldOnce) {
  ChainParams chain;
  chain.wrapped_coins = {account(0x77)};
  const LogMaker in("Deposit(address,uint256)", {word(1), word(500)}, 1);
  const LogMaker mint(kTransfer, {word(0), word(1), word(500)}, 2);
  const LogMaker other(kTransfer, {word(0), word(1), word(501)}, 2);
  EXPECT_THAT(read({in.log, mint.log}, chain).transfers, SizeIs(1));
  EXPECT_THAT(read({mint.log, in.log}, chain).transfers, SizeIs(1));
  EXPECT_THAT(read({mint.log, in.log, in.log}, chain).transfers, SizeIs(2));
  EXPECT_THAT(read({other.log, in.log}, chain).transfers, SizeIs(2));
}

}  // namespace
}  // namespace clew::evm
