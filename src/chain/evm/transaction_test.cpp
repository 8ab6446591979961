#include "chain/evm/transaction.h"

#include <gmock/gmock.h>

#include "base/keccak.h"
#include "chain/evm/receipt.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

using testing::HasSubstr;

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}
Address address(std::uint8_t byte) {
  Address address{};
  address.fill(byte);
  return address;
}
Hash256 hash(std::uint8_t byte) {
  Hash256 hash{};
  hash.fill(byte);
  return hash;
}

// The signed example of EIP-155.
TEST(Transaction, ReadsTheExampleOfEip155) {
  const Bytes raw = hex(
      "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028"
      "ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b38"
      "00ccf555c9f3dc64214b297fb1966a3b6d83");
  const auto tx = decode_transaction(raw);
  ASSERT_TRUE(tx) << tx.error().message;
  EXPECT_EQ(tx->type, TransactionType::legacy);
  EXPECT_EQ(tx->chain_id, 1u);
  EXPECT_EQ(tx->nonce, 9u);
  EXPECT_EQ(tx->max_fee, U256(20'000'000'000));
  EXPECT_EQ(tx->max_priority_fee, tx->max_fee);
  EXPECT_EQ(tx->gas_limit, 21000u);
  EXPECT_EQ(tx->to, address(0x35));
  EXPECT_EQ(tx->value, U256(1'000'000'000'000'000'000));
  EXPECT_EQ(tx->v, 37u);
  EXPECT_EQ(encode_transaction(*tx), raw);
}

Transaction sample(TransactionType type) {
  Transaction tx;
  tx.type = type;
  tx.chain_id = 1;
  tx.nonce = 3;
  tx.max_fee = tx.max_priority_fee = U256(1000);
  if (type >= TransactionType::dynamic_fee) tx.max_priority_fee = U256(10);
  tx.gas_limit = 100'000;
  tx.to = address(0x11);
  tx.value = U256(0);
  tx.v = type == TransactionType::legacy ? 37 : 1;
  tx.r = U256(5);
  tx.s = U256(6);
  return tx;
}

TEST(Transaction, OfEveryTypeIsReadAsItWasWritten) {
  const Bytes access_list =
      encode_access_list({{address(1), {hash(2), hash(3)}}, {address(4), {}}});
  const Bytes blobs = encode_blob_hashes({hash(5), hash(6)});
  const Bytes signers = encode_authorizations({{U256(1), address(7), 8, 1, U256(9), U256(10)}});
  for (const auto type :
       {TransactionType::legacy, TransactionType::access_list, TransactionType::dynamic_fee,
        TransactionType::blob, TransactionType::set_code}) {
    Transaction tx = sample(type);
    if (type != TransactionType::legacy) tx.access_list = access_list;
    if (type == TransactionType::blob) tx.blob_hashes = blobs;
    if (type == TransactionType::set_code) tx.authorizations = signers;
    const Bytes raw = encode_transaction(tx);
    const auto read = decode_transaction(raw);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->type, type);
    EXPECT_EQ(read->chain_id, 1u);
    EXPECT_EQ(read->max_priority_fee, tx.max_priority_fee);
    EXPECT_EQ(read->to, tx.to);
    EXPECT_EQ(access_list_entries(*read).size(), type == TransactionType::legacy ? 0u : 2u);
    EXPECT_EQ(blob_hashes(*read).size(), type == TransactionType::blob ? 2u : 0u);
    EXPECT_EQ(read->blob_count, blob_hashes(*read).size());
    EXPECT_EQ(authorizations(*read).size(), type == TransactionType::set_code ? 1u : 0u);
    EXPECT_EQ(encode_transaction(*read), raw);
    EXPECT_EQ(transaction_hash(*read), keccak256(raw));
  }
}

TEST(Transaction, BeforeEip155HasNoChain) {
  Transaction tx = sample(TransactionType::legacy);
  tx.v = 28;
  const Bytes raw = encode_transaction(tx);
  EXPECT_FALSE(decode_transaction(raw)->chain_id.has_value());
}

std::string refusal(const Transaction& tx) {
  const Bytes raw = encode_transaction(tx);
  const auto read = decode_transaction(raw);
  EXPECT_FALSE(read);
  return read ? "" : read.error().message;
}

TEST(Transaction, RefusesWhatItsTypeDoesNotAllow) {
  for (const auto type : {TransactionType::blob, TransactionType::set_code}) {
    Transaction tx = sample(type);
    tx.to.reset();
    EXPECT_THAT(refusal(tx), HasSubstr("cannot create a contract"));
  }
  Transaction tx = sample(TransactionType::dynamic_fee);
  tx.v = 2;
  EXPECT_THAT(refusal(tx), HasSubstr("y parity 2"));
  const auto unknown = decode_transaction(hex("05c0"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(unknown.error().message, HasSubstr("transaction type 5 is not known"));
  EXPECT_FALSE(decode_transaction({}));
  EXPECT_FALSE(decode_transaction(hex("02")));
}

TEST(Transaction, ComesOutOfTheFormThatNodesExchange) {
  Transaction tx = sample(TransactionType::blob);
  const Bytes blobs = encode_blob_hashes({hash(5)});
  tx.blob_hashes = blobs;
  const Bytes raw = encode_transaction(tx);
  for (const bool with_version : {false, true}) {
    Bytes network{3};
    RlpWriter writer(network);
    writer.open();
    writer.write_raw(ByteView(raw).subspan(1));
    if (with_version) writer.write_u64(1);
    for (int i = 0; i < 3; ++i)
      writer.write_empty_list();
    writer.close();
    EXPECT_EQ(without_blobs(network), raw);
    network.push_back(0);
    EXPECT_FALSE(without_blobs(network));
  }
  EXPECT_EQ(without_blobs(raw), raw);
}

// A known pair: https://ethereum.stackexchange.com/questions/760.
TEST(ContractAddress, FollowsFromSenderAndNonce) {
  Address sender{};
  const Bytes bytes = hex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
  std::copy(bytes.begin(), bytes.end(), sender.begin());
  EXPECT_EQ(to_text(contract_address(sender, 0)), "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d");
  EXPECT_EQ(to_text(contract_address(sender, 1)), "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8");
}

TEST(Receipt, OfEveryKindIsReadAsItWasWritten) {
  Log log;
  log.address = address(1);
  log.topic_count = 2;
  log.topics[0] = hash(2);
  log.topics[1] = hash(3);
  const Bytes data(100, 7);
  log.data = data;
  for (const bool has_state : {false, true}) {
    Receipt receipt;
    receipt.type = has_state ? TransactionType::legacy : TransactionType::blob;
    if (has_state) receipt.post_state = hash(9);
    receipt.success = !has_state;
    receipt.cumulative_gas_used = 21000;
    receipt.bloom = bloom_of({&log, 1});
    const Bytes raw = encode_receipt(receipt, {&log, 1});
    Receipts read;
    ASSERT_TRUE(append_receipt(raw, read));
    ASSERT_EQ(read.logs.size(), 1u);
    EXPECT_EQ(read.receipts[0].post_state, receipt.post_state);
    EXPECT_EQ(read.receipts[0].success, receipt.success);
    EXPECT_EQ(read.logs[0].topic_list()[1], hash(3));
    EXPECT_EQ(encode_receipt(read.receipts[0], read.logs_of(read.receipts[0])), raw);
  }
}

TEST(Receipt, RefusesFiveTopicsAndOtherStatuses) {
  Receipts read;
  Bytes raw;
  RlpWriter writer(raw);
  const auto write = [&](std::uint64_t status, std::size_t topics) {
    raw.clear();
    writer.open();
    writer.write_u64(status);
    writer.write_u64(1);
    writer.write_bytes(Bloom{});
    writer.open();
    writer.open();
    writer.write_bytes(address(1));
    writer.open();
    for (std::size_t i = 0; i < topics; ++i)
      writer.write_bytes(hash(1));
    writer.close();
    writer.write_bytes({});
    writer.close();
    writer.close();
    writer.close();
    read.clear();
    return append_receipt(raw, read);
  };
  EXPECT_TRUE(write(1, 4));
  EXPECT_TRUE(write(0, 0));
  EXPECT_THAT(write(1, 5).error().message, HasSubstr("topics: more than 4"));
  EXPECT_THAT(write(2, 0).error().message, HasSubstr("neither 0, 1 nor 32 bytes"));
}

}  // namespace
}  // namespace clew::evm
