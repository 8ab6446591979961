#include "labels/subject.h"

#include <algorithm>
#include <array>

#include "chain/tron/address.h"

namespace clew::labels {
namespace {

using bitcoin::ChainParams;

struct CodeRow {
  std::string_view code;    // of a currency or a network, upper case
  std::string_view ledger;  // empty: a token of several ledgers; the address must tell
};

constexpr CodeRow kCodes[] = {
    {"BTC", "bitcoin"},
    {"XBT", "bitcoin"},
    {"BITCOIN", "bitcoin"},
    {"OMNI", "bitcoin"},
    {"TBTC", "bitcoin-test"},
    {"LTC", "litecoin"},
    {"LITECOIN", "litecoin"},
    {"TLTC", "litecoin-test"},
    {"BCH", "bitcoin-cash"},
    {"BSV", "bitcoin-sv"},
    {"BTG", "bitcoin-gold"},
    {"DASH", "dash"},
    {"ZEC", "zcash"},
    {"XMR", "monero"},
    {"XVG", "verge"},
    {"DOGE", "dogecoin"},
    {"XRP", "xrp"},
    {"RIPPLE", "xrp"},
    {"ETH", "ethereum"},
    {"ETHEREUM", "ethereum"},
    {"WETH", "ethereum"},
    {"ERC20", "ethereum"},
    {"ETC", "ethereum-classic"},
    {"BSC", "bsc"},
    {"BEP20", "bsc"},
    {"ARB", "arbitrum"},
    {"OP", "optimism"},
    {"MATIC", "polygon"},
    {"POL", "polygon"},
    {"AVAX", "avalanche"},
    {"TRX", "tron"},
    {"TRON", "tron"},
    {"TRC20", "tron"},
    {"SOL", "solana"},
    {"EOS", "eos"},
    {"EOSIO", "eos"},
    {"ALGO", "algorand"},
    {"KCC", "kcc"},
    {"USDT", ""},
    {"USDC", ""},
};

std::string mapped(std::string_view text, char from, char to, int shift) {
  std::string out(text);
  for (char& c : out)
    if (c >= from && c <= to) c = static_cast<char>(c + shift);
  return out;
}
std::string upper(std::string_view text) {
  return mapped(text, 'a', 'z', 'A' - 'a');
}
std::string lower(std::string_view text) {
  return mapped(text, 'A', 'Z', 'a' - 'A');
}

bool is_hex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}
bool is_evm_address(std::string_view text) {
  return text.size() == 42 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
         is_hex(text.substr(2));
}
// In any of TRON's forms but the one that is the EVM's too.
bool is_tron_address(std::string_view text) {
  return !is_evm_address(text) && tron::parse_address(text).has_value();
}

// The first row of the same chain whose addresses look the same: test, regtest, signet are one.
const ChainParams& family_of(const ChainParams& chain) {
  for (const auto& row : bitcoin::all_chains())
    if (row.chain == chain.chain && row.p2pkh_prefix == chain.p2pkh_prefix) return row;
  return chain;
}
bool is_test(const ChainParams& chain) {
  for (const auto& row : bitcoin::all_chains())
    if (row.chain == chain.chain) return row.p2pkh_prefix != chain.p2pkh_prefix;
  return false;
}

std::string packed(const bitcoin::Address& address) {
  std::string key(1, static_cast<char>(address.kind));
  const auto bytes = address.bytes();
  key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return key;
}

// On the chain called `chain` ("bitcoin"), first as the network that `ledger` says.
std::optional<SubjectKey> decoded(std::string_view subject, std::string_view ledger) {
  const auto chain = ledger.substr(0, ledger.find("-test"));
  for (const auto& row : bitcoin::all_chains()) {
    if (row.chain != chain) continue;
    const auto address = bitcoin::decode_address(subject, row);
    // A label that says BTC may sit on a test network: the address's own prefix is better evidence.
    if (address) return SubjectKey{ledger_name(row), packed(*address), true};
  }
  return std::nullopt;
}

std::string ledger_of_code(std::string_view code) {
  const auto key = upper(code);
  for (const auto& row : kCodes)
    if (row.code == key) return std::string(row.ledger);
  return lower(code);
}

std::string ledger_of(std::string_view subject, std::string_view currency,
                      std::string_view network) {
  auto ledger = ledger_of_code(network.empty() ? currency : network);
  return ledger.empty() ? ledger_of_code(currency_of_form(subject)) : ledger;
}

// All of whose addresses are 20 bytes in hexadecimal.
bool is_evm(std::string_view ledger) {
  constexpr std::array<std::string_view, 6> kEvm = {"ethereum", "ethereum-classic", "bsc",
                                                    "arbitrum", "optimism",         "polygon"};
  return std::ranges::find(kEvm, ledger) != kEvm.end();
}
bool is_utxo(std::string_view ledger) {
  return std::ranges::any_of(bitcoin::all_chains(),
                             [&](const ChainParams& row) { return ledger_name(row) == ledger; });
}
// Whose addresses and hashes are of forms that are known here.
bool is_known(std::string_view ledger) {
  return is_evm(ledger) || ledger == "tron" || is_utxo(ledger);
}

// BIP 21 and BIP 122 style prefixes that address lists put before the address itself.
std::string_view without_scheme(std::string_view subject) {
  for (const std::string_view scheme : {"bitcoin:", "litecoin:", "bitcoincash:"})
    if (subject.starts_with(scheme)) return subject.substr(scheme.size());
  return subject;
}

}  // namespace

