#include "apps/clew/session.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "apps/clew/completeness.h"
#include "labels/confidence.h"
#include "labels/printable.h"
#include "ledger/manifest.h"

namespace clew::app {

ExitCode exit_code(ErrorKind kind) {
  if (kind == ErrorKind::network) return kNetwork;
  return kind == ErrorKind::usage ? kUsage : kData;
}

std::string default_directory() {
  if (const char* named = std::getenv("CLEW_LEDGER"); named != nullptr && *named != 0) return named;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != 0)
    return std::string(data) + "/clew";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/share/clew";
}

std::vector<std::string> Session::chains(std::string_view kind) const {
  std::vector<std::string> found;
  const auto names = real_files().list(directory);
  if (!names) return found;
  for (const auto& name : *names) {
    if (!ledger::holds_ledger(real_files(), chain_path(name))) continue;
    const auto manifest = ledger::read_manifest(real_files(), chain_path(name));
    // A damaged ledger is of no kind, and is for the command that opens it to tell.
    if (kind.empty() || (manifest && manifest->kind == kind)) found.push_back(name);
  }
  return found;
}

Result<std::vector<std::string>> Session::chosen_chains() const {
  auto found = chains();
  if (!chain.empty()) std::erase_if(found, [&](const auto& name) { return name != chain; });
  if (found.empty()) return fail(no_ledger(chain, {}));
  return found;
}

namespace {

// not_found if it is something else than a folder; it need not be there.
Result<void> check_directory(const std::string& directory) {
  std::error_code code;
  if (!std::filesystem::exists(directory, code) || std::filesystem::is_directory(directory, code))
    return {};
  return fail(ErrorKind::not_found,
              directory +
                  " is no directory: --ledger DIR and $CLEW_LEDGER name the folder that ledgers "
                  "are in");
}

}  // namespace

Error Session::no_ledger(const std::string& name, std::string_view kind) const {
  if (auto folder = check_directory(directory); !folder) return std::move(folder).error();
  const auto shown = name.empty() ? std::string() : labels::printable(name) + " ";
  // A name that somebody gave may be meant for any of them.
  const auto there = chains(chain.empty() ? kind : std::string_view());
  if (there.empty())
    return {ErrorKind::not_found, "no " + shown + "ledger in " + directory +
                                      "; make one with `clew ingest`, or name another with "
                                      "--ledger DIR or $CLEW_LEDGER"};
  std::string names;
  for (const auto& each : there)
    names += (names.empty() ? "" : ", ") + labels::printable(each);
  return {ErrorKind::not_found, "no " + shown + "ledger in " + directory + "; there " +
                                    (there.size() == 1 ? "is " : "are ") + names +
                                    ": --chain NAME chooses one"};
}

Result<ledger::Snapshot> Session::snapshot() const {
  auto name = chain;
  if (name.empty()) {
    const auto there = chains("utxo");
    name = there.size() == 1 ? there.front() : "bitcoin";
  }
  auto snapshot = ledger::Snapshot::open(chain_path(name));
  if (!snapshot && snapshot.error().kind == ErrorKind::not_found)
    return fail(no_ledger(name, "utxo"));
  return snapshot;
}

Result<labels::Store> Session::labels(labels::Store::Mode mode) const {
  CLEW_CHECK(check_directory(directory));
  if (mode == labels::Store::Mode::write) CLEW_CHECK(real_files().make_directories(directory));
  return labels::Store::open(labels_path(), mode);
}

std::string amount_text(std::int64_t satoshi, const bitcoin::ChainParams& chain) {
  const bool negative = satoshi < 0;
  const auto value =
      negative ? 0 - static_cast<std::uint64_t>(satoshi) : static_cast<std::uint64_t>(satoshi);
  char text[64];
  std::snprintf(text, sizeof text, "%s%llu.%08llu %s", negative ? "-" : "",
                static_cast<unsigned long long>(value / 100'000'000),
                static_cast<unsigned long long>(value % 100'000'000),
                chain.chain == "litecoin" ? "LTC" : "BTC");
  return text;
}

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

