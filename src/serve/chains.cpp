#include "serve/chains.h"

#include <algorithm>
#include <filesystem>

#include "chain/evm/network_text.h"
#include "ledger/account/snapshot.h"
#include "ledger/manifest.h"
#include "ledger/snapshot.h"
#include "serve/json_shapes.h"

namespace clew::serve {
namespace {

constexpr std::string_view kAccountKind = "account";

Json tip_json(const std::optional<ledger::Tip>& tip, std::string hash) {
  return tip ? Json{{"height", tip->height}, {"hash", std::move(hash)}} : Json(nullptr);
}

// A network that nobody knows has no form of its own.
std::string hash_of(const std::string& network, const Hash256& hash) {
  const auto id = evm::chain_id_of(network);
  return id ? evm::hash_text(evm::chain_params(*id), hash) : to_hex(hash);
}

Result<Json> account_json(const std::string& path) {
  CLEW_TRY(s, account::Snapshot::open(path));
  const auto tip = s.tip();
  return Json{{"kind", "accounts"},
              {"network", s.network()},
              {"blocks", s.block_count()},
              {"transactions", s.tx_count()},
              {"tip", tip_json(tip, tip ? hash_of(s.network(), tip->hash) : "")},
              {"snapshot", s.version()}};
}

Result<Json> output_json(const std::string& path) {
  CLEW_TRY(s, ledger::Snapshot::open(path));
  const auto tip = s.tip();
  return Json{{"kind", "outputs"},
              {"network", std::string(s.chain().network)},
              {"blocks", s.block_count()},
              {"transactions", s.tx_count()},
              {"tip", tip_json(tip, tip ? to_display(tip->hash) : "")},
              {"snapshot", s.version()}};
}

Result<Json> describe(const std::string& directory, const std::string& name) {
  const std::string path = directory + "/" + name;
  CLEW_TRY(manifest, ledger::read_manifest(real_files(), path));
  CLEW_TRY(about, manifest.kind == kAccountKind ? account_json(path) : output_json(path));
  Json document = {{"name", name}};
  document.update(about);
  return document;
}

Result<std::vector<std::string>> names_of(const std::string& directory) {
  std::error_code code;
  std::vector<std::string> names;
  if (!std::filesystem::exists(directory, code)) return names;
  CLEW_TRY(all, real_files().list(directory));
  for (auto& name : all) {
    if (ledger::holds_ledger(real_files(), directory + "/" + name))
      names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

// A page that does not match its checksum is an exception
// (docs/adr/0003-corruption-is-an-exception.md).
template <class Read>
Result<Json> guarded(Read read) {
  try {
    return read();
  } catch (const ledger::Corruption& damage) {
    return fail(ErrorKind::corrupt, damage.what());
  }
}

Result<Json> describe_chains(const std::string& directory) {
  return guarded([&]() -> Result<Json> {
    CLEW_TRY(names, names_of(directory));
    auto chains = Json::array();
    for (const auto& name : names) {
      CLEW_TRY(chain, describe(directory, name));
      chains.push_back(std::move(chain));
    }
    return chains;
  });
}

Result<Json> describe_chain(const std::string& directory, const std::string& name) {
  return guarded([&]() -> Result<Json> {
    CLEW_TRY(names, names_of(directory));
    // Only names that the folder lists: what a client writes never becomes a path.
    if (std::ranges::find(names, name) == names.end()) return Json(nullptr);
    return describe(directory, name);
  });
}

Json chain_schema() {
  auto kind = text_shape("What its transactions move: outputs, or balances of accounts");
  kind["enum"] = Json::array({"outputs", "accounts"});
  auto tip = or_null(object_shape({{"height", count_shape()}, {"hash", text_shape()}}));
  tip["description"] = "The highest block; null if there is none";
  return object_shape({{"name", text_shape("Of its folder: bitcoin, ethereum, …")},
                       {"kind", std::move(kind)},
                       {"network", text_shape()},
                       {"blocks", count_shape()},
                       {"transactions", count_shape()},
                       {"tip", std::move(tip)},
                       {"snapshot", text_shape("Names the committed state that was read")}});
}

}  // namespace clew::serve
