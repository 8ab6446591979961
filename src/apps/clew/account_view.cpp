#include "apps/clew/account_view.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>

#include "apps/clew/account_amount.h"
#include "apps/clew/completeness.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

const std::string kTronLedger = "tron";

Json account_json(const AccountView& view, account::AddressId id) {
  if (id == account::kNoAddress) return nullptr;
  return view.address_text(id);
}

}  // namespace

Result<AccountView> open_account_chain(const Session& session, std::string name) {
  if (name.empty()) name = session.chain;
  if (name.empty()) {
    const auto there = session.chains("account");
    name = there.size() == 1 ? there.front() : "ethereum";
  }
  auto snapshot = account::Snapshot::open(session.chain_path(name));
  if (!snapshot && snapshot.error().kind == ErrorKind::not_found)
    return fail(session.no_ledger(name, "account"));
  if (!snapshot) return fail(std::move(snapshot).error());
  const auto id = evm::chain_id_of(snapshot->network());
  if (!id)
    return fail(ErrorKind::unsupported, session.chain_path(name) + " holds network " +
                                            snapshot->network() + ", which is not known");
  CLEW_TRY(tokens, open_token_names(session, name));
  return AccountView{name, evm::chain_params(*id), std::move(*snapshot), std::move(tokens)};
}

Result<account::TokenNames> open_token_names(const Session& session, const std::string& name) {
  return account::TokenNames::open(session.chain_path(name), [](const std::string& problem) {
    std::cerr << "clew: " << labels::printable(problem) << '\n';
  });
}

std::optional<Session> account_session(const Session& session, std::string_view what) {
  const auto accounts = session.chains("account");
  const auto is_there = [&](const std::string& name) {
    return std::find(accounts.begin(), accounts.end(), name) != accounts.end();
  };
  if (!session.chain.empty())
    return is_there(session.chain) ? std::optional(session) : std::nullopt;
  const auto subject = named_entity(what).value_or(what);
  auto chosen = session;
  if (is_tron_address(subject)) {
    if (is_there(kTronLedger)) chosen.chain = kTronLedger;
    return chosen;
  }
  // Nothing on a chain of outputs begins so; and a ledger that cannot be read is of no kind.
  if (subject.starts_with("0x")) return chosen;
  if (accounts.empty() || !session.chains("utxo").empty()) return std::nullopt;
  return chosen;
}

Result<void> check_account_chain_name(const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.'))
    return fail(ErrorKind::usage, "'" + labels::printable(name) + "' is no chain's name");
  for (const auto& chain : bitcoin::all_chains())
    if (name == chain.chain)
      return fail(ErrorKind::usage, "the name " + name +
                                        " is kept for the ledger that `clew ingest "
                                        "bitcoin` makes; give the one of accounts another");
  return {};
}

Result<account::AddressId> find_account(const AccountView& view, std::string_view text) {
  CLEW_TRY(address, parse_account(view.chain, text));
  if (const auto id = view.snapshot.find_address(address)) return *id;
  return fail(ErrorKind::not_found,
              "address " + std::string(text) + " does not appear in this ledger");
}

Result<account::BlockId> find_block(const AccountView& view, const std::string& which) {
  if (which.starts_with("0x") || which.size() == 2 * Hash256().size()) {
    CLEW_TRY(hash, parse_hash(view.chain, which));
    if (const auto id = view.snapshot.find_block(hash)) return *id;
    return fail(ErrorKind::not_found, "block " + which + " is not in this ledger");
  }
  std::uint32_t number = 0;
  const auto [end, code] = std::from_chars(which.data(), which.data() + which.size(), number);
  if (code != std::errc() || end != which.data() + which.size())
    return fail(ErrorKind::usage,
                "'" + labels::printable(which) + "' is neither the hash nor the number of a block");
  if (const auto id = view.snapshot.find_block_at(number)) return *id;
  return fail(ErrorKind::not_found, "the ledger has no block " + which);
}

