// What a node tells unasked over a WebSocket: eth_subscribe of Ethereum's nodes
// (geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ingest/node/rpc_client.h"

namespace clew::ingest {

class RpcSubscription {
 public:
  // Connects to a ws or wss URL and subscribes; `params` as for eth_subscribe: ["newHeads"].
  // network if nobody is there or time runs out, unsupported if the node refuses.
  static Result<std::unique_ptr<RpcSubscription>> open(std::string_view url,
                                                       const RpcOptions& options,
                                                       std::string params = "[\"newHeads\"]");
  virtual ~RpcSubscription() = default;

  // The next notification as it came, which chain/evm's readers of answers take, with
  // net::kBodySlack bytes of capacity behind it. Nothing if none comes within `seconds`. After an
  // error (network: the connection is gone; data: nonsense came, or more than was fetched) there
  // are no more: what was missed meanwhile has to be asked for.
  virtual Result<std::optional<std::string>> next(double seconds) = 0;
};

}  // namespace clew::ingest
