#include "ingest/simulate/tron/world_server.h"

#include <nlohmann/json.hpp>

#include "ingest/tron/replay/history_book.h"
#include "ingest/tron/replay/sanctions_server.h"

namespace clew::simulate::tron {
namespace {

using Json = nlohmann::json;

Result<Json> read_object(FileSystem& files, const std::string& path) {
  CLEW_TRY(bytes, files.read(path));
  auto json = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!json.is_object()) return fail(ErrorKind::data, path + ": not a JSON object");
  return json;
}

// {address: what the provider answers}
Result<void> read_listed(FileSystem& files, const std::string& path,
                         replay::SanctionsOptions& options) {
  CLEW_TRY(json, read_object(files, path));
  for (const auto& [address, said] : json.items()) {
    auto listed = providers::read_identifications(said.dump());
    if (!listed) return fail(std::move(listed).error().within(path + ": " + address));
    options.listed[address] = std::move(*listed);
  }
  return {};
}

}  // namespace

bool is_world(const std::string& directory, FileSystem& files) {
  const std::string path = directory + "/world.json";
  if (!files.exists(path)) return false;
  const auto json = read_object(files, path);
  return json && json->value("complete", Json()) == true && json->value("kind", Json()) == "tron";
}

Result<std::unique_ptr<replay::TronGridServer>> serve_world(const std::string& directory,
                                                            const WorldServerOptions& options,
                                                            FileSystem& files) {
  replay::SanctionsOptions screening;
  screening.key = options.key;
  screening.faults = options.faults;
  CLEW_CHECK(read_listed(files, directory + "/sanctions.json", screening));
  CLEW_TRY(rows, replay::load_history_rows(directory + "/trc20.json", files));
  replay::TronGridOptions histories;
  static_cast<replay::GetServerOptions&>(histories) = options;
  histories.key = options.key;
  histories.faults = options.faults;
  return replay::TronGridServer::start(histories, std::move(rows),
                                       {replay::sanctions_route(screening)});
}

}  // namespace clew::simulate::tron
