#include "ingest/tron/provider.h"

#include <gmock/gmock.h>

#include "ingest/tron/trongrid.h"
#include "net/server.h"

namespace clew::providers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "very-secret-key";

// Time passes only by sleeping.
class TestClock final : public Clock {
 public:
  double now() override { return now_; }
  double date() override { return 1'700'000'000 + now_; }
  void sleep(double seconds) override { now_ += seconds; }

 private:
  std::atomic<double> now_ = 100;
};

class Providers : public testing::Test {
 protected:
  // Serves the answers one after another, the last one from then on.
  void serve(std::vector<net::Answer> answers) {
    answers_ = std::move(answers);
    net::Route route;
    route.path = "/*";
    route.handler = [this](const net::Request& request) {
      requests_.push_back(request);
      return answers_[std::min(requests_.size(), answers_.size()) - 1];
    };
    auto server = net::Server::start({}, {route});
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  ProviderOptions options() {
    ProviderOptions options;
    options.clock = &clock_;
    options.random = [] { return ~std::uint64_t{0}; };  // always the longest rest
    options.back_off = {.first_seconds = 1, .max_seconds = 8, .asked_seconds_max = 100};
    return options;
  }
  Provider open(const Provider::Traits& traits, const ProviderOptions& options) {
    auto provider = Provider::open(server_->url() + "/base/", traits, options);
    EXPECT_TRUE(provider) << provider.error().message;
    return std::move(*provider);
  }
  // What came of asking for as long as `patience`.
  Provided<void> ask(const Provider::Traits& traits, const ProviderOptions& options,
                     double patience) {
    Provider provider = open(traits, options);
    return provider.get("/x", clock_.now() + patience, [](std::string& body) -> Result<void> {
      if (body == "good") return {};
      return fail(ErrorKind::data, "no good");
    });
  }

  TestClock clock_;
  std::vector<net::Answer> answers_;
  std::vector<net::Request> requests_;
  std::unique_ptr<net::Server> server_;
};

net::Answer answer(int status, std::string body, net::Headers headers = {}) {
  net::Answer out;
  out.status = status;
  out.body = std::move(body);
  out.headers = std::move(headers);
  return out;
}

TEST_F(Providers, GetTheirKeyInTheirHeaderAndTheTargetBehindTheBase) {
  serve({answer(200, "good")});
  auto with_key = options();
  with_key.key = kSecret;
  EXPECT_TRUE(ask({.key_header = "X-Key"}, with_key, 10));
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_EQ(requests_[0].target, "/base/x");
  ASSERT_NE(net::find_header(requests_[0].headers, "X-Key"), nullptr);
  EXPECT_EQ(*net::find_header(requests_[0].headers, "X-Key"), kSecret);
  EXPECT_TRUE(ask({.key_header = "X-Key"}, options(), 10));
  EXPECT_EQ(net::find_header(requests_[1].headers, "X-Key"), nullptr);
}

TEST_F(Providers, AreLeftInPeaceForAsLongAsTheyAsk) {
  serve({answer(429, "", {{"Retry-After", "7"}}), answer(503, R"({"Error":"suspended for 30s"})"),
         answer(403, R"({"Success":false,"Error":"suspended for 11s","StatusCode":403})"),
         answer(200, R"({"Success":false,"Error":"suspended for 5s","StatusCode":403})"),
         answer(200, "good")});
  const double start = clock_.now();
  EXPECT_TRUE(ask({.forbidden_is_limit = true}, options(), 200));
  EXPECT_EQ(requests_.size(), 5u);
  // What they ask for, and 1 + 2 + 4 + 8 seconds of our own.
  EXPECT_NEAR(clock_.now() - start, 7 + 30 + 11 + 5 + 15, 0.5);
}

TEST_F(Providers, AreGivenUpAtOnceWhenTheyAskForMoreThanThereIs) {
  serve({answer(503, R"({"Error":"suspended for 30s"})")});
  const double start = clock_.now();
  const auto failed = ask({}, options(), 20);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::limited);
  EXPECT_THAT(failed.error().message, HasSubstr("503 Service Unavailable: suspended for 30s"));
  EXPECT_LT(clock_.now() - start, 1);
}

TEST_F(Providers, AreAskedUntilThePatienceEnds) {
  serve({answer(500, "")});
  const double start = clock_.now();
  const auto failed = ask({}, options(), 30);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::down);
  EXPECT_LE(clock_.now() - start, 30.1);
  EXPECT_EQ(requests_.size(), 6u);  // after 1, 2, 4, 8, 8 seconds; 8 more are too many
}

