// The node over real connections.
#include "ingest/replay/replay_server.h"

#include <gtest/gtest.h>

#include <condition_variable>

#include "ingest/replay/backend.h"
#include "ingest/simulate/ethereum/world_test_support.h"
#include "net/http_client.h"
#include "net/websocket_client.h"

namespace clew::replay {
namespace {

std::unique_ptr<ReplayServer> serve(const world::test::MadeWorld& made, ReplayOptions options) {
  options.sources = {"world"};
  auto server = ReplayServer::start(options, *made.files);
  EXPECT_TRUE(server) << (server ? "" : server.error().message);
  return server ? std::move(*server) : nullptr;
}

Json ask(net::HttpClient& client, const std::string& method, const Json& params = Json::array()) {
  const auto response = client.post(
      Json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}}.dump());
  EXPECT_TRUE(response) << (response ? "" : response.error().message);
  return response ? Json::parse(response->body)["result"] : Json();
}

// Messages of a WebSocket in the order in which they come.
class Listener {
 public:
  net::WebSocketClient::Events events() {
    net::WebSocketClient::Events events;
    events.message = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      messages_.push_back(Json::parse(text));
      came_.notify_all();
    };
    events.closed = [](const Error&) {};
    return events;
  }
  // Waits for so many.
  std::vector<Json> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    const bool all =
        came_.wait_for(lock, std::chrono::seconds(20), [&] { return messages_.size() >= count; });
    EXPECT_TRUE(all) << messages_.size() << " messages of " << count;
    return std::exchange(messages_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Json> messages_;
};

TEST(ReplayServer, ServesAWholeWorld) {
  const auto made = world::test::make_world({.blocks = 200});
  const auto server = serve(made, {});
  ASSERT_TRUE(server);
  auto client = net::HttpClient::open(server->url());
  ASSERT_TRUE(client);
  EXPECT_EQ(ask(*client, "eth_blockNumber"), "0xc7");
  EXPECT_EQ(ask(*client, "eth_getBlockByNumber", Json::array({"0xc7", true}))["hash"],
            evm::to_text(made.summary.tip_hash));
}

TEST(ReplayServer, TellsOfHeadsAndOfLogsThatWereTakenBack) {
  const auto made = world::test::make_world({.blocks = 200, .branches = {{60, 2}}});
  ReplayOptions options;
  options.whole = false;
  options.world.first_head = 58;
  const auto server = serve(made, options);
  ASSERT_TRUE(server);
  Listener listener;
  auto socket = net::WebSocketClient::open(server->url("ws"), {}, listener.events());
  ASSERT_TRUE(socket) << socket.error().message;
  ASSERT_TRUE((*socket)->send(
      R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})"));
  const Json heads = listener.take(1).front()["result"];
  ASSERT_TRUE(
      (*socket)->send(R"({"jsonrpc":"2.0","id":2,"method":"eth_subscribe","params":["logs",{}]})"));
  const Json logs = listener.take(1).front()["result"];
  auto client = net::HttpClient::open(server->url());
  ASSERT_TRUE(client);
  // Up to 59, two blocks of the branch, and back: 60, 61 and 62 of the best chain at once.
  EXPECT_EQ(ask(*client, "clew_advance", Json::array({4})), 4);
  const auto chain = made.store->chain();
  const auto branch = made.store->branch(1);
  const std::vector<Hash256> expected = {chain[59].hash, branch[0].hash, branch[1].hash,
                                         chain[60].hash, chain[61].hash, chain[62].hash};
  std::size_t removed = 0, added = 0;
  std::vector<std::string> told;
  for (const Json& one :
       ask(*client, "eth_getLogs", Json::array({{{"blockHash", evm::to_text(branch[0].hash)}}})))
    removed += !one["removed"];
  for (const Json& one :
       ask(*client, "eth_getLogs", Json::array({{{"blockHash", evm::to_text(branch[1].hash)}}})))
    removed += !one["removed"];
  for (const Hash256& hash : expected)
    added += ask(*client, "eth_getLogs", Json::array({{{"blockHash", evm::to_text(hash)}}})).size();
  ASSERT_GT(removed, 0u);
  std::size_t told_removed = 0, told_added = 0;
  for (const Json& message : listener.take(expected.size() + removed + added)) {
    const Json& params = message["params"];
    if (params["subscription"] == heads) {
      told.push_back(params["result"]["hash"]);
    } else {
      EXPECT_EQ(params["subscription"], logs);
      ++(params["result"]["removed"] == true ? told_removed : told_added);
    }
  }
  EXPECT_EQ(told_removed, removed);
  EXPECT_EQ(told_added, added);
  ASSERT_EQ(told.size(), expected.size());
  for (std::size_t i = 0; i < told.size(); ++i)
    EXPECT_EQ(told[i], evm::to_text(expected[i]));
}

