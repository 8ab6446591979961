#include "apps/clew/account_origin.h"

#include <charconv>

#include "labels/printable.h"

namespace clew::app {
namespace {

constexpr std::size_t kAddressSize = 42;

Result<account::TxRow> find_tx(const AccountView& view, const std::string& text) {
  CLEW_TRY(hash, parse_hash(view.chain, text));
  if (const auto id = view.snapshot.find_tx(hash)) return view.snapshot.tx(*id);
  return fail(ErrorKind::not_found, "transaction " + text + " is not in this ledger");
}

// The place of a transfer among those of its transaction, as `clew transfers --tx` lists them.
Result<account::TransferId> find_transfer(const account::TxRow& tx, const std::string& place) {
  std::uint32_t number = 0;
  const auto [end, code] = std::from_chars(place.data(), place.data() + place.size(), number);
  if (code != std::errc() || end != place.data() + place.size())
    return fail(ErrorKind::usage,
                "'" + labels::printable(place) + "' is not the number of a transfer");
  if (number < tx.transfer_count) return tx.first_transfer + number;
  return fail(ErrorKind::not_found, "the transaction has " + std::to_string(tx.transfer_count) +
                                        " transfers, the first of which is 0");
}

}  // namespace

Result<AccountOrigin> parse_account_origin(const AccountKnown& known, const std::string& text,
                                           const account::OriginOptions& how) {
  const AccountView& view = known.view;
  AccountOrigin origin;
  if (named_entity(text)) {
    CLEW_TRY(addresses, known.find_party(text));
    origin.kind = "entity";
    origin.transfers = account::origins_of(view.snapshot, addresses, how);
  } else if (const auto colon = text.find(':'); colon != text.npos) {
    CLEW_TRY(tx, find_tx(view, text.substr(0, colon)));
    CLEW_TRY(transfer, find_transfer(tx, text.substr(colon + 1)));
    origin.kind = "transfer";
    origin.transfers.list.push_back({transfer});
  } else if (text.size() > kAddressSize) {
    CLEW_TRY(tx, find_tx(view, text));
    origin.kind = "transaction";
    origin.transfers = account::origins_of(view.snapshot, tx.id, how);
  } else {
    CLEW_TRY(id, find_account(view, text));
    origin.kind = "address";
    origin.transfers = account::origins_of(view.snapshot, std::span(&id, 1), how);
  }
  return origin;
}

}  // namespace clew::app
