// What a label is about, in a form that can be compared: which ledger, and which address on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chain/bitcoin/address.h"
#include "chain/bitcoin/params.h"
#include "labels/label.h"

namespace clew::labels {

// Two subjects are the same if both fields are equal. For ledgers that chain/bitcoin decodes the
// key is one byte of AddressKind and the payload, so that keys sort in canonical address order;
// elsewhere it is the text, in lower case where letter case carries no meaning (0x…, hashes), on
// TRON in the form T… whatever form it has.
struct SubjectKey {
  std::string ledger;  // "bitcoin", "bitcoin-test", "litecoin", "ethereum", "tron"…
  std::string key;
  bool decoded = false;  // the text is a valid address there
  bool operator==(const SubjectKey&) const = default;
};

// The name of a ledger as SubjectKey has it. Test networks of one chain share their address forms,
// so they share one name.
std::string ledger_name(const bitcoin::ChainParams& chain);
SubjectKey subject_key(const bitcoin::ChainParams& chain, const bitcoin::Address& address);
// From the network if stated, else the currency, else (tokens) the form of the address.
SubjectKey subject_key(const Label& label);
SubjectKey subject_key(SubjectKind kind, std::string_view subject, std::string_view currency,
                       std::string_view network);

// The address of a decoded key; nothing for other keys.
std::optional<bitcoin::Address> address_of(const SubjectKey& key);

// The currency code that the form of an address speaks for: "BTC", "LTC", "ETH" (0x and 40 digits),
// "TRX" (T… or 41 and 40 digits); empty if it speaks for none.
std::string_view currency_of_form(std::string_view address);
// Whether an address can be one of this currency's ledger: it has the form of such addresses, or
// their form is not known here.
bool fits_currency(std::string_view address, std::string_view currency);
// Whether what the label is about is valid on its ledger, as far as the ledger's forms are known
// here. Not if nothing tells which ledger it is.
bool is_valid(const Label& label);
// 64 hexadecimal digits, with or without 0x.
bool is_transaction_hash(std::string_view text);
// The key of a transaction hash.
std::string transaction_key(std::string_view hash);

}  // namespace clew::labels