TEST_F(Providers, AreNotAskedAgainWhatTheyRefuseForGood) {
  for (const auto& [status, trouble] : {std::pair{400, Trouble::refused},
                                        {404, Trouble::refused},
                                        {401, Trouble::key},
                                        {403, Trouble::key}}) {
    requests_.clear();
    serve({answer(status, R"({"error":"because"})")});
    const auto failed = ask({}, options(), 100);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().trouble, trouble) << status;
    EXPECT_THAT(failed.error().message, HasSubstr("because"));
    EXPECT_EQ(requests_.size(), 1u) << status;
  }
}

TEST_F(Providers, AreAskedThreeTimesForAnAnswerThatNobodyUnderstands) {
  serve({answer(200, "<html>")});
  answers_[0].content_type = "text/html";
  const auto failed = ask({}, options(), 100);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::malformed);
  EXPECT_THAT(failed.error().message, HasSubstr("no good, sent as text/html"));
  EXPECT_EQ(requests_.size(), 3u);
}

TEST_F(Providers, KeepTheirSecretsWhateverHappens) {
  auto with_key = options();
  with_key.key = kSecret;
  for (const auto& bad : {answer(403, R"({"Error":"the key very-secret-key is not known"})"),
                          answer(200, R"({"Error":"very-secret-key very-secret-key"})"),
                          answer(500, kSecret), answer(400, R"({"message":"very-secret-key"})")}) {
    serve({bad});
    const auto failed = ask({.key_header = "X-Key"}, with_key, 5);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, Not(HasSubstr(kSecret)));
    EXPECT_THAT(failed.error().message, Not(HasSubstr("/base"))) << "a path may be a key too";
  }
  with_key.key = "two\r\nlines";
  const auto opened = Provider::open("http://127.0.0.1:1", {.key_header = "X-Key"}, with_key);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, Not(HasSubstr("lines: ")));
  EXPECT_THAT(opened.error().message, Not(HasSubstr("two")));
}

TEST_F(Providers, AreAskedNoFasterThanTold) {
  serve({answer(200, "good")});
  auto paced = options();
  paced.requests_per_second = 4;
  Provider provider = open({}, paced);
  const double start = clock_.now();
  for (int i = 0; i < 9; ++i)
    EXPECT_TRUE(provider.get("/x", start + 100, [](std::string&) -> Result<void> { return {}; }));
  EXPECT_NEAR(clock_.now() - start, 2, 0.1);
  EXPECT_EQ(provider.requests(), 9u);
}

TEST_F(Providers, StopWhenTold) {
  serve({answer(500, "")});
  std::atomic<bool> stop = true;
  auto stopping = options();
  stopping.stop = &stop;
  const auto failed = ask({}, stopping, 100);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::stopped);
}

TEST(ProviderUrls, HaveNoQuery) {
  EXPECT_FALSE(Provider::open("http://h/?key=1", {}, {}));
  EXPECT_FALSE(Provider::open("ws://h/", {}, {}));
  EXPECT_FALSE(TronGrid::open("nonsense", {}));
  EXPECT_TRUE(TronGrid::open("https://api.trongrid.io", {}));
}

}  // namespace
}  // namespace clew::providers
