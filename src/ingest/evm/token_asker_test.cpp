#include "ingest/evm/token_asker.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace clew::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Time that passes only when somebody waits.
class FakeClock final : public Clock {
 public:
  double now() override { return now_; }
  double date() override { return now_; }
  void sleep(double seconds) override { now_ += seconds; }

 private:
  double now_ = 100;
};

chain::Account contract(std::uint8_t byte) {
  chain::Account account;
  account.fill(byte);
  return account;
}

// An answer to one call, without its envelope.
constexpr std::string_view kReverted = R"("error":{"code":3,"message":"execution reverted"})";
constexpr std::string_view kLost = R"("error":{"code":-32000,"message":"header not found"})";
constexpr std::string_view kNoMethod = R"("error":{"code":-32601,"message":"no such method"})";

// A node without a network whose tokens are called "T" by `bytes32` and know no other question.
class ScriptedNode final : public RpcClient {
 public:
  struct Script {
    bool broken = false;
    // What to answer to a call of the token of this byte instead, or nothing.
    std::function<std::string_view(std::uint8_t token)> other;
    std::vector<std::vector<std::uint8_t>> asked;  // of each request the tokens
  };
  explicit ScriptedNode(Script& script) : script_(script) {}

  RpcResult<RpcAnswers> call(std::span<const RpcCall> calls) override {
    auto& asked = script_.asked.emplace_back();
    if (script_.broken) return tl::unexpected(RpcFailure{RpcFault::network, "broken off", 0, {}});
    std::string text;
    for (const auto& call : calls)
      text += answer(call.params, asked) + "\n";
    auto shared = std::make_shared<std::string>(std::move(text));
    shared->reserve(shared->size() + net::kBodySlack);
    std::vector<RpcEnvelope> envelopes;
    std::string_view rest = *shared;
    EnvelopeReader reader;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      auto read = reader.read(line);
      EXPECT_TRUE(read);
      envelopes.push_back(read->front());
      rest.remove_prefix(line.size() + 1);
    }
    return RpcAnswers(shared, std::move(envelopes));
  }
  const net::Url& url() const override { return url_; }

 private:
  std::string answer(const std::string& params, std::vector<std::uint8_t>& asked) {
    const auto to = params.find("0x") + 2;
    const auto token = from_hex(params.substr(to, 2))->front();
    if (asked.empty() || asked.back() != token) asked.push_back(token);
    const std::string name = "\"result\":\"0x54" + std::string(62, '0') + "\"";
    std::string_view result = script_.other ? script_.other(token) : std::string_view();
    if (result.empty())
      result = params.find("06fdde03") != params.npos ? std::string_view(name) : kReverted;
    return R"({"jsonrpc":"2.0","id":1,)" + std::string(result) + "}";
  }

  net::Url url_ = *net::parse_url("http://node");
  Script& script_;
};

class Asking : public ::testing::Test {
 protected:
  std::unique_ptr<TokenAsker> asker(std::size_t nodes = 1) {
    scripts.resize(nodes);
    std::vector<std::unique_ptr<RpcClient>> clients;
    for (auto& each : scripts)
      clients.push_back(std::make_unique<ScriptedNode>(each));
    PoolOptions options;
    options.patience_seconds = 1;
    options.clock = &clock;
    options.random = [] { return std::uint64_t{1} << 63; };
    return std::make_unique<TokenAsker>(
        std::make_unique<NodePool>(std::move(clients), options),
        [this](const chain::Account& token) { return kept.contains(token); },
        [this](const TokenAsker::Tokens& tokens) -> Result<void> {
          ++keepings;
          clock.sleep(keep_seconds);
          if (disk_full) return fail(ErrorKind::no_space, "disk full");
          for (const auto& [token, name] : tokens)
            kept.insert(token);
          return {};
        },
        clock);
  }
  static chain::AccountBlock moving(std::vector<std::uint8_t> tokens) {
    chain::AccountBlock block;
    for (const auto token : tokens)
      block.transfers.push_back(
          {.kind = chain::TransferKind::erc20, .asset = {.contract = contract(token)}});
    return block;
  }
  // What the first node was asked since the last time.
  std::vector<std::vector<std::uint8_t>> asked() { return std::exchange(scripts[0].asked, {}); }

  FakeClock clock;
  std::vector<ScriptedNode::Script> scripts{1};
  std::set<chain::Account> kept;
  int keepings = 0;
  double keep_seconds = 0;
  bool disk_full = false;
};

