// What every command starts from: where the ledgers are, how to answer, and what is opened on the
// way: the snapshot and the labels.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time_text.h"
#include "labels/store.h"
#include "ledger/snapshot.h"

namespace clew::app {

using Json = nlohmann::ordered_json;

// Exit codes, part of the command line's contract.
enum ExitCode : int { kOk = 0, kFinding = 1, kUsage = 2, kData = 3, kNetwork = 4 };
ExitCode exit_code(ErrorKind kind);

struct Session {
  std::string directory;  // holds one folder a chain, and the labels
  std::string chain;      // folder to use: "bitcoin"; empty: the one there is
  bool json = false;      // one JSON document instead of text for people

  std::string labels_path() const { return directory + "/labels.sqlite"; }
  std::string chain_path(const std::string& name) const { return directory + "/" + name; }
  // Chains that have a ledger here, sorted; those of one kind (see ledger/manifest.h), or all.
  std::vector<std::string> chains(std::string_view kind = {}) const;
  // Those that a command about several is for: `chain`, if one is given, else all. not_found if
  // there is none of that name, or none at all.
  Result<std::vector<std::string>> chosen_chains() const;
  // not_found: that there is no ledger of this name, what there is instead, and what to do.
  Error no_ledger(const std::string& name, std::string_view kind) const;
  // The snapshot of a ledger of outputs: of `chain`, or of bitcoin, or of the only one.
  Result<ledger::Snapshot> snapshot() const;
  Result<labels::Store> labels(labels::Store::Mode mode = labels::Store::Mode::read) const;
};

// $CLEW_LEDGER, or `clew` in the user's data directory.
std::string default_directory();

// "1.50000000 BTC": satoshi as a decimal amount of the chain's coin.
std::string amount_text(std::int64_t satoshi, const bitcoin::ChainParams& chain);
// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);

// Writes one document to standard output.
void print_json(const Json& document);
// Which state of the ledger an answer rests on, and what that lacks.
Json snapshot_json(const ledger::Snapshot& snapshot);

// A label as documents show it.
Json label_json(const labels::StoredLabel& label);
Json labels_json(const std::vector<labels::StoredLabel>& labels);
// "Binance (exchange, 60: web_crawl, from walletexplorer)".
std::string label_text(const labels::StoredLabel& label);
// The same for many, in their order: labels that say the same of several addresses are one line
// that ends with "of ADDRESS and 10 more".
std::vector<std::string> label_lines(const std::vector<labels::StoredLabel>& labels);

// ADDRESS, not looked at, of "entity:ADDRESS"; nothing if the text is of another form.
std::optional<std::string_view> named_entity(std::string_view text);
// The address that a text means on this chain; usage if it is none.
Result<bitcoin::Address> parse_address(std::string_view text, const bitcoin::ChainParams& chain);
// Its number in the ledger; not_found if it never moved there.
Result<ledger::AddressId> find_address(const ledger::Snapshot& snapshot, std::string_view text);

}  // namespace clew::app
