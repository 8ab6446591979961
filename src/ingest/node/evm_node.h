// What one node of an Ethereum-like chain is and can do, found out by asking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "ingest/node/rpc_client.h"

namespace clew::ingest {

// An ability of a node, or why it is taken not to have it.
struct Ability {
  bool there = false;
  std::string why_not;
  double seconds = 0;  // until the answer to the call that tried it, where that was timed
  explicit operator bool() const { return there; }
};

struct EvmNode {
  std::string url;     // without secrets
  std::string client;  // web3_clientVersion, or empty if it does not say
  std::uint64_t chain_id = 0;
  std::uint64_t head = 0;                        // height of its newest block
  std::optional<std::uint64_t> safe, finalized;  // heights of the blocks with these tags
  Ability batches;                               // several calls in one request
  Ability block_receipts;                        // eth_getBlockReceipts
  Ability trace_block;                           // Parity's form
  Ability debug_trace;                           // debug_traceBlockByNumber with callTracer
  Ability new_heads;                             // eth_subscribe over the same address
};

// Of what is not wanted nobody is asked, and it counts as not there. On a busy node each costs as
// much as a block.
struct ProbeWishes {
  bool trace_block = true, debug_trace = true, new_heads = true;
};

// Asks a few cheap calls, one after another. network or data if the node does not answer at all, or
// not with chain id and head: then it is of no use. Never more than a handful of requests, and none
// twice, so a node that wants to be left in peace is.
// `socket_url` is where to try the subscription; empty: that of the client itself if it is a
// WebSocket, else the same address as a WebSocket.
Result<EvmNode> probe_evm_node(RpcClient& node, std::string_view url,
                               const RpcOptions& options = {}, std::string_view socket_url = {},
                               const ProbeWishes& wishes = {});

}  // namespace clew::ingest
