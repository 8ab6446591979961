#include "ingest/tron/replay/sanctions_server.h"

#include "ingest/tron/replay/get_server.h"
#include "net/url.h"

namespace clew::replay {
namespace {

constexpr std::string_view kBefore = "/api/v1/address/";

// Answers as long as a route holds it.
class Screener {
 public:
  explicit Screener(const SanctionsOptions& options) : options_(options), faults_(options.faults) {}

  std::uint64_t requests() const { return faults_.requests(); }

  net::Answer answer(const net::Request& request) {
    const std::uint64_t number = faults_.count_request();
    net::Answer good;
    const std::string* key = net::find_header(request.headers, "X-API-Key");
    if (!options_.key.empty() && (key == nullptr || *key != options_.key)) {
      good.status = 403;
      good.body = R"({"message":"Forbidden"})";
      return good;
    }
    const auto address = net::percent_decoded(request.path().substr(kBefore.size()));
    const auto found = options_.listed.find(address.value_or(""));
    good.body = providers::write_identifications(
        found == options_.listed.end() ? std::vector<providers::Identification>() : found->second);
    const auto fault = faults_.of_transport(number);
    return fault ? faults_.spoil(*fault, std::move(good)) : good;
  }

 private:
  SanctionsOptions options_;
  ProviderFaults faults_;
};

net::Route route_to(std::shared_ptr<Screener> screener) {
  return get_route(
      std::string(kBefore) + "*",
      [screener = std::move(screener)](const auto& request) { return screener->answer(request); });
}

class Server final : public SanctionsServer {
 public:
  explicit Server(const SanctionsOptions& options)
      : options_(options), screener_(std::make_shared<Screener>(options)) {}
  ~Server() override {
    if (server_) server_->stop();
  }

  Result<void> listen() {
    CLEW_TRY(server, serve_get(options_, {route_to(screener_)}));
    server_ = std::move(server);
    return {};
  }

  std::uint16_t port() const override { return server_->port(); }
  std::string url() const override { return server_->url("http"); }
  std::uint64_t requests() const override { return screener_->requests(); }

 private:
  GetServerOptions options_;
  std::shared_ptr<Screener> screener_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace

net::Route sanctions_route(const SanctionsOptions& options) {
  return route_to(std::make_shared<Screener>(options));
}

providers::Identification ofac_identification(std::string_view who) {
  return {.category = "sanctions",
          .name = "SANCTIONS: OFAC SDN " + std::string(who),
          .description =
              "Named on the list of Specially Designated Nationals as " + std::string(who) + ".",
          .url = "https://sanctionssearch.ofac.treas.gov/"};
}

Result<std::unique_ptr<SanctionsServer>> SanctionsServer::start(const SanctionsOptions& options) {
  auto server = std::make_unique<Server>(options);
  CLEW_CHECK(server->listen());
  return server;
}

}  // namespace clew::replay
