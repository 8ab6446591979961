// WebSocket clients and what they asked to be told: newHeads and logs.
// https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "ingest/replay/log_filter.h"
#include "ingest/replay/rpc_service.h"
#include "ingest/replay/world_chain.h"
#include "net/server.h"

namespace clew::replay {

class Subscriptions {
 public:
  // All must outlive this.
  Subscriptions(WorldChain& chain, RpcService& service, Faults& faults)
      : chain_(chain), service_(service), faults_(faults) {}

  net::WebSocketEvents events();
  // Tells subscribers to newHeads of every block that came, and subscribers to logs also of those
  // that went ("removed": true), as geth does. An error if a block cannot be read.
  Result<void> tell(const Change& change);

 private:
  struct Subscription {
    net::WebSocketPeerPtr peer;
    std::optional<LogFilter> logs;  // none: new heads
  };

  void answer(const net::WebSocketPeerPtr& peer, std::string_view text);
  void forget(const net::WebSocketPeerPtr& peer);
  Reply subscribe(const net::WebSocketPeerPtr& peer, const Json& params);
  Reply unsubscribe(const Json& params);
  std::map<std::uint64_t, Subscription> subscriptions();
  Result<void> tell_logs(std::uint64_t id, const Subscription& to, const Change& change);

  WorldChain& chain_;
  RpcService& service_;
  Faults& faults_;
  std::mutex mutex_;  // of what follows
  std::map<std::uint64_t, Subscription> subscriptions_;
  std::uint64_t next_ = 1;
};

}  // namespace clew::replay