TEST_F(Asking, GoesOnAfterARequestThatFailed) {
  const auto asker = this->asker();
  scripts[0].broken = true;
  asker->see(moving({1, 2}));
  EXPECT_THAT(asker->problem(), HasSubstr("broken off"));
  const auto tries = [&](double seconds) {
    int count = 0;
    for (double begin = clock.now(); clock.now() < begin + seconds; clock.sleep(1)) {
      asker->see(moving({}));
      count += !asked().empty();
    }
    return count;
  };
  tries(60);
  EXPECT_GT(tries(7200), 5);   // not given up,
  EXPECT_LT(tries(7200), 30);  // and left in peace
  scripts[0].broken = false;
  tries(1200);
  EXPECT_THAT(asker->problem(), IsEmpty());
  asker->finish();
  EXPECT_THAT(kept, ElementsAre(contract(1), contract(2)));
  EXPECT_EQ(asker->named(), 2u);
}

TEST_F(Asking, EndsForGoodWhereNoNodeHasTheMethod) {
  const auto asker = this->asker(2);
  scripts[0].other = scripts[1].other = [](std::uint8_t) { return kNoMethod; };
  asker->see(moving({1}));
  asker->finish();
  EXPECT_EQ(scripts[0].asked.size() + scripts[1].asked.size(), 2u);
  EXPECT_THAT(asker->problem(), HasSubstr("no such method"));
  clock.sleep(1e6);
  asker->see(moving({1, 2}));
  asker->finish();
  EXPECT_EQ(scripts[0].asked.size() + scripts[1].asked.size(), 2u);
}

TEST_F(Asking, LeavesANodeWithoutTheMethodForAnother) {
  const auto asker = this->asker(2);
  scripts[0].other = [](std::uint8_t) { return kNoMethod; };
  asker->see(moving({1, 2, 3}));
  asker->finish();
  EXPECT_THAT(kept, SizeIs(3));
  EXPECT_THAT(asker->problem(), IsEmpty());
}

TEST_F(Asking, AsksAgainWhatTheNodeFailedToRun) {
  const auto asker = this->asker();
  int failures = 7;  // of the questions about one token
  scripts[0].other = [&](std::uint8_t token) {
    return token == 2 && failures-- > 0 ? kLost : std::string_view();
  };
  asker->see(moving({1, 2, 3}));
  asker->finish();
  EXPECT_THAT(asked(), ElementsAre(ElementsAre(1, 2, 3), ElementsAre(2), ElementsAre(2)));
  EXPECT_THAT(kept, SizeIs(3));
  EXPECT_THAT(asker->problem(), IsEmpty());
}

TEST_F(Asking, AsksWhatIsSilentAgainWhenItMovesLater) {
  const auto asker = this->asker();
  bool silent = true;
  scripts[0].other = [&](std::uint8_t) { return silent ? kReverted : std::string_view(); };
  std::vector<double> times;
  for (int i = 0; i < 2000; ++i) {
    asker->see(moving({1}));
    if (!asked().empty()) times.push_back(clock.now());
    clock.sleep(2);
  }
  ASSERT_GT(times.size(), 3u);
  EXPECT_LT(times.size(), 10u);
  silent = false;
  clock.sleep(86'400);
  asker->see(moving({}));
  EXPECT_THAT(asked(), IsEmpty());
  asker->see(moving({1}));
  EXPECT_THAT(asked(), SizeIs(1));
  asker->finish();
  EXPECT_THAT(kept, ElementsAre(contract(1)));
}

TEST_F(Asking, KeepsSeldomWhatIsCostlyToKeep) {
  const auto asker = this->asker();
  keep_seconds = 10;
  const auto begin = clock.now();
  for (int i = 1; i < 250; ++i) {
    asker->see(moving({static_cast<std::uint8_t>(i)}));
    clock.sleep(30);
  }
  EXPECT_GT(keepings, 3);
  EXPECT_LT(keepings * keep_seconds, (clock.now() - begin) / 50);
  EXPECT_LT(kept.size(), 249u);
  asker->finish();
  EXPECT_THAT(kept, SizeIs(249));
  EXPECT_EQ(asker->named(), 249u);
}

TEST_F(Asking, KeepsLaterWhatCouldNotBeKept) {
  const auto asker = this->asker();
  disk_full = true;
  asker->see(moving({1}));
  EXPECT_THAT(asker->problem(), HasSubstr("disk full"));
  EXPECT_EQ(asker->named(), 0u);
  disk_full = false;
  clock.sleep(100);
  asker->see(moving({}));
  EXPECT_THAT(asker->problem(), IsEmpty());
  EXPECT_THAT(kept, ElementsAre(contract(1)));
}

}  // namespace
}  // namespace clew::ingest
