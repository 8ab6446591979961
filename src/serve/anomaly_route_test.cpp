#include "serve/anomaly_route.h"

#include <gmock/gmock.h>

#include "chain/tron/address.h"
#include "ingest/tron/history_test_support.h"
#include "ingest/tron/replay/trongrid_server.h"
#include "serve/anomaly_schema.h"

namespace clew::serve {
namespace {

using testing::HasSubstr;

const std::string kAddress = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

Call call_with(nlohmann::json body) {
  return {.parameters = {}, .body = std::move(body), .deadline = net::Deadline(30)};
}

// The place that a request is refused for; "" if it is not.
std::string refused_at(const nlohmann::json& body) {
  const auto route = anomaly_route(
      [](const examine::TronQuestion&, double) -> Result<std::shared_ptr<const std::string>> {
        return std::make_shared<const std::string>("{}");
      });
  if (const auto faults = check_schema(route.request, body); !faults.empty())
    return faults.front().pointer;
  const auto reply = route.handler(call_with(body));
  if (reply) return "";
  EXPECT_EQ(reply.error().kind, ProblemKind::invalid_fields);
  return reply.error().errors.front().pointer;
}

TEST(AnomalyRoute, TakesTheRequestOfItsDocument) {
  EXPECT_EQ(refused_at(nlohmann::json::parse(anomaly_request_example().dump())), "");
  EXPECT_EQ(refused_at({{"address", kAddress}}), "");
  EXPECT_EQ(refused_at({{"address", "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"}}), "");
  EXPECT_EQ(refused_at({{"address", kAddress}, {"value_coefficient", 0}}), "");
}

TEST(AnomalyRoute, NamesTheFieldThatIsWrong) {
  const auto with = [](const char* key, nlohmann::json value) {
    nlohmann::json body = {{"address", kAddress}};
    body[key] = std::move(value);
    return body;
  };
  EXPECT_EQ(refused_at(nlohmann::json::object()), "/address");
  EXPECT_EQ(refused_at(with("address", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u")), "/address");
  EXPECT_EQ(refused_at(with("address", 5)), "/address");
  EXPECT_EQ(refused_at(with("minimum_threshold", 4)), "/minimum_threshold");
  EXPECT_EQ(refused_at(with("minimum_threshold", "-2")), "/minimum_threshold");
  EXPECT_EQ(refused_at(with("time_difference", -1)), "/time_difference");
  EXPECT_EQ(refused_at(with("time_difference", 1.5)), "/time_difference");
  EXPECT_EQ(refused_at(with("time_difference", 18'446'744'073'709'551'615u)), "/time_difference");
  EXPECT_EQ(refused_at(with("hiding_coefficient", -0.1)), "/hiding_coefficient");
  EXPECT_EQ(refused_at(with("hiding_tolerance", 1)), "/hiding_tolerance");
  EXPECT_EQ(refused_at(with("value_method", "other")), "/value_method");
  EXPECT_EQ(refused_at(with("transactions_max", -1)), "/transactions_max");
  EXPECT_EQ(refused_at(with("treshold", 1)), "/treshold");
}

TEST(AnomalyRoute, SaysWhatIsWrongWithTimesBeyondItsIntegers) {
  const auto faults =
      check_schema(anomaly_request_schema(),
                   {{"address", kAddress}, {"time_difference", 9'223'372'036'854'775'808u}});
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults.front().detail, "must be at most 9223372036854775807");
}

TEST(AnomalyRoute, SaysThatThereIsNoProvider) {
  const auto reply = anomaly_route({}).handler(call_with({{"address", kAddress}}));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ProblemKind::not_ready);
  EXPECT_THAT(reply.error().detail, HasSubstr("CLEW_TRON_URL"));
}

TEST(AnomalyRoute, AsksNobodyBackWhomTheProviderWillNotServe) {
  const auto problem_with = [](ErrorKind kind) {
    const auto route = anomaly_route(
        [&](const examine::TronQuestion&, double) -> Result<std::shared_ptr<const std::string>> {
          return fail(kind, "https://canary says canary");
        });
    return route.handler(call_with({{"address", kAddress}})).error();
  };
  const auto down = problem_with(ErrorKind::network), locked = problem_with(ErrorKind::usage);
  EXPECT_EQ(down.kind, ProblemKind::provider_failed);
  EXPECT_EQ(locked.kind, ProblemKind::provider_failed);
  EXPECT_THAT(down.detail, HasSubstr("may help"));
  EXPECT_THAT(locked.detail, HasSubstr("does not help"));
  EXPECT_THAT(locked.cause, HasSubstr("canary"));
  for (const auto& problem : {down, locked})
    EXPECT_THAT(problem.detail, testing::Not(HasSubstr("canary")));
}

TEST(AnomalyRoute, AnswersAsItsSchemaSays) {
  const providers::test::Folder folder;
  auto grid = replay::TronGridServer::start({}, providers::test::history(500));
  ASSERT_TRUE(grid);
  auto examiner =
      examine::TronExaminer::open({.directory = folder / "state", .url = (*grid)->url()});
  ASSERT_TRUE(examiner);
  const auto route = anomaly_route([&](const examine::TronQuestion& question, double patience) {
    return (*examiner)->answer(question, patience);
  });
  for (const auto& address : {providers::test::subject(), providers::test::account(777)}) {
    const auto reply = route.handler(call_with({{"address", tron::to_text(address)}}));
    ASSERT_TRUE(reply) << reply.error().cause;
    const auto said = nlohmann::json::parse(reply->body);
    for (const auto& fault : check_schema(route.response, said))
      ADD_FAILURE() << fault.pointer << " " << fault.detail;
  }
}

}  // namespace
}  // namespace clew::serve