std::string ledger_name(const ChainParams& chain) {
  return std::string(chain.chain) + (is_test(family_of(chain)) ? "-test" : "");
}

SubjectKey subject_key(const ChainParams& chain, const bitcoin::Address& address) {
  return {ledger_name(chain), packed(address), true};
}

SubjectKey subject_key(const Label& label) {
  return subject_key(label.subject_kind, label.subject, label.currency, label.network);
}

SubjectKey subject_key(SubjectKind kind, std::string_view subject, std::string_view currency,
                       std::string_view network) {
  subject = without_scheme(subject);
  const auto ledger = ledger_of(subject, currency, network);
  if (kind == SubjectKind::transaction)
    return {ledger, transaction_key(subject), is_transaction_hash(subject)};
  if (auto key = decoded(subject, ledger)) return *std::move(key);
  const bool evm_form = is_evm_address(subject);
  if (ledger == "tron") {
    const auto account = tron::parse_address(evm_form ? lower(subject) : std::string(subject));
    return {ledger, account ? tron::to_text(*account) : std::string(subject), account.has_value()};
  }
  if (evm_form) return {ledger, lower(subject), true};
  return {ledger, std::string(subject), false};
}

std::optional<bitcoin::Address> address_of(const SubjectKey& key) {
  if (!key.decoded || key.key.empty()) return std::nullopt;
  if (!is_utxo(key.ledger)) return std::nullopt;
  const auto payload = as_bytes(std::string_view(key.key).substr(1));
  if (payload.size() > bitcoin::Address{}.payload.size()) return std::nullopt;
  return bitcoin::Address(static_cast<bitcoin::AddressKind>(key.key[0]), payload);
}

std::string_view currency_of_form(std::string_view address) {
  address = without_scheme(address);
  if (is_evm_address(address)) return "ETH";
  if (is_tron_address(address)) return "TRX";
  for (const auto& row : bitcoin::all_chains()) {
    if (!bitcoin::decode_address(address, row)) continue;
    if (row.chain == "bitcoin") return "BTC";
    if (row.chain == "litecoin") return "LTC";
  }
  return {};
}

bool fits_currency(std::string_view address, std::string_view currency) {
  address = without_scheme(address);
  const auto ledger = ledger_of(address, currency, {});
  if (is_evm(ledger)) return is_evm_address(address);
  if (ledger == "tron") return is_tron_address(address) || is_evm_address(address);
  return !is_utxo(ledger) || decoded(address, ledger).has_value();
}

bool is_valid(const Label& label) {
  const auto key = subject_key(label);
  if (key.decoded || key.ledger.empty()) return key.decoded;
  if (label.subject_kind == SubjectKind::address) return fits_currency(label.subject, key.ledger);
  return !is_known(key.ledger);
}

bool is_transaction_hash(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return text.size() == 64 && is_hex(text);
}

std::string transaction_key(std::string_view hash) {
  if (!is_transaction_hash(hash)) return std::string(hash);
  if (hash.size() == 66) hash.remove_prefix(2);
  return lower(hash);
}

}  // namespace clew::labels