std::string_view name(chain::TransferKind kind) {
  constexpr std::array<std::string_view, 8> kNames = {"native",  "internal",   "erc20", "erc721",
                                                      "erc1155", "withdrawal", "fee",   "reward"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool has_token_id(chain::TransferKind kind) {
  return kind == chain::TransferKind::erc721 || kind == chain::TransferKind::erc1155;
}

std::string_view name(evm::CallKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {
      "call", "callcode", "delegatecall", "staticcall", "create", "create2", "selfdestruct"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string asset_text(const evm::ChainParams& chain, const chain::Asset& asset) {
  return asset.is_native() ? chain.coin : account_text(chain, asset.contract);
}

std::string amount_text(const evm::ChainParams& chain, const chain::Asset& asset,
                        const U256& value) {
  if (!asset.is_native()) return value.to_decimal() + " units of " + asset_text(chain, asset);
  return decimal_text(value, chain.decimals) + " " + chain.coin;
}

void put_token_name(const AccountView& view, const chain::Asset& asset, Json& document) {
  if (asset.is_native()) return;
  const auto token = view.tokens.find(asset.contract);
  if (!token) return;
  const auto put = [&](const char* key, const auto& value) {
    if (value && !document.contains(key)) document[key] = *value;
  };
  put("symbol", token->symbol);
  put("name", token->name);
  put("decimals", token->decimals);
}

Json transfer_json(const AccountView& view, const account::TransferRow& transfer) {
  const auto& s = view.snapshot;
  const auto asset = s.asset(transfer.asset);
  const auto tx = s.tx_of_transfer(transfer.id);
  const auto block = s.block_of_transfer(transfer.id);
  Json document = {{"kind", std::string(name(transfer.kind))},
                   {"asset", asset_text(view.chain, asset)},
                   {"from", account_json(view, transfer.from)},
                   {"to", account_json(view, transfer.to)},
                   {"value", transfer.value.to_decimal()},
                   {"tx", tx ? Json(view.hash_text(s.tx_hash(*tx))) : Json(nullptr)},
                   {"block", s.number_of(block)},
                   {"time", s.time_of(block)},
                   {"place", transfer.place}};
  if (has_token_id(transfer.kind)) document["token_id"] = asset.token_id.to_decimal();
  put_token_name(view, asset, document);
  return document;
}

void print_transfer(const AccountView& view, const account::TransferRow& transfer) {
  const auto& s = view.snapshot;
  const auto party = [&](account::AddressId id, const char* nobody) {
    return id == account::kNoAddress ? std::string(nobody) : view.address_text(id);
  };
  const auto block = s.block_of_transfer(transfer.id);
  const auto tx = s.tx_of_transfer(transfer.id);
  std::cout << time_text(static_cast<std::uint32_t>(s.time_of(block))) << "  block "
            << s.number_of(block) << "  " << name(transfer.kind) << "  "
            << money_text(view, s.asset(transfer.asset), transfer.value) << '\n'
            << "    " << party(transfer.from, "newly made") << " -> " << party(transfer.to, "burnt")
            << '\n';
  if (tx) std::cout << "    in " << view.hash_text(s.tx_hash(*tx)) << '\n';
}

Json snapshot_json(const AccountView& view) {
  Json document = {{"chain", view.name},
                   {"network", view.snapshot.network()},
                   {"version", view.snapshot.version()},
                   {"incomplete", incomplete_json(view.snapshot)}};
  if (const auto tip = view.snapshot.tip()) {
    document["height"] = tip->height;
    document["hash"] = view.hash_text(tip->hash);
  }
  return document;
}

std::string_view numbering_text(std::uint8_t parts) {
  return (parts & chain::kNumberedByTime) != 0 ? "time" : "chain";
}

Json account_chain_json(const AccountView& view) {
  const auto& s = view.snapshot;
  Json document = {{"network", s.network()},
                   {"blocks", s.block_count()},
                   {"transactions", s.tx_count()},
                   {"logs", s.log_count()},
                   {"transfers", s.transfer_count()},
                   {"addresses", s.address_count()},
                   {"assets", s.asset_count()},
                   {"first_height", s.first_height()},
                   {"tip", nullptr},
                   {"gaps", Json::array()},
                   {"made_of_list", nullptr},
                   {"numbering", nullptr},
                   {"snapshot", s.version()}};
  if (const auto tip = s.tip()) {
    const auto parts = s.parts_of(*s.find_block_at(tip->height));
    document["tip"] = {{"height", tip->height}, {"hash", view.hash_text(tip->hash)}};
    document["made_of_list"] = (parts & chain::kMadeOfList) != 0;
    document["numbering"] = numbering_text(parts);
  }
  for (const auto& gap : s.gaps())
    document["gaps"].push_back({{"from", gap.from}, {"to", gap.to}});
  return document;
}

void print_account_chain(const AccountView& view) {
  const auto& s = view.snapshot;
  std::cout << view.name << " (" << view.chain.name << ", chain id " << view.chain.chain_id << ")\n"
            << "  blocks        " << grouped(s.block_count()) << '\n'
            << "  transactions  " << grouped(s.tx_count()) << '\n'
            << "  logs          " << grouped(s.log_count()) << '\n'
            << "  transfers     " << grouped(s.transfer_count()) << '\n'
            << "  addresses     " << grouped(s.address_count()) << '\n'
            << "  assets        " << grouped(s.asset_count()) << '\n';
  if (const auto tip = s.tip()) {
    const auto id = *s.find_block_at(tip->height);
    const auto time = s.time_of(id);
    const auto parts = s.parts_of(id);
    if ((parts & chain::kMadeOfList) != 0)
      std::cout << "  made of       lists of transfers"
                << ((parts & chain::kNumberedByTime) != 0 ? "; blocks count in order of time" : "")
                << '\n';
    std::cout << "  heights       " << s.first_height() << " to " << tip->height << ", tip "
              << view.hash_text(tip->hash) << ", " << time_text(static_cast<std::uint32_t>(time))
              << " UTC\n";
  }
  for (const auto& gap : s.gaps())
    std::cout << "  missing       blocks " << gap.from << " to " << gap.to << '\n';
}

}  // namespace clew::app
