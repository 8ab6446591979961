#include "ingest/bitcoin_node/rest_client.h"

#include <gtest/gtest.h>

#include <map>

#include "ingest/bitcoin_node/bitcoin_calls.h"
#include "net/server.h"

namespace clew::ingest {
namespace {

using Json = nlohmann::json;

const std::string kHash(64, 'a');

struct Body {
  std::string text;
  int status = 200;
};

// Serves these bodies under /rest; otherwise answers as a node does that has no such block.
class RestNode {
 public:
  std::map<std::string, Body, std::less<>> answers;

  RestNode() {
    std::vector<net::Route> routes(1);
    routes[0].path = "/rest/*";
    routes[0].handler = [this](const net::Request& request) {
      const auto found = answers.find(request.path());
      const Body body = found == answers.end() ? Body{"not found\r\n", 404} : found->second;
      return net::Answer{.status = body.status, .body = body.text};
    };
    auto started = net::Server::start({.threads = 1}, std::move(routes));
    EXPECT_TRUE(started);
    server_ = std::move(*started);
    client = std::move(*open_rest(server_->url() + "/rest/"));
  }

  Result<Json> ask(const char* method, const Json& parameters = Json::array()) {
    const auto call = bitcoin_call(method, parameters);
    const auto answered = client->call(call);
    if (!answered) return fail(answered.error().error());
    return result_of(call, (*answered)[0]);
  }

  std::unique_ptr<RpcClient> client;

 private:
  std::unique_ptr<net::Server> server_;
};

TEST(Rest, AnswersInTheWordsOfJsonRpc) {
  RestNode node;
  node.answers["/rest/chaininfo.json"] = {R"({"chain":"main","blocks":7})"};
  node.answers["/rest/blockhashbyheight/7.json"] = {R"({"blockhash":")" + kHash + "\"}\n"};
  node.answers["/rest/headers/1/" + kHash + ".json"] = {R"([{"height":7}])"};
  node.answers["/rest/block/" + kHash + ".hex"] = {"00ff\n"};
  node.answers["/rest/block/" + kHash + ".json"] = {R"({"tx":[]})"};
  EXPECT_EQ((*node.ask("getblockchaininfo"))["blocks"], 7);
  EXPECT_EQ(*node.ask("getblockhash", Json::array({7})), kHash);
  EXPECT_EQ((*node.ask("getblockheader", Json::array({kHash, true})))["height"], 7);
  EXPECT_EQ(*node.ask("getblock", Json::array({kHash, 0})), "00ff");
  EXPECT_TRUE((*node.ask("getblock", Json::array({kHash, 3})))["tx"].empty());
}

TEST(Rest, TellsWhatIsAbsentFromWhatIsWrong) {
  RestNode node;
  EXPECT_EQ(node.ask("getblockhash", Json::array({7})).error().kind, ErrorKind::not_found);
  EXPECT_EQ(node.ask("getblock", Json::array({kHash, 0})).error().kind, ErrorKind::not_found);
  node.answers["/rest/headers/1/" + kHash + ".json"] = {"[]"};
  EXPECT_EQ(node.ask("getblockheader", Json::array({kHash, true})).error().kind,
            ErrorKind::not_found);
  // Without the interface there is no chain to tell of either.
  EXPECT_EQ(node.ask("getblockchaininfo").error().kind, ErrorKind::network);
  EXPECT_EQ(node.ask("getblock", Json::array({kHash, 1})).error().kind, ErrorKind::data);
  EXPECT_EQ(node.ask("getrawtransaction", Json::array({kHash})).error().kind, ErrorKind::data);
}

TEST(Rest, RefusesBodiesThatAreNotTheAnswer) {
  RestNode node;
  for (const char* body : {"", "[]", "{}", "null", "{\"blockhash\":", "[1,2]"}) {
    node.answers["/rest/blockhashbyheight/7.json"] = {body};
    EXPECT_FALSE(node.ask("getblockhash", Json::array({7}))) << body;
  }
  for (const char* body : {"", "{", "[1,2]", "{}{}"}) {
    node.answers["/rest/headers/1/" + kHash + ".json"] = {body};
    node.answers["/rest/chaininfo.json"] = {body};
    EXPECT_FALSE(node.ask("getblockheader", Json::array({kHash, true}))) << body;
    if (std::string_view(body) != "[1,2]") {
      EXPECT_FALSE(node.ask("getblockchaininfo")) << body;
    }
  }
  node.answers["/rest/block/" + kHash + ".hex"] = {"Service unavailable", 503};
  EXPECT_EQ(node.ask("getblock", Json::array({kHash, 0})).error().kind, ErrorKind::network);
}

TEST(Rest, IsKnownByItsUrl) {
  EXPECT_TRUE(is_rest_url("http://127.0.0.1:8332/rest"));
  EXPECT_TRUE(is_rest_url("https://node.example/bitcoin/rest/"));
  EXPECT_FALSE(is_rest_url("http://127.0.0.1:8332/"));
  EXPECT_FALSE(is_rest_url("ws://127.0.0.1:8332/rest"));
  EXPECT_FALSE(is_rest_url("rest"));
}

}  // namespace
}  // namespace clew::ingest
