// A simulated world and a node that follows it, in memory.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "ingest/replay/rpc_service.h"
#include "ingest/replay/world_backend.h"
#include "ingest/simulate/ethereum/world_test_support.h"

namespace clew::replay::test {

struct Node {
  world::test::MadeWorld made;
  std::unique_ptr<WorldChain> chain;
  std::unique_ptr<WorldBackend> backend;
  std::unique_ptr<Faults> faults;
  std::unique_ptr<RpcService> service;

  std::string ask_text(const std::string& method, const std::vector<Json>& params = {}) {
    return service->answer(
        Json{{"jsonrpc", "2.0"}, {"id", 7}, {"method", method}, {"params", params}}.dump());
  }
  // The answer, whose id is that of the request.
  Json ask(const std::string& method, const std::vector<Json>& params = {}) {
    const Json answer = Json::parse(ask_text(method, params));
    EXPECT_EQ(answer.at("id"), 7);
    return answer;
  }
  Json result(const std::string& method, const std::vector<Json>& params = {}) {
    const Json answer = ask(method, params);
    EXPECT_TRUE(answer.contains("result")) << method << ": " << answer.dump();
    return answer.value("result", Json());
  }
};

inline Node make_node(const world::Options& options,
                      const WorldOptions& how = {.first_head = ~0ULL}, const FaultPlan& plan = {},
                      const std::set<std::string>& without = {}) {
  Node node;
  node.made = world::test::make_world(options);
  auto chain = WorldChain::open(*node.made.files, "world", how);
  EXPECT_TRUE(chain) << (chain ? "" : chain.error().message);
  if (!chain) return node;
  node.chain = std::move(*chain);
  node.backend = std::make_unique<WorldBackend>(*node.chain, without);
  node.faults = std::make_unique<Faults>(plan);
  node.service = std::make_unique<RpcService>(*node.backend, *node.faults);
  return node;
}

inline std::string quantity(std::uint64_t number) {
  return U256(number).to_quantity();
}

}  // namespace clew::replay::test
