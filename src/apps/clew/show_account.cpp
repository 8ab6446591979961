// `clew block`, `clew tx` and `clew address` on chains of accounts.
#include "apps/clew/show_account.h"

#include <iostream>
#include <map>

#include "apps/clew/account_amount.h"
#include "apps/clew/account_known.h"
#include "apps/clew/account_names.h"
#include "apps/clew/account_prices.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "labels/printable.h"

namespace clew::app {
namespace {

using account::Posting;

std::string party(const AccountView& view, account::AddressId id, const char* nobody) {
  return id == account::kNoAddress ? nobody : view.address_text(id);
}

Json account_json(const AccountView& view, account::AddressId id) {
  return id == account::kNoAddress ? Json(nullptr) : Json(party(view, id, ""));
}

std::string selector_text(const account::TxRow& tx) {
  return tx.input_size >= tx.selector.size() ? evm::to_text(tx.selector) : "";
}

// What an address received and sent of one asset within the ledger, and the least that it must have
// had before to have sent what it did.
struct Flow {
  U256 received, sent, before, balance;
  std::uint64_t transfers = 0;
};

struct History {
  std::map<account::AssetId, Flow> flows;
  std::uint64_t count = 0;  // postings
  std::optional<account::TransferId> first, last;
};

// Sums that no real amount reaches stay at their greatest.
void add(U256& sum, const U256& value) {
  sum = checked_add(sum, value).value_or(U256::max());
}

History history_of(const AccountView& view, account::AddressId id) {
  History history;
  view.snapshot.for_each_posting(id, 0, [&](const Posting& posting) {
    const auto row = view.snapshot.transfer(posting.transfer);
    auto& flow = history.flows[row.asset];
    add(posting.sends ? flow.sent : flow.received, row.value);
    if (posting.sends && flow.balance < row.value) {
      add(flow.before, *checked_sub(row.value, flow.balance));
      flow.balance = row.value;
    }
    if (posting.sends)
      flow.balance = *checked_sub(flow.balance, row.value);
    else
      add(flow.balance, row.value);
    ++flow.transfers;
    ++history.count;
    if (!history.first) history.first = posting.transfer;
    history.last = posting.transfer;
    return true;
  });
  return history;
}

// What the ledger's transfers come to: below zero where it had something before they begin.
std::string net_text(const Flow& flow) {
  const bool negative = flow.sent > flow.received;
  const auto net =
      negative ? checked_sub(flow.sent, flow.received) : checked_sub(flow.received, flow.sent);
  return (negative ? "-" : "") + net->to_decimal();
}

Json seen_json(const AccountView& view, const std::optional<account::TransferId>& transfer) {
  if (!transfer) return nullptr;
  const auto block = view.snapshot.block_of_transfer(*transfer);
  return {{"height", view.snapshot.number_of(block)}, {"time", view.snapshot.time_of(block)}};
}

// What the figures of every asset rest on, found once for an answer.
struct Ground {
  std::optional<PriceFile> prices;
  std::uint64_t time_of_tip = 0;  // seconds since 1970
  bool holds_all = false;         // the ledger lacks nothing since the first block
};

Result<Ground> ground_of(const AccountView& view, const AddressOptions& options) {
  const auto& s = view.snapshot;
  Ground ground;
  CLEW_TRY(prices, read_prices(options.prices));
  ground.prices = std::move(prices);
  if (const auto tip = s.tip()) ground.time_of_tip = s.time_of(*s.find_block_at(tip->height));
  ground.holds_all = s.first_height() == 0 && incomplete_json(s).is_null();
  return ground;
}

// Whether a balance is more than the least that explains what the ledger shows: of the coin, the
// first block gives some out without a transfer.
bool is_exact(const Ground& ground, account::AssetId asset, const Flow& flow) {
  return ground.holds_all && asset != account::kCoin && flow.before.is_zero();
}

Json flows_json(const AccountView& view, const History& history, const Ground& ground) {
  auto list = Json::array();
  for (const auto& [id, flow] : history.flows) {
    const auto asset = view.snapshot.asset(id);
    const auto decimals = decimals_of(view, asset);
    list.push_back(
        {{"asset", asset_text(view.chain, asset)},
         {"token_id", asset.token_id.is_zero() ? Json(nullptr) : Json(asset.token_id.to_decimal())},
         {"received", flow.received.to_decimal()},
         {"sent", flow.sent.to_decimal()},
         {"net", net_text(flow)},
         {"before", flow.before.to_decimal()},
         {"balance", flow.balance.to_decimal()},
         {"balance_exact", is_exact(ground, id, flow)},
         {"decimals", decimals ? Json(*decimals) : Json(nullptr)},
         {"balance_decimal", decimal_json(view, asset, flow.balance)},
         {"worth", worth_json(view, ground.prices, asset, flow.balance, ground.time_of_tip)},
         {"transfers", flow.transfers}});
    put_token_name(view, asset, list.back());
  }
  return list;
}

void print_flows(const AccountView& view, const History& history, const Ground& ground) {
  constexpr std::uint64_t kShown = 100;  // spam gives an address any number of assets
  std::uint64_t shown = 0;
  for (const auto& [id, flow] : history.flows) {
    if (shown++ == kShown) {
      std::cout << "  … " << counted(history.flows.size() - kShown, "more asset") << " (--json)\n";
      return;
    }
    const auto asset = view.snapshot.asset(id);
    const auto worth = worth_text(view, ground.prices, asset, flow.balance, ground.time_of_tip);
    // What it had before shows only when it is spent.
    std::cout << "  balance   " << (is_exact(ground, id, flow) ? "" : "at least ")
              << money_text(view, asset, flow.balance) << (worth.empty() ? "" : ", worth " + worth)
              << '\n'
              << "    received " << money_text(view, asset, flow.received) << ", sent "
              << money_text(view, asset, flow.sent) << ", " << counted(flow.transfers, "transfer")
              << '\n';
    if (!flow.before.is_zero())
      std::cout << "    had at least " << money_text(view, asset, flow.before)
                << " before this ledger begins\n";
  }
}

// What its entity adds to an address.
struct Belonging {
  account::AddressId entity = account::kNoAddress;
  std::uint64_t address_count = 0;
  std::vector<labels::StoredLabel> labels;  // of all of the entity
  std::optional<std::string> deposit_of;    // a service's name
};

Result<Belonging> belonging_of(const AccountKnown& known, account::AddressId id) {
  Belonging belonging;
  belonging.entity = known.entities.entity(id);
  belonging.address_count = known.entities.members(id).size();
  CLEW_TRY(inherited, known.inherited_labels(belonging.entity));
  belonging.labels = std::move(inherited);
  belonging.deposit_of = known.deposit_of(id);
  return belonging;
}

Json belonging_json(const AccountKnown& known, const Belonging& belonging) {
  return {{"entity", known.address_text(belonging.entity)},
          {"address_count", belonging.address_count},
          {"deposit_of", belonging.deposit_of ? Json(*belonging.deposit_of) : Json(nullptr)},
          {"labels", labels_json(belonging.labels)},
          {"basis", basis_json(known)}};
}

void print_belonging(const AccountKnown& known, const Belonging& belonging) {
  std::cout << "  entity    " << known.address_text(belonging.entity) << ", "
            << counted(belonging.address_count, "address", "addresses");
  if (belonging.deposit_of)
    std::cout << "; a deposit address of " << labels::printable(*belonging.deposit_of);
  std::cout << '\n';
  for (const auto& line : label_lines(belonging.labels))
    std::cout << "            " << line << '\n';
}

// A list tells little of a transaction but what it moved.
void hide_untold(const account::TxRow& tx, Json& document) {
  for (const char* key : {"success", "type", "nonce", "gas_limit", "gas_used", "gas_price",
                          "input_size", "selector", "logs"})
    document[key] = nullptr;
  if (tx.to == account::kNoAddress && !tx.creates) document["creates"] = nullptr;
}

std::string outcome_text(const account::BlockRow& block, const account::TxRow& tx) {
  if ((block.parts & chain::kMadeOfList) != 0) return "not told";
  return std::string(tx.success ? "success" : "failure") + ", " + grouped(tx.gas_used) +
         " gas of " + grouped(tx.gas_limit) + ", " + counted(tx.log_count, "log");
}

}  // namespace

Result<ExitCode> show_account_block(const Session& session, const std::string& which) {
  CLEW_TRY(view, open_account_chain(session));
  CLEW_TRY(id, find_block(view, which));
  const auto& s = view.snapshot;
  const auto block = s.block(id);
  const bool made_of_list = (block.parts & chain::kMadeOfList) != 0;
  if (session.json) {
    auto hashes = Json::array();
    for (auto tx = block.first_tx; tx < block.first_tx + block.tx_count; ++tx)
      hashes.push_back(view.hash_text(s.tx_hash(tx)));
    print_json({{"hash", view.hash_text(block.hash)},
                {"height", block.number},
                {"time", block.time},
                {"previous", made_of_list ? Json(nullptr) : Json(view.hash_text(block.parent))},
                {"made_of_list", made_of_list},
                {"size", block.size},
                {"transaction_count", block.tx_count},
                {"transfer_count", block.transfer_count},
                {"transactions", hashes},
                {"snapshot", snapshot_json(view)}});
    return kOk;
  }
  std::cout << "block " << block.number << "  " << view.hash_text(block.hash) << '\n'
            << "  time      " << time_text(static_cast<std::uint32_t>(block.time)) << " UTC\n"
            << "  previous  "
            << (made_of_list ? "not told: the block is made of a list"
                             : view.hash_text(block.parent))
            << '\n'
            << "  holds     " << counted(block.tx_count, "transaction") << ", "
            << counted(block.transfer_count, "transfer") << '\n';
  return kOk;
}

Result<ExitCode> show_account_transaction(const Session& session, const std::string& text) {
  CLEW_TRY(view, open_account_chain(session));
  CLEW_TRY(hash, parse_hash(view.chain, text));
  const auto& s = view.snapshot;
  const auto id = s.find_tx(hash);
  if (!id) return fail(ErrorKind::not_found, "transaction " + text + " is not in this ledger");
  const auto tx = s.tx(*id);
  const auto block = s.block(tx.block);
  const bool made_of_list = (block.parts & chain::kMadeOfList) != 0;
  if (session.json) {
    Json document = {{"hash", view.hash_text(hash)},
                     {"block", {{"height", block.number}, {"hash", view.hash_text(block.hash)}}},
                     {"time", block.time},
                     {"from", account_json(view, tx.from)},
                     {"to", account_json(view, tx.to)},
                     {"creates", tx.creates},
                     {"success", tx.success},
                     {"type", tx.type},
                     {"nonce", tx.nonce},
                     {"gas_limit", tx.gas_limit},
                     {"gas_used", tx.gas_used},
                     {"gas_price", tx.gas_price.to_decimal()},
                     {"input_size", tx.input_size},
                     {"selector", selector_text(tx)},
                     {"logs", tx.log_count},
                     {"transfers", Json::array()},
                     {"snapshot", snapshot_json(view)}};
    if (made_of_list) hide_untold(tx, document);
    CLEW_TRY(names, AccountNames::open(session, view));
    for (std::uint32_t i = 0; i < tx.transfer_count; ++i) {
      CLEW_TRY(moved, named_transfer_json(view, s.transfer(tx.first_transfer + i), names));
      document["transfers"].push_back(std::move(moved));
    }
    print_json(document);
    return kOk;
  }
  std::cout << "transaction " << view.hash_text(hash) << '\n'
            << "  block     " << block.number << ", "
            << time_text(static_cast<std::uint32_t>(block.time)) << " UTC\n"
            << "  from      " << party(view, tx.from, "not told") << '\n'
            << (tx.creates ? "  creates   " : "  to        ")
            << party(view, tx.to, made_of_list ? "not told" : "nothing") << '\n'
            << "  outcome   " << outcome_text(block, tx) << '\n';
  for (std::uint32_t i = 0; i < tx.transfer_count; ++i)
    print_transfer(view, s.transfer(tx.first_transfer + i));
  return kOk;
}

Result<ExitCode> show_account_address(const Session& session, const AddressOptions& options) {
  CLEW_TRY(known, AccountKnown::open(session));
  CLEW_TRY(id, find_account(known.view, options.address));
  const auto& view = known.view;
  CLEW_TRY(ground, ground_of(view, options));
  const auto& s = view.snapshot;
  CLEW_TRY(own, known.labels_of(id));
  CLEW_TRY(belonging, belonging_of(known, id));
  const auto history = history_of(view, id);
  const auto movements = s.history(id, options.offset, options.limit);
  if (session.json) {
    Json document = {{"address", known.address_text(id)},
                     {"assets", flows_json(view, history, ground)},
                     {"first_seen", seen_json(view, history.first)},
                     {"last_seen", seen_json(view, history.last)},
                     {"labels", labels_json(own)},
                     {"entity", belonging_json(known, belonging)},
                     {"movement_count", history.count},
                     {"movements", Json::array()},
                     {"snapshot", snapshot_json(view)}};
    AccountNames names(known.store, view);
    for (const auto& posting : movements) {
      CLEW_TRY(movement, named_transfer_json(view, s.transfer(posting.transfer), names));
      movement["direction"] = posting.sends ? "out" : "in";
      document["movements"].push_back(std::move(movement));
    }
    print_json(document);
    return kOk;
  }
  std::cout << "address " << known.address_text(id) << '\n';
  print_flows(view, history, ground);
  for (const auto& label : own)
    std::cout << "  label     " << label_text(label) << '\n';
  print_belonging(known, belonging);
  for (const auto& posting : movements)
    print_transfer(view, s.transfer(posting.transfer));
  if (options.offset + movements.size() < history.count)
    std::cout << "  … "
              << counted(history.count - options.offset - movements.size(), "more movement")
              << " (--offset, --limit)\n";
  print_untold(view);
  return kOk;
}

}  // namespace clew::app