void print_json(const Json& document) {
  std::cout << document.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

Json snapshot_json(const ledger::Snapshot& snapshot) {
  Json document = {{"chain", std::string(snapshot.chain().chain)},
                   {"network", std::string(snapshot.chain().network)},
                   {"version", snapshot.version()},
                   {"incomplete", incomplete_json(snapshot)}};
  if (const auto tip = snapshot.tip()) {
    document["first_height"] = snapshot.first_height();
    document["height"] = tip->height;
    document["hash"] = to_display(tip->hash);
  }
  return document;
}

Json label_json(const labels::StoredLabel& stored) {
  const auto& label = stored.label;
  const auto said = [](std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(std::string(text));
  };
  const auto* level = labels::find_confidence(label.confidence);
  const auto* pack = stored.pack.get();
  return {
      {"label", label.label},
      {"categories", label.categories},
      {"concepts", label.concepts},
      {"abuses", label.abuses},
      {"actor", said(label.actor)},
      {"confidence", said(label.confidence)},
      {"confidence_level", level != nullptr ? Json(level->level) : Json(nullptr)},
      {"sources", label.sources},
      {"lastmod", said(label.lastmod)},
      {"pack", said(pack != nullptr ? pack->name() : std::string())},
      {"creator", said(pack != nullptr ? pack->creator : std::string())},
      {"licence", said(!label.licence.empty() || pack == nullptr ? label.licence : pack->licence)},
      {"private", pack != nullptr ? Json(pack->format == "private") : Json(nullptr)},
      {"service", said(stored.service != labels::ServiceKind::none ? labels::name(stored.service)
                                                                   : std::string_view())},
      {"address", label.subject}};
}

Json labels_json(const std::vector<labels::StoredLabel>& labels) {
  auto list = Json::array();
  for (const auto& label : labels)
    list.push_back(label_json(label));
  return list;
}

std::string label_text(const labels::StoredLabel& stored) {
  std::string text = stored.label.label + " (";
  if (!stored.label.categories.empty()) text += stored.label.categories.front() + ", ";
  text +=
      "confidence " + (stored.label.confidence.empty() ? "not stated" : stored.label.confidence);
  if (stored.pack && !stored.pack->name().empty()) text += ", from " + stored.pack->name();
  if (!stored.label.lastmod.empty()) text += ", " + stored.label.lastmod;
  return labels::printable(text + ")");
}

std::vector<std::string> label_lines(const std::vector<labels::StoredLabel>& labels) {
  struct Line {
    std::string text, address;
    std::size_t count = 0;
  };
  std::vector<Line> lines;
  for (const auto& label : labels) {
    const auto text = label_text(label);
    auto same = std::find_if(lines.begin(), lines.end(),
                             [&](const Line& line) { return line.text == text; });
    if (same == lines.end())
      same = lines.insert(same, {text, labels::printable(label.label.subject), 0});
    ++same->count;
  }
  std::vector<std::string> texts;
  for (const auto& line : lines)
    texts.push_back(line.text + ", of " + line.address +
                    (line.count > 1 ? " and " + grouped(line.count - 1) + " more" : ""));
  return texts;
}

std::optional<std::string_view> named_entity(std::string_view text) {
  constexpr std::string_view kPrefix = "entity:";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  return text.substr(kPrefix.size());
}

Result<bitcoin::Address> parse_address(std::string_view text, const bitcoin::ChainParams& chain) {
  if (const auto address = bitcoin::decode_address(text, chain)) return *address;
  return fail(ErrorKind::usage, "'" + labels::printable(std::string(text)) +
                                    "' is not an address of " + std::string(chain.chain) + " " +
                                    std::string(chain.network));
}

Result<ledger::AddressId> find_address(const ledger::Snapshot& snapshot, std::string_view text) {
  CLEW_TRY(address, parse_address(text, snapshot.chain()));
  if (const auto id = snapshot.find_address(address)) return *id;
  return fail(ErrorKind::not_found,
              "address " + std::string(text) + " does not appear in this ledger");
}

}  // namespace clew::app
