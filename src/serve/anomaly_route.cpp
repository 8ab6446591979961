#include "serve/anomaly_route.h"

#include "chain/tron/address.h"
#include "serve/anomaly_schema.h"

namespace clew::serve {
namespace {

using enum ProblemKind;

constexpr const char* kSetSeconds = "60";  // after which somebody may have set the provider
constexpr double kPatienceShare = 0.9;     // of the time left, so that an answer still gets out

tl::unexpected<Problem> refuse_field(std::string_view name, std::string detail) {
  auto problem = refuse(invalid_fields, "See errors");
  problem.value().errors = {{pointer_step(name), std::move(detail)}};
  return problem;
}

// "field: why", as anomaly::check words it.
tl::unexpected<Problem> refuse_options(const std::string& message) {
  const auto colon = message.find(": ");
  return refuse_field(message.substr(0, colon), message.substr(colon + 2));
}

template <class Value>
void take(const nlohmann::json& body, const char* name, Value& value) {
  if (const auto found = body.find(name); found != body.end()) value = found->get<Value>();
}

// `body` fits the schema.
Outcome<examine::TronQuestion> question_of(const nlohmann::json& body) {
  examine::TronQuestion question;
  const auto address = tron::parse_address(body.at("address").get<std::string>());
  if (!address) return refuse_field("address", "is no address of TRON, or its checksum is wrong");
  question.address = *address;
  auto& options = question.options;
  take(body, "minimum_threshold", options.minimum_threshold);
  take(body, "maximum_threshold", options.maximum_threshold);
  take(body, "time_difference", options.time_difference);
  take(body, "value_coefficient", options.coefficients.value);
  take(body, "transfers_coefficient", options.coefficients.transfers);
  take(body, "hiding_coefficient", options.coefficients.hiding);
  take(body, "relation_coefficient", options.coefficients.relation);
  take(body, "hiding_tolerance", options.hiding_tolerance);
  take(body, "transactions_max", question.transactions_max);
  std::string method = "standard";
  take(body, "value_method", method);
  if (method == "robust") options.value_method = anomaly::ValueMethod::robust;
  if (auto fit = anomaly::check(options); !fit) return refuse_options(fit.error().message);
  return question;
}

tl::unexpected<Problem> no_provider() {
  auto problem = refuse(not_ready, "No provider of TRC-20 histories is set: CLEW_TRON_URL");
  problem.value().headers = {{"Retry-After", kSetSeconds}};
  return problem;
}

// The question was checked, so that what makes no sense is how the provider is asked.
Problem examiner_problem(Error error) {
  const bool misconfigured = error.kind == ErrorKind::usage;
  auto problem = problem_of(std::move(error));
  if (!misconfigured) return problem;
  problem.kind = provider_failed;
  problem.detail =
      "The provider does not let this server in; asking again does not help until that is mended. "
      "The server's log says more, under the id of this request";
  return problem;
}

double seconds_left(const net::Deadline& deadline) {
  return std::max(0.0, std::chrono::duration<double>(deadline.left()).count());
}

Outcome<Reply> answer_to(const TronAnswer& answer, const Call& call) {
  auto question = question_of(call.body);
  if (!question) return tl::unexpected(std::move(question).error());
  if (!answer) return no_provider();
  auto text = answer(*question, seconds_left(call.deadline) * kPatienceShare);
  if (!text) return tl::unexpected(examiner_problem(std::move(text).error()));
  return Reply{200, **text};
}

}  // namespace

Route anomaly_route(TronAnswer answer) {
  return {.method = "POST",
          .path = "/v1/tron/anomalies",
          .needs = Scope::read,
          .operation = "tronAnomalies",
          .summary = "Signs of laundering in an address's TRC-20 history",
          .description =
              "Collects the history, asking the provider for no row twice, and runs "
              "four tests: unusual amounts, hurry, passing on, dealings with the "
              "sanctioned. Formulae: docs/anomalies.md. A test that could not run is "
              "left out of both sums and says why; a history that is not complete says "
              "what is missing.",
          .request = anomaly_request_schema(),
          .request_example = anomaly_request_example(),
          .response = anomaly_answer_schema(),
          .problems = {provider_failed, not_ready},
          .handler = [answer = std::move(answer)](const Call& call) {
            return answer_to(answer, call);
          }};
}

}  // namespace clew::serve
