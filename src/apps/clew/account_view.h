// What commands on account chains start from, and how they show addresses, assets and transfers.
#pragma once

#include "apps/clew/account_text.h"
#include "apps/clew/session.h"
#include "chain/evm/call.h"
#include "chain/evm/network_text.h"
#include "ledger/account/snapshot.h"
#include "ledger/account/token_names.h"

namespace clew::app {

struct AccountView {
  std::string name;  // of the ledger: "ethereum"
  evm::ChainParams chain;
  account::Snapshot snapshot;
  account::TokenNames tokens;

  std::string address_text(account::AddressId id) const {
    return account_text(chain, snapshot.address(id));
  }
  std::string hash_text(const Hash256& hash) const { return evm::hash_text(chain, hash); }
};

// The ledger of that name; of the session's chain, or of ethereum, or of the only one if none is
// given. not_found, or usage if it is not one of accounts.
Result<AccountView> open_account_chain(const Session& session, std::string name = {});

// What tokens of the ledger of that name say of themselves. The first damaged entry that is met is
// told on standard error.
Result<account::TokenNames> open_token_names(const Session& session, const std::string& name);
// usage if a ledger of accounts must not have this name: it is no folder's, or is kept for a chain
// of outputs, which would then have no place.
Result<void> check_account_chain_name(const std::string& name);

// The number of that address in the ledger; not_found if it never moved there.
Result<account::AddressId> find_account(const AccountView& view, std::string_view text);
// The block of a number or hash; not_found if the ledger does not have it.
Result<account::BlockId> find_block(const AccountView& view, const std::string& which);

// "native", "internal", "erc20", …
std::string_view name(chain::TransferKind kind);
// Whether tokens of one contract differ by their id.
bool has_token_id(chain::TransferKind kind);
// "call", "delegatecall", "create2", "selfdestruct", …
std::string_view name(evm::CallKind kind);
// The coin's symbol, or the token's contract.
std::string asset_text(const evm::ChainParams& chain, const chain::Asset& asset);
// "1.5 ETH" of the coin; of tokens, whose decimals no block tells, their units.
std::string amount_text(const evm::ChainParams& chain, const chain::Asset& asset,
                        const U256& value);
inline std::string asset_text(const AccountView& view, const chain::Asset& asset) {
  return asset_text(view.chain, asset);
}
// Adds "symbol", "name" and "decimals" of a token as far as it says them and they are not there
// yet.
void put_token_name(const AccountView& view, const chain::Asset& asset, Json& document);
// {kind, asset, token_id, from, to, value, tx, block, time, place} and the token's name
Json transfer_json(const AccountView& view, const account::TransferRow& transfer);
// Two or three lines of text.
void print_transfer(const AccountView& view, const account::TransferRow& transfer);
// Where a question about `what` (an address, "entity:ADDRESS", a hash) is to be asked, if it is
// about a chain of accounts: on the session's chain; else `what` has the form of one of theirs, or
// there is no other ledger. Addresses of TRON belong to the ledger called "tron".
std::optional<Session> account_session(const Session& session, std::string_view what);
// What the numbers of blocks are, from chain::BlockPart: "chain", or "time" where a list told none
// and they only count in order of time.
std::string_view numbering_text(std::uint8_t parts);
// Which state of the ledger an answer rests on.
Json snapshot_json(const AccountView& view);

// A chain's part of `clew info`.
Json account_chain_json(const AccountView& view);
void print_account_chain(const AccountView& view);

}  // namespace clew::app
