// HTTP requests, from the bytes of a connection through parsing, judging and answering: each gets
// an answer that keeps the service's promises, whatever it was.
#include <unistd.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <unordered_set>

#include "serve/api.h"
#include "serve/service.h"

namespace {

using namespace clew;
namespace http = boost::beast::http;

void require(bool holds) {
  if (!holds) std::abort();
}

serve::Route route_with_body() {
  const serve::Json leaf = {{"type", "integer"}, {"minimum", -5}, {"exclusiveMaximum", 1e9}};
  const serve::Json list = {{"type", "array"}, {"maxItems", 3}, {"items", leaf}};
  const serve::Json text = {{"type", "string"}, {"minLength", 1}, {"maxLength", 8}};
  return {.method = "POST",
          .path = "/fuzz/{id}",
          .needs = serve::Scope::write,
          .operation = "fuzz",
          .parameters = {{"id", "", text}},
          .request = {{"type", "object"},
                      {"required", serve::Json::array({"a"})},
                      {"properties", {{"a", list}, {"b", leaf}, {"c", text}}},
                      {"additionalProperties", false}},
          .response = {{"type", "object"}},
          .handler = [](const serve::Call& call) {
            // What was let in is what the schema says.
            for (const auto& one : call.body.at("a"))
              require(one.get<std::int64_t>() >= -5 && one.get<std::int64_t>() < 1'000'000'000);
            require(!call.parameters.at("id").empty());
            return serve::Reply{200, call.body.dump()};
          }};
}

struct World {
  World() {
    folder = std::filesystem::temp_directory_path() / ("fuzz-http-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    keys = std::move(*serve::KeyStore::open(folder / "keys.sqlite"));
    key = keys->make("fuzz", serve::Scope::admin, 1)->text();
    log = std::move(*serve::RequestLog::open("/dev/null"));
    auto all = serve::make_api({.directory = folder / "ledgers",
                                .version = "fuzz",
                                .metrics = [this] { return metrics.text(); },
                                .check = [] { return Result<void>(); }})
                   ->all();
    all.push_back(route_with_body());
    routes.emplace(std::move(*serve::Routes::of(std::move(all))));
    service = std::make_unique<serve::Service>(
        serve::Service::Parts{*routes, *keys, metrics, *log, real_clock()},
        serve::ServiceLimits{.rate_per_second = 0, .address_rate_per_second = 0});
  }
  ~World() {
    keys.reset();
    std::filesystem::remove_all(folder);
  }
  std::filesystem::path folder;
  std::string key;
  serve::Metrics metrics;
  std::unique_ptr<serve::KeyStore> keys;
  std::unique_ptr<serve::RequestLog> log;
  std::optional<serve::Routes> routes;
  std::unique_ptr<serve::Service> service;
};

// Says the same of the same document, of which most answers are one: each is judged once.
void check_problem(const net::Answer& answer, const std::string& id) {
  static const auto schema = serve::problem_schema();
  static std::unordered_set<std::string> judged;
  constexpr std::size_t kJudgedMax = 100'000;
  std::string text = *answer.body;
  const auto at = text.find("urn:chainclew:request:" + id + '"');
  require(at != std::string::npos);
  text.erase(at, std::string_view("urn:chainclew:request:").size() + id.size());
  text += std::to_string(answer.status);
  if (judged.size() >= kJudgedMax) judged.clear();
  if (!judged.insert(std::move(text)).second) return;
  const auto problem = nlohmann::json::parse(*answer.body);
  require(serve::check_schema(schema, problem).empty());
  require(problem["status"] == answer.status);
}

void check_answer(const World& world, const net::Answer& answer, bool knows_key) {
  require(answer.status >= 200 && answer.status < 500);
  require(net::check_headers(answer.headers).has_value());
  const auto* id = net::find_header(answer.headers, "X-Request-Id");
  require(id != nullptr);
  if (answer.status >= 400) check_problem(answer, *id);
  require(knows_key || answer.status != 403);
  require(answer.body->find(world.key) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  if (size == 0) return 0;
  const bool knows_key = data[0] % 4 != 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);

  http::request_parser<http::string_body> parser;
  parser.header_limit(512);  // so that short inputs reach it
  parser.body_limit(1 << 20);
  parser.eager(true);
  boost::system::error_code code;
  parser.put(boost::asio::buffer(text.data(), text.size()), code);
  const auto exchange = world.service->begin("192.0.2.1");
  if (!parser.is_header_done()) {
    check_answer(world, exchange->refuse(code == http::error::header_limit ? 431 : 400), false);
    return 0;
  }
  net::Request request;
  const auto& message = parser.get();
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message)
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  if (knows_key) request.headers.push_back({"X-API-Key", world.key});
  request.body = message.body();
  if (const auto refused = exchange->admit(request))
    check_answer(world, *refused, knows_key);
  else if (const auto full = exchange->start())
    check_answer(world, *full, knows_key);
  else
    check_answer(world, exchange->handle(std::move(request)), knows_key);
  return 0;
}
