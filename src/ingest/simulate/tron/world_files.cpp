#include "ingest/simulate/tron/world_files.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "chain/tron/address.h"
#include "ingest/simulate/text_file.h"
#include "ingest/simulate/world_directory.h"
#include "ingest/tron/replay/history_book.h"
#include "ingest/tron/replay/sanctions_server.h"

#ifndef CLEW_VERSION
#define CLEW_VERSION "0.1.0"
#endif

namespace clew::simulate::tron {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 1> kFolders = {"labels"};
constexpr std::array<std::string_view, 3> kFiles = {"trc20.json", "transfers.csv",
                                                    "sanctions.json"};

// Accounts that are part of any transfer.
std::vector<bool> seen_accounts(const World& world) {
  std::vector<bool> seen(world.accounts());
  for (const Transfer& moved : world.transfers())
    seen[moved.from] = seen[moved.to] = true;
  return seen;
}

Json account_json(const World& world, AccountId account) {
  Json json = {{"address", world.text(account)}, {"role", name(world[account].role)}};
  if (class_of(world[account].role) == Class::launderer) {
    const auto& number = world[account].first_case;
    json["case"] = number ? Json(*number + 1) : Json();
  }
  return json;
}

Json accounts_json(const World& world, const std::vector<bool>& seen, Class which) {
  Json list = Json::array();
  for (AccountId account = 1; account < world.accounts(); ++account)
    if (seen[account] && class_of(world[account].role) == which)
      list.push_back(account_json(world, account));
  return list;
}

Json addresses_json(const World& world, const std::vector<AccountId>& accounts) {
  Json list = Json::array();
  for (const AccountId account : accounts)
    list.push_back(world.text(account));
  return list;
}

Json case_json(const World& world, CaseId number) {
  const Case& one = world.case_at(number);
  Json path = Json::array();
  for (const TransferId id : one.path) {
    const Transfer& moved = world.transfers()[id];
    path.push_back({{"tx", to_hex(world.transaction(id))},
                    {"time", moved.time_ms / 1000},
                    {"from", world.text(moved.from)},
                    {"to", world.text(moved.to)},
                    {"amount", std::to_string(moved.amount)}});
  }
  return {{"id", number + 1},
          {"what", one.what},
          {"laundering", one.laundering},
          {"token", clew::tron::to_text(*world.token(one.token).contract)},
          {"amount", std::to_string(one.amount)},
          {"victims", addresses_json(world, one.victims)},
          {"ends", addresses_json(world, one.ends)},
          {"path", std::move(path)}};
}

Json token_json(const World& world, TokenId token) {
  const auto& info = world.token(token);
  return {{"address", clew::tron::to_text(*info.contract)},
          {"symbol", info.symbol},
          {"name", info.name},
          {"decimals", *info.decimals},
          {"worthless", token >= kStableCoins}};
}

std::string world_json(const Options& options, const World& world, const std::vector<bool>& seen,
                       const Summary& summary) {
  Json json;
  json["complete"] = true;
  json["program"] = "clew " CLEW_VERSION;
  json["kind"] = "tron";
  json["seed"] = options.seed;
  json["options"] = {{"users", options.users}, {"days", options.days}};
  json["transfers"] = summary.transfers;
  json["addresses"] = summary.addresses;
  json["tokens"] = Json::array();
  for (TokenId token = 0; token < kTokens; ++token)
    json["tokens"].push_back(token_json(world, token));
  json["launderers"] = accounts_json(world, seen, Class::launderer);
  json["users"] = accounts_json(world, seen, Class::user);
  json["services"] = accounts_json(world, seen, Class::service);
  json["sanctioned"] = accounts_json(world, seen, Class::sanctioned);
  json["cases"] = Json::array();
  for (CaseId number = 0; number < world.cases().size(); ++number)
    json["cases"].push_back(case_json(world, number));
  return json.dump(1) + "\n";
}

// One row a line, so that a reader can look at it.
Result<void> write_histories(FileSystem& files, const std::string& path, const World& world) {
  std::vector<providers::Trc20Row> rows;
  for (TransferId id = 0; id < world.transfers().size(); ++id)
    rows.push_back(world.row(id));
  const auto count = static_cast<std::uint32_t>(rows.size());
  const replay::HistoryBook book(std::move(rows));
  CLEW_TRY(file, TextFile::create(files, path));
  file.add("{\"data\":[");
  for (std::uint32_t place = 0; place < count; ++place) {
    std::string line;
    JsonText json(line);
    book.write(place, json);
    file.add(line + (place + 1 < count ? "," : ""));
    CLEW_CHECK(file.flush_if_due());
  }
  file.add("]}");
  return file.close();
}

Result<void> write_transfers(FileSystem& files, const std::string& path, const World& world) {
  CLEW_TRY(file, TextFile::create(files, path));
  file.add("time,tx,from,to,asset,value,kind");
  for (TransferId id = 0; id < world.transfers().size(); ++id) {
    const Transfer& moved = world.transfers()[id];
    file.add(std::to_string(moved.time_ms / 1000) + "," + to_hex(world.transaction(id)) + "," +
             (moved.from == kNobody ? "" : world.text(moved.from)) + "," + world.text(moved.to) +
             "," + clew::tron::to_text(*world.token(moved.token).contract) + "," +
             std::to_string(moved.amount) + ",erc20");
    CLEW_CHECK(file.flush_if_due());
  }
  return file.close();
}

std::string sanctions_json(const World& world) {
  Json json = Json::object();
  for (std::uint32_t i = 1; i <= world.labels.size(); ++i) {
    const Label& label = world.labels[i];
    if (!label.sanctioned) continue;
    json[label.address] =
        Json::parse(providers::write_identifications({replay::ofac_identification(label.name)}));
  }
  return json.dump(1) + "\n";
}

std::string readme() {
  return "A simulated world of stable coins on TRON, made by clew simulate.\n\n"
         "trc20.json      histories: clew replay serves them as TronGrid does\n"
         "sanctions.json  what clew replay answers to screening, as Chainalysis does\n"
         "transfers.csv   the same transfers: clew ingest transfers transfers.csv --chain tron\n"
         "labels/         what is publicly known: clew labels import labels/*\n"
         "world.json      what really happened; never an input of any analysis\n";
}

Summary count(const World& world, const std::vector<bool>& seen) {
  Summary summary;
  summary.transfers = world.transfers().size();
  summary.cases = world.cases().size();
  for (AccountId account = 1; account < world.accounts(); ++account) {
    if (!seen[account]) continue;
    ++summary.addresses;
    summary.users += class_of(world[account].role) == Class::user;
    summary.launderers += class_of(world[account].role) == Class::launderer;
  }
  return summary;
}

}  // namespace

Result<void> prepare_world(FileSystem& files, const std::string& out) {
  return prepare_directory(files, out, kFolders, kFiles);
}

Result<Summary> write_world(FileSystem& files, const Options& options, const World& world) {
  const auto write = [&](const std::string& name, const std::string& text) {
    return write_atomically(files, options.out + "/" + name, as_bytes(text));
  };
  const auto seen = seen_accounts(world);
  const Summary summary = count(world, seen);
  CLEW_CHECK(write_histories(files, options.out + "/trc20.json", world));
  CLEW_CHECK(write_transfers(files, options.out + "/transfers.csv", world));
  CLEW_CHECK(write("sanctions.json", sanctions_json(world)));
  const auto date = date_text(static_cast<std::uint64_t>(world.now()));
  CLEW_CHECK(world.labels.write(files, options.out + "/labels", date));
  CLEW_CHECK(write("README.txt", readme()));
  CLEW_CHECK(write("world.json", world_json(options, world, seen, summary)));
  return summary;
}

}  // namespace clew::simulate::tron
