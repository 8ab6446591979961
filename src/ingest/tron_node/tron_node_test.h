// A full node of a chain of small worlds.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "chain/tron/tron_world_test.h"
#include "net/server.h"

namespace clew::ingest::test {

using nlohmann::json;
using tron::test::World;

// A chain of worlds behind the API of a full node; the test may change any answer.
class Node {
 public:
  Node() {
    net::Route route{.path = "/wallet/*",
                     .handler = [this](const net::Request& request) { return answer(request); }};
    auto started = net::Server::start({.threads = 2}, {std::move(route)});
    EXPECT_TRUE(started);
    server_ = std::move(*started);
  }

  // Blocks [from, to) of a branch on what is there below.
  void grow(std::uint64_t from, std::uint64_t to, std::uint64_t fork = 0) {
    const std::lock_guard lock(mutex_);
    chain_.resize(from - kFirst);
    for (auto number = from; number < to; ++number)
      chain_.emplace_back(number, chain_.empty() ? Hash256{} : chain_.back().id(), fork);
  }
  // Instead of the honest answer, if it gives one.
  std::function<std::optional<net::Answer>(const std::string& method, const json& honest)> spoil;

  std::string url() const { return server_->url(); }
  Hash256 hash(std::uint64_t number) const { return chain_[number - kFirst].id(); }
  static constexpr std::uint64_t kFirst = 1000;

 private:
  json honest(const std::string& method, const json& given) const {
    if (method == "getnowblock") return chain_.back().block_json();
    for (const auto& world : chain_) {
      const auto block = world.block_json();
      const auto number = block["block_header"]["raw_data"]["number"];
      if (method == "getblockbyid" && block["blockID"] == given.value("value", "")) return block;
      if (given.value("num", std::uint64_t{0}) != number) continue;
      return method == "getblockbynum" ? block : world.infos_json();
    }
    return method == "gettransactioninfobyblocknum" ? json::array() : json::object();
  }
  net::Answer answer(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    const auto method = std::string(request.path().substr(std::string_view("/wallet/").size()));
    const auto body = honest(method, json::parse(request.body));
    if (spoil)
      if (auto other = spoil(method, body)) return *other;
    return {.body = body.dump()};
  }

  std::mutex mutex_;
  std::vector<World> chain_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace clew::ingest::test
