#include "ingest/simulate/trail_json.h"

#include <map>
#include <nlohmann/json.hpp>

namespace clew::simulate {
namespace {

using Json = nlohmann::ordered_json;

Json place(const Mark& at, std::uint32_t vout) {
  return {{"txid", to_display(at.txid)}, {"vout", vout}, {"height", at.height}};
}

Json origins(const World& world, const Trail& trail) {
  Json list = Json::array();
  for (const TrailOrigin& origin : trail.origins) {
    Json item = place(origin.at, origin.vout);
    item["time"] = origin.at.time;
    item["address"] = world.address_text(origin.spot);
    item["value"] = origin.value;
    list.push_back(std::move(item));
  }
  return list;
}

// Arrivals, put together by address.
Json services(const World& world, const Trail& trail) {
  std::map<std::string, Json> by_address;
  for (const TrailArrival& arrival : trail.arrivals) {
    const Label& label = world.labels()[arrival.spot.label];
    Json& item = by_address[label.address];
    if (item.is_null()) {
      item = {{"address", label.address}, {"label", label.name}, {"category", label.category},
              {"actor", label.actor},     {"amount", 0},         {"first_height", 0},
              {"arrivals", Json::array()}};
      item["first_height"] = arrival.at.height;
    }
    item["amount"] = item["amount"].get<std::int64_t>() + arrival.amount;
    Json movement = place(arrival.at, arrival.vout);
    movement["amount"] = arrival.amount;
    item["arrivals"].push_back(std::move(movement));
  }
  Json list = Json::array();
  for (auto& [address, item] : by_address)
    list.push_back(std::move(item));
  return list;
}

Json coinjoins(const Trail& trail) {
  Json list = Json::array();
  for (const TrailMix& mix : trail.mixes)
    list.push_back({{"txid", to_display(mix.at.txid)},
                    {"protocol", name(mix.protocol)},
                    {"height", mix.at.height},
                    {"amount", mix.amount}});
  return list;
}

Json unspent(const World& world, const Trail& trail) {
  Json list = Json::array();
  for (const TrailRest& rest : trail.rests) {
    Json item = place(rest.at, rest.vout);
    item["address"] = world.address_text(rest.spot);
    item["amount"] = rest.amount;
    list.push_back(std::move(item));
  }
  return list;
}

Json hops(const World& world, const Trail& trail) {
  Json list = Json::array();
  for (const TrailHop& hop : trail.hops) {
    Json outputs = Json::array();
    for (const TrailArrival& output : hop.outputs)
      outputs.push_back({{"vout", output.vout},
                         {"address", world.address_text(output.spot)},
                         {"amount", output.amount}});
    list.push_back({{"height", hop.at.height},
                    {"time", hop.at.time},
                    {"txid", to_display(hop.at.txid)},
                    {"what", hop.note},
                    {"amount", hop.amount},
                    {"outputs", std::move(outputs)},
                    {"fee", hop.fee}});
  }
  return list;
}

}  // namespace

std::string file_stem(const Trail& trail) {
  return (trail.kind == Trail::Kind::theft ? "theft-" : "ransom-") + std::to_string(trail.number);
}

std::string trail_json(const World& world, const Trail& trail) {
  Json json;
  json["name"] = file_stem(trail);
  json["victim"] = name(trail.victim);
  json["criminal"] = name(trail.criminal);
  json["policy"] = "fifo";
  json["stolen"] = trail.stolen();
  json["origins"] = origins(world, trail);
  json["services"] = services(world, trail);
  json["coinjoins"] = coinjoins(trail);
  json["unspent"] = unspent(world, trail);
  json["fees"] = {{"amount", trail.fees}, {"transactions", trail.fee_transactions}};
  return json.dump(1) + "\n";
}

std::string events_json(const World& world) {
  Json events = Json::array();
  for (const Event& event : world.events())
    events.push_back({{"height", event.height},
                      {"time", event.time},
                      {"what", event.what},
                      {"txid", to_display(event.txid)}});
  Json trails = Json::array();
  for (const Trail& trail : world.trails().all())
    trails.push_back({{"name", file_stem(trail)},
                      {"victim", name(trail.victim)},
                      {"criminal", name(trail.criminal)},
                      {"stolen", trail.stolen()},
                      {"origins", origins(world, trail)},
                      {"hops", hops(world, trail)}});
  return Json{{"events", std::move(events)}, {"trails", std::move(trails)}}.dump(1) + "\n";
}

}  // namespace clew::simulate