TEST(ReplayServer, RevealsBlocksAtTheirPace) {
  const auto made = world::test::make_world({.blocks = 200});
  ReplayOptions options;
  options.whole = false;
  options.blocks_per_second = 200;
  const auto server = serve(made, options);
  ASSERT_TRUE(server);
  auto client = net::HttpClient::open(server->url());
  std::atomic<bool> stop = false;
  std::thread pace([&] { EXPECT_TRUE(server->run(stop)); });
  const auto start = std::chrono::steady_clock::now();
  while (ask(*client, "eth_blockNumber") != "0xc7" &&
         std::chrono::steady_clock::now() - start < std::chrono::seconds(30))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  stop = true;
  pace.join();
  EXPECT_EQ(ask(*client, "eth_blockNumber"), "0xc7");
  EXPECT_GT(took.count(), 0.5);  // 199 blocks at 200 a second
}

TEST(ReplayServer, ShowsTheChainThatItIsTold) {
  const auto made = world::test::make_world({.blocks = 200, .branches = {{60, 9}, {64, 3}}});
  const auto server = serve(made, {});
  ASSERT_TRUE(server);
  auto client = net::HttpClient::open(server->url());
  ASSERT_TRUE(client);
  const auto head = [&] {
    return ask(*client, "eth_getBlockByNumber", Json::array({"latest", false}))["hash"];
  };
  EXPECT_EQ(ask(*client, "clew_show", Json::array({62, 1})), true);
  EXPECT_EQ(head(), evm::to_text(made.store->branch(1)[2].hash));
  EXPECT_EQ(ask(*client, "clew_show", Json::array({66, 2})), true);
  EXPECT_EQ(head(), evm::to_text(made.store->branch(2)[2].hash));
  EXPECT_EQ(ask(*client, "eth_getBlockByNumber", Json::array({"0x3f", false}))["hash"],
            evm::to_text(made.store->chain()[63].hash));
  EXPECT_EQ(ask(*client, "clew_show", Json::array({67})), true);
  EXPECT_EQ(head(), evm::to_text(made.store->chain()[67].hash));
  for (const auto& wrong : {Json::array({59, 1}), Json::array({69, 1}), Json::array({60, 3}),
                            Json::array({200}), Json::array({"0x1"}), Json::array()})
    EXPECT_TRUE(ask(*client, "clew_show", wrong).is_null()) << wrong;
  EXPECT_EQ(head(), evm::to_text(made.store->chain()[67].hash));
}

TEST(ReplayServer, RefusesWhatItCannotServe) {
  clew::test::MemoryFiles files;
  EXPECT_FALSE(ReplayServer::start({}, files));
  ReplayOptions options;
  options.sources = {"nowhere"};
  EXPECT_FALSE(ReplayServer::start(options, files));
  files.put("half/world.json", {'{', '}'});
  options.sources = {"half"};
  const auto half = ReplayServer::start(options, files);
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().kind, ErrorKind::data);
}

}  // namespace
}  // namespace clew::replay
