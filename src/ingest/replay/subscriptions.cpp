#include "ingest/replay/subscriptions.h"

#include "ingest/replay/block_text.h"
#include "ingest/replay/methods.h"
#include "ingest/replay/params.h"

namespace clew::replay {
namespace {

std::string id_text(std::uint64_t id) {
  return "\"" + U256(0x9cef478923ff0000 + id).to_quantity() + "\"";
}

std::string notification(std::uint64_t id, std::string_view result) {
  return "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":" +
         id_text(id) + ",\"result\":" + std::string(result) + "}}";
}

}  // namespace

net::WebSocketEvents Subscriptions::events() {
  net::WebSocketEvents events;
  events.message = [this](const net::WebSocketPeerPtr& peer, std::string_view text) {
    answer(peer, text);
  };
  events.closed = [this](const net::WebSocketPeerPtr& peer) { forget(peer); };
  return events;
}

void Subscriptions::answer(const net::WebSocketPeerPtr& peer, std::string_view text) {
  if (faults_.strikes(Fault::dropped_socket)) return peer->reset();
  const auto extra = [&](std::string_view method, const Json& params) -> std::optional<Reply> {
    if (method == "eth_subscribe") return subscribe(peer, params);
    if (method == "eth_unsubscribe") return unsubscribe(params);
    return std::nullopt;
  };
  peer->send(service_.answer(text, extra));
}

void Subscriptions::forget(const net::WebSocketPeerPtr& peer) {
  const std::lock_guard lock(mutex_);
  std::erase_if(subscriptions_, [&](const auto& one) { return one.second.peer == peer; });
}

Reply Subscriptions::subscribe(const net::WebSocketPeerPtr& peer, const Json& params) {
  const Json& what = param(params, 0);
  Subscription subscription{peer, std::nullopt};
  if (what == "logs") {
    auto filter = LogFilter::read(param(params, 1));
    if (!filter) return tl::unexpected(filter.error());
    subscription.logs = std::move(*filter);
  } else if (what != "newHeads") {
    return refuse(kInvalidParams, "no such subscription");
  }
  const std::lock_guard lock(mutex_);
  subscriptions_.emplace(next_, std::move(subscription));
  return id_text(next_++);
}

Reply Subscriptions::unsubscribe(const Json& params) {
  const std::lock_guard lock(mutex_);
  const auto removed = std::erase_if(subscriptions_, [&](const auto& one) {
    return id_text(one.first) == param(params, 0).dump();
  });
  return removed != 0 ? "true" : "false";
}

std::map<std::uint64_t, Subscriptions::Subscription> Subscriptions::subscriptions() {
  const std::lock_guard lock(mutex_);
  return subscriptions_;
}

Result<void> Subscriptions::tell_logs(std::uint64_t id, const Subscription& to,
                                      const Change& change) {
  // Each log is a message of its own.
  const auto send = [&](const world::IndexEntry& entry, bool removed) -> Result<void> {
    std::string text;
    JsonText json(text);
    json.open_array();
    CLEW_CHECK(append_logs(json, chain_, entry, *to.logs, removed));
    json.close_array();
    for (const Json& log : Json::parse(text))
      to.peer->send(notification(id, log.dump()));
    return {};
  };
  for (const world::IndexEntry* entry : change.removed)
    CLEW_CHECK(send(*entry, true));
  for (const world::IndexEntry* entry : change.added)
    CLEW_CHECK(send(*entry, false));
  return {};
}

Result<void> Subscriptions::tell(const Change& change) {
  const auto all = subscriptions();
  if (all.empty()) return {};
  std::vector<std::string> heads;
  for (const world::IndexEntry* entry : change.added) {
    if (faults_.strikes(Fault::dropped_head)) continue;
    BlockFacts facts;
    CLEW_CHECK(load_facts(chain_.store(), *entry, facts));
    JsonText json(heads.emplace_back());
    append_header(json, facts);
  }
  for (const auto& [id, to] : all) {
    if (to.logs) {
      CLEW_CHECK(tell_logs(id, to, change));
      continue;
    }
    for (const std::string& head : heads)
      to.peer->send(notification(id, head));
  }
  return {};
}

}  // namespace clew::replay
