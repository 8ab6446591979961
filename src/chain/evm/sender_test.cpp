#include "chain/evm/sender.h"

#include <gmock/gmock.h>

#include <regex>

#include "chain/evm/rpc_block.h"
#include "chain/evm/traces_test_support.h"

namespace clew::evm {
namespace {

using namespace test;
using nlohmann::json;
using testing::HasSubstr;

// The signed example of EIP-155.
constexpr const char* kExample =
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080"
    "25a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761a"
    "ecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83";

Transaction example(Bytes& raw) {
  raw = from_hex(kExample).value();
  const auto tx = decode_transaction(raw);
  EXPECT_TRUE(tx);
  return *tx;
}

TEST(Sender, OfTheExampleOfEip155) {
  Bytes raw;
  const Transaction tx = example(raw);
  EXPECT_EQ(to_hex(signing_hash(tx)),
            "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
  EXPECT_EQ(to_text(*recover_sender(tx)), "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
}

TEST(Sender, OfNoSignatureIsNobody) {
  Bytes raw;
  Transaction tx = example(raw);
  tx.v = 26;
  EXPECT_EQ(recover_sender(tx), std::nullopt);
  tx.type = TransactionType::dynamic_fee;
  tx.v = 2;
  EXPECT_EQ(recover_sender(tx), std::nullopt);
  tx = example(raw);
  tx.r = U256();
  EXPECT_EQ(recover_sender(tx), std::nullopt);
  tx.r = U256::max();
  EXPECT_EQ(recover_sender(tx), std::nullopt);
  tx = example(raw);
  tx.s = U256();
  EXPECT_EQ(recover_sender(tx), std::nullopt);
  EXPECT_EQ(recover_signer(Hash256{}, {2, U256(1), U256(1)}), std::nullopt);
}

TEST(Sender, StatedFalselyIsFound) {
  Bytes raw;
  Block block;
  block.header.number = 7;
  for (int i = 0; i < 64; ++i)
    block.transactions.push_back(example(raw));
  std::vector<Address> stated(64, *recover_sender(block.transactions[0]));
  EXPECT_TRUE(check_senders(block, stated));
  EXPECT_TRUE(check_senders(block, stated, {.one_in = 3, .seed = 1}));
  stated[5][0] ^= 1;
  EXPECT_THAT(check_senders(block, stated).error().message,
              HasSubstr("block 7: transaction 5: sender stated 0x9c"));
  EXPECT_TRUE(check_senders(block, stated, {.one_in = 0}));
  // A sample finds it by some seed, and misses it by some.
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    found += !check_senders(block, stated, {.one_in = 4, .seed = seed});
  EXPECT_GT(found, 2u);
  EXPECT_LT(found, 25u);
  block.transactions[9].r = U256();
  stated[5][0] ^= 1;
  EXPECT_THAT(check_senders(block, stated).error().message,
              HasSubstr("transaction 9: the signature is not valid"));
  stated.pop_back();
  EXPECT_THAT(check_senders(block, stated).error().message, HasSubstr("63 senders of 64"));
}

TEST(Sender, OfMainnetIsWhatNodesSay) {
  CLEW_NEED_DATA();
  RpcBlockReader reader;
  RpcBlock block;
  std::size_t checked = 0;
  std::array<std::size_t, 5> types{};
  for (const char* method : {"eth_getBlockByNumber", "eth_getBlockByHash"}) {
    for (const json& one : recorded(method)) {
      if (!reader.read(one["response"].dump(), block)) continue;  // hashes instead of transactions
      const auto held = check_senders(block.block, block.senders);
      EXPECT_TRUE(held) << held.error().message;
      checked += block.senders.size();
      for (const Transaction& tx : block.block.transactions)
        ++types[static_cast<std::size_t>(tx.type)];
    }
  }
  EXPECT_GT(checked, 1000u);
  EXPECT_GT(types[0], 100u);
  EXPECT_GT(types[2], 100u);
}

TEST(Sender, OfGraphSensesCases) {
  CLEW_NEED_DATA();
  const std::string text =
      clew::test::read_gzip(evm_data() + "graphsense/ecrecover_test_dataset.json.gz");
  // Numbers of 256 bits become texts, which JSON readers leave as they are.
  const json cases =
      json::parse(std::regex_replace(text, std::regex("([ \\[])([0-9]{19,})"), "$1\"$2\""));
  std::size_t checked = 0;
  for (const auto& [type, list] : cases.items()) {
    for (const json& one : list) {
      const auto number = [](const json& value) {
        return value.is_string() ? *U256::from_decimal(value.get<std::string>())
                                 : U256(value.get<std::uint64_t>());
      };
      const json& signature = one[3];
      const auto signer = recover_signer(
          unhex_hash("0x" + one[4].get<std::string>()),
          {signature[0].get<std::uint8_t>(), number(signature[1]), number(signature[2])});
      ASSERT_TRUE(signer) << type;
      EXPECT_EQ(to_text(*signer), one[1].get<std::string>());
      ++checked;
    }
  }
  EXPECT_EQ(checked, 35u);
}

}  // namespace
}  // namespace clew::evm
