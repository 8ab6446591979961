#include "labels/subject.h"

#include <gtest/gtest.h>

namespace clew::labels {
namespace {

SubjectKey key(std::string_view text, std::string_view currency, std::string_view network = {}) {
  return subject_key(SubjectKind::address, text, currency, network);
}

// Addresses of BIP 173 and of the genesis coinbase.
constexpr const char* kGenesis = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
constexpr const char* kSegwit = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
// One account, in base58check and the digits of its 20 bytes.
constexpr const char* kTron = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
constexpr const char* kTronDigits = "a614f803b6fd780986a42c78ec9c7f77e6ded13c";
constexpr const char* kTestSegwit = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";

TEST(SubjectKey, ComparesAddressesNotSpellings) {
  const auto lower = key(kSegwit, "BTC");
  EXPECT_TRUE(lower.decoded);
  EXPECT_EQ(lower.ledger, "bitcoin");
  EXPECT_EQ(lower, key("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "XBT"));
  EXPECT_EQ(lower, key(std::string("bitcoin:") + kSegwit, "btc"));
}

TEST(SubjectKey, KeepsNetworksApart) {
  const auto test = key(kTestSegwit, "BTC");
  EXPECT_EQ(test.ledger, "bitcoin-test");
  EXPECT_EQ(test.key, key(kSegwit, "BTC").key);  // the same public key
  EXPECT_FALSE(test == key(kSegwit, "BTC"));
  EXPECT_EQ(ledger_name(*bitcoin::find_chain("regtest")), "bitcoin-test");
  EXPECT_EQ(ledger_name(*bitcoin::find_chain("main")), "bitcoin");
  EXPECT_EQ(ledger_name(*bitcoin::find_chain("litecoin")), "litecoin");
}

TEST(SubjectKey, EqualsTheKeyOfTheLedgersAddress) {
  const auto& main = *bitcoin::find_chain("main");
  const auto address = bitcoin::decode_address(kGenesis, main);
  ASSERT_TRUE(address);
  EXPECT_EQ(key(kGenesis, "BTC"), subject_key(main, *address));
  EXPECT_EQ(address_of(key(kGenesis, "BTC")), address);
}

TEST(SubjectKey, SortsAsAddressesDo) {
  const auto& main = *bitcoin::find_chain("main");
  const auto a = *bitcoin::decode_address(kGenesis, main);
  const auto b = *bitcoin::decode_address(kSegwit, main);
  EXPECT_EQ(a < b, subject_key(main, a).key < subject_key(main, b).key);
}

TEST(SubjectKey, FoldsTheCaseOfHexadecimalOnly) {
  const auto evm = key("0xFA8E3920daF271daB92Be9B87d9998DDd94FEF08", "ETH");
  EXPECT_EQ(evm, key("0xfa8e3920daf271dab92be9b87d9998ddd94fef08", "eth"));
  EXPECT_EQ(evm.ledger, "ethereum");
  EXPECT_FALSE(address_of(evm));  // not a UTXO ledger
  EXPECT_FALSE(key("rGeyCsqc6vKXuyTGF39WJxmTRemoV3c97h", "XRP") ==
               key("rgeycsqc6vkxuytgf39wjxmtremov3c97h", "XRP"));
}

TEST(SubjectKey, FindsTheLedgerOfATokenByItsAddress) {
  EXPECT_EQ(key("0x175d44451403Edf28469dF03A9280c1197ADb92c", "USDT").ledger, "ethereum");
  EXPECT_EQ(key(kGenesis, "USDT").ledger, "bitcoin");
  EXPECT_EQ(key("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre", "USDT").ledger, "tron");
  EXPECT_EQ(key("0x175d44451403Edf28469dF03A9280c1197ADb92c", "USDT", "BSC").ledger, "bsc");
  EXPECT_EQ(key("who knows", "USDC").ledger, "");
}

TEST(SubjectKey, KeepsWhatItCannotDecode) {
  const auto broken = key("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "BTC");  // wrong checksum
  EXPECT_FALSE(broken.decoded);
  EXPECT_EQ(broken.key, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb");
  EXPECT_FALSE(address_of(broken));
  EXPECT_FALSE(key("", "BTC").decoded);
  EXPECT_FALSE(address_of(SubjectKey{"bitcoin", std::string(200, 'x'), true}));
  EXPECT_FALSE(address_of(SubjectKey{"bitcoin", "", true}));
}

TEST(SubjectKey, ReadsTransactionHashes) {
  const std::string hash = "4A5E1E4BAAB89F3A32518A88C31BC87F618F76673E2CC77AB2127B7AFDEDA33B";
  const auto tx = subject_key(SubjectKind::transaction, hash, "BTC", "");
  EXPECT_TRUE(tx.decoded);
  EXPECT_EQ(tx.key, "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b");
  EXPECT_EQ(tx.key, transaction_key("0x" + hash));
  EXPECT_FALSE(is_transaction_hash("0x12"));
  EXPECT_FALSE(is_transaction_hash(std::string(64, 'g')));
}

TEST(SubjectKey, IsOneForAllFormsOfATronAddress) {
  const auto base58 = key(kTron, "TRX");
  EXPECT_EQ(base58, (SubjectKey{"tron", kTron, true}));
  const std::string digits = kTronDigits;
  EXPECT_EQ(key("41" + digits, "TRX"), base58);
  EXPECT_EQ(key("0x41" + digits, "tron"), base58);
  EXPECT_EQ(key("0x" + digits, "TRX"), base58);
  EXPECT_EQ(key("0X" + digits, "USDT", "TRON"), base58);
  EXPECT_EQ(key("41" + digits, "USDT"), base58);  // the form tells the ledger
  EXPECT_EQ(key("0x" + digits, "ETH").ledger, "ethereum");
  EXPECT_FALSE(key("42" + digits, "TRX").decoded);
  EXPECT_FALSE(key(digits, "TRX").decoded);
}

TEST(CurrencyOfForm, SpeaksOnlyWhereTheFormIsClear) {
  EXPECT_EQ(currency_of_form(kSegwit), "BTC");
  EXPECT_EQ(currency_of_form("LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb"), "LTC");
  EXPECT_EQ(currency_of_form("0x175d44451403Edf28469dF03A9280c1197ADb92c"), "ETH");
  EXPECT_EQ(currency_of_form("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre"), "TRX");
  EXPECT_EQ(currency_of_form("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLrf"), "");  // wrong checksum
  EXPECT_EQ(currency_of_form(std::string("41") + kTronDigits), "TRX");
  EXPECT_EQ(currency_of_form(std::string("42") + kTronDigits), "");
  EXPECT_EQ(currency_of_form(std::string("0x") + kTronDigits), "ETH");
  EXPECT_EQ(currency_of_form(""), "");
}

TEST(FitsCurrency, HoldsAddressesAgainstTheFormsThatAreKnown) {
  const std::string ethereum = "0x" + std::string(40, 'a');
  EXPECT_TRUE(fits_currency(kGenesis, "BTC"));
  EXPECT_TRUE(fits_currency("bitcoin:" + std::string(kGenesis), "btc"));
  EXPECT_TRUE(fits_currency("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "BTC"));
  EXPECT_FALSE(fits_currency(std::string(kGenesis) + "x", "BTC"));
  EXPECT_FALSE(fits_currency(ethereum, "BTC"));
  EXPECT_FALSE(fits_currency("notanaddress", "BTC"));
  EXPECT_TRUE(fits_currency(ethereum, "ETH"));
  EXPECT_TRUE(fits_currency(ethereum, "MATIC"));
  EXPECT_FALSE(fits_currency(kGenesis, "ETH"));
  EXPECT_FALSE(fits_currency("0x12", "ETH"));
  EXPECT_FALSE(fits_currency("0x" + std::string(40, 'Z'), "ETH"));
  EXPECT_FALSE(fits_currency("notanaddress", "TRX"));
  for (const char* prefix : {"41", "0x41", "0x"})
    EXPECT_TRUE(fits_currency(prefix + std::string(kTronDigits), "TRX")) << prefix;
  EXPECT_FALSE(fits_currency(std::string("41") + kTronDigits, "ETH"));
  EXPECT_TRUE(fits_currency("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre", "TRX"));
  // Of ledgers that are not known here anything may be an address.
  EXPECT_TRUE(fits_currency("44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DB", "XMR"));
  EXPECT_TRUE(fits_currency("r-something", "SOMETHING"));
}

TEST(IsValid, DoubtsWhatItKnowsTheFormOf) {
  const auto valid = [](const char* subject, const char* currency, const char* network = "",
                        SubjectKind kind = SubjectKind::address) {
    return is_valid(
        Label{.subject_kind = kind, .subject = subject, .currency = currency, .network = network});
  };
  EXPECT_TRUE(valid(kGenesis, "BTC"));
  EXPECT_TRUE(valid(kGenesis, ""));
  EXPECT_TRUE(valid(kTron, "USDT", "TRX"));
  EXPECT_TRUE(valid("44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DB", "XMR"));
  EXPECT_TRUE(
      valid("5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnb", "SOL", "", SubjectKind::transaction));
  EXPECT_FALSE(valid("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "BTC"));
  EXPECT_FALSE(valid(kGenesis, "ETH"));
  EXPECT_FALSE(valid(kGenesis, "BTC", "ETH"));
  EXPECT_FALSE(valid("who knows", ""));
  EXPECT_FALSE(valid("who knows", "USDT"));
  EXPECT_FALSE(valid("12", "BTC", "", SubjectKind::transaction));
}

}  // namespace
}  // namespace clew::labels
