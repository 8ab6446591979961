#include "ingest/simulate/world_files.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "ingest/simulate/trail_json.h"
#include "ingest/simulate/world_directory.h"

#ifndef CLEW_VERSION
#define CLEW_VERSION "0.1.0"
#endif

namespace clew::simulate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kDirectories = {"blocks", "labels", "truth"};
constexpr std::string_view kWorldFile = "/world.json";

Json options_json(const World& world) {
  const Options& options = world.options();
  return {{"blocks", options.blocks},
          {"seed", options.seed},
          {"transactions_per_block", world.traffic()},
          {"profile", options.profile == Profile::benchmark ? "benchmark" : "story"},
          {"obfuscate", options.obfuscate},
          {"preallocation", options.preallocation}};
}

std::string world_json(const World& world) {
  const Summary& s = world.summary();
  Json json;
  json["complete"] = true;
  json["program"] = "clew " CLEW_VERSION;
  json["network"] = "regtest";
  json["options"] = options_json(world);
  json["blocks"] = s.blocks;
  json["transactions"] = s.transactions;
  json["inputs"] = s.inputs;
  json["outputs"] = s.outputs;
  json["output_value"] = s.output_value;
  json["addresses"] = s.addresses;
  json["tip"] = {{"height", s.tip_height}, {"hash", to_display(s.tip_hash)}};
  json["stale_blocks"] = s.stale_blocks;
  json["raw_bytes"] = s.raw_bytes;
  json["coinjoins"] = s.coinjoins;
  json["thefts"] = Json::array();
  json["ransoms"] = Json::array();
  for (const Trail& trail : world.trails().all()) {
    Json txids = Json::array();
    for (const TrailOrigin& origin : trail.origins)
      if (txids.empty() || txids.back() != to_display(origin.at.txid))
        txids.push_back(to_display(origin.at.txid));
    json[trail.kind == Trail::Kind::theft ? "thefts" : "ransoms"].push_back(
        {{"truth", "truth/" + file_stem(trail) + ".json"},
         {"txids", std::move(txids)},
         {"stolen", trail.stolen()}});
  }
  return json.dump(1) + "\n";
}

std::string readme(const World& world) {
  std::string text =
      "A simulated Bitcoin world (network regtest), made by clew simulate.\n\n"
      "blocks/   block files as a node writes them: clew ingest bitcoin blocks --network regtest\n"
      "labels/   what is publicly known: clew labels import labels/*\n"
      "truth/    what really happened; never an input of any analysis\n"
      "world.json  options, counts, and the transactions to trace\n";
  for (const Trail& trail : world.trails().all()) {
    if (trail.kind != Trail::Kind::theft) continue;
    text += "\nStolen from " + name(trail.victim) + " at height " +
            std::to_string(trail.origins.front().at.height) + ": clew trace " +
            to_display(trail.origins.front().at.txid) + "\n";
  }
  return text;
}

}  // namespace

Result<void> prepare_directory(FileSystem& files, const std::string& out) {
  return prepare_directory(files, out, kDirectories);
}

Result<void> write_world_files(FileSystem& files, const World& world) {
  const std::string& out = world.options().out;
  CLEW_CHECK(world.labels().write(files, out + "/labels", date_text(world.time())));
  for (const Trail& trail : world.trails().all())
    CLEW_CHECK(write_atomically(files, out + "/truth/" + file_stem(trail) + ".json",
                                as_bytes(trail_json(world, trail))));
  CLEW_CHECK(write_atomically(files, out + "/truth/events.json", as_bytes(events_json(world))));
  CLEW_CHECK(write_atomically(files, out + "/README.txt", as_bytes(readme(world))));
  return write_atomically(files, out + std::string(kWorldFile), as_bytes(world_json(world)));
}

}  // namespace clew::simulate
