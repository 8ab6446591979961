#include "net/http_client.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "net/credentials.h"
#include "net/gzip.h"
#include "net/http_connection.h"

namespace clew::net {
namespace {

constexpr int kUnauthorized = 401;

bool is_token_text(std::string_view text) {
  return !text.empty() && text.find_first_of(" \r\n\t") == text.npos;
}

}  // namespace

struct HttpClient::Impl {
  Url url;
  ClientOptions options;
  bool gzip = false;
  std::string standing_head;  // the lines that are the same in every request
  std::unique_ptr<HttpConnector> connector;

  std::mutex mutex;
  std::string authorization;  // a line, or empty
  std::vector<std::unique_ptr<HttpConnection>> idle;

  struct Outgoing {
    std::string_view method, target, content_type, body;
    const Headers* headers = nullptr;
    std::optional<double> seconds_max;
  };

  Result<void> load_cookie();
  std::string head_of(const Outgoing& request);
  std::unique_ptr<HttpConnection> take_idle();
  void keep(std::unique_ptr<HttpConnection> connection);
  Result<Response> send(const Outgoing& request);
  Result<Response> exchange(const HttpConnection::Exchange& exchange, const Deadline& deadline);
  Result<void> unpack(Response& response) const;
};

Result<void> HttpClient::Impl::load_cookie() {
  std::string userinfo = url.userinfo.value_or("");
  if (!options.cookie_file.empty()) {
    CLEW_TRY(cookie, read_cookie(options.cookie_file));
    userinfo = std::move(cookie);
  }
  const std::lock_guard lock(mutex);
  authorization =
      userinfo.empty() ? "" : "Authorization: " + basic_authorization(userinfo) + "\r\n";
  return {};
}

std::string HttpClient::Impl::head_of(const Outgoing& request) {
  std::string head;
  head.reserve(512);
  head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  head += standing_head;
  {
    const std::lock_guard lock(mutex);
    head += authorization;
  }
  if (request.headers != nullptr) {
    for (const Header& header : *request.headers)
      head.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (!request.content_type.empty())
    head.append("Content-Type: ").append(request.content_type).append("\r\n");
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
    head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  return head += "\r\n";
}

std::unique_ptr<HttpConnection> HttpClient::Impl::take_idle() {
  const std::lock_guard lock(mutex);
  while (!idle.empty()) {
    auto connection = std::move(idle.back());
    idle.pop_back();
    if (connection->still_usable()) return connection;
  }
  return nullptr;
}

void HttpClient::Impl::keep(std::unique_ptr<HttpConnection> connection) {
  if (!connection->reusable()) return;
  const std::lock_guard lock(mutex);
  if (idle.size() < options.idle_connections_max) idle.push_back(std::move(connection));
}

Result<Response> HttpClient::Impl::exchange(const HttpConnection::Exchange& exchange,
                                            const Deadline& deadline) {
  if (auto connection = take_idle()) {
    auto response = connection->exchange(exchange, deadline);
    if (response) keep(std::move(connection));
    // The server may have closed it at the very moment of asking.
    const bool closed = !response && connection->unanswered() &&
                        response.error().kind == ErrorKind::network && !deadline.passed();
    if (!closed) return response;
  }
  CLEW_TRY(connection, connector->connect(deadline.within(options.connect_seconds)));
  auto response = connection->exchange(exchange, deadline);
  if (response) keep(std::move(connection));
  return response;
}

Result<void> HttpClient::Impl::unpack(Response& response) const {
  const std::string* encoding = find_header(response.headers, "Content-Encoding");
  if (encoding == nullptr || encoding->empty() || *encoding == "identity") return {};
  if (*encoding != "gzip" && *encoding != "x-gzip")
    return fail(ErrorKind::data, "the answer is packed in a way that was not asked for");
  if (response.body.empty()) return {};
  CLEW_TRY(text, gunzip(response.body, options.answer_bytes_max));
  response.body = std::move(text);
  return {};
}

Result<Response> HttpClient::Impl::send(const Outgoing& request) {
  const double seconds = request.seconds_max.value_or(options.answer_seconds);
  const Deadline deadline(std::min(seconds, options.answer_seconds), options.stop);
  if (deadline.stopped()) return fail(ErrorKind::stopped, "stopped");
  const auto once = [&]() -> Result<Response> {
    const std::string head = head_of(request);
    CLEW_TRY(response, exchange({.head = head,
                                 .body = request.body,
                                 .answer_has_body = request.method != "HEAD",
                                 .answer_bytes_max = options.answer_bytes_max},
                                deadline));
    CLEW_CHECK(unpack(response));
    return response;
  };
  auto response = once();
  // A node that started anew has written a new cookie.
  if (response && response->status == kUnauthorized && !options.cookie_file.empty()) {
    if (load_cookie()) response = once();
  }
  if (!response) return fail(std::move(response).error().within(url.shown()));
  return response;
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::open(std::string_view url, ClientOptions options) {
  auto impl = std::make_unique<Impl>();
  CLEW_TRY(parsed, parse_url(url));
  if (parsed.websocket())
    return fail(ErrorKind::usage, parsed.shown() + ": not an http or https URL");
  CLEW_CHECK(check_headers(options.headers));
  impl->url = std::move(parsed);
  impl->options = std::move(options);
  impl->gzip = impl->options.gzip.value_or(!impl->url.loopback());
  impl->standing_head =
      "Host: " + impl->url.authority() +
      "\r\nUser-Agent: chainclew\r\nAccept-Encoding: " + (impl->gzip ? "gzip" : "identity") +
      "\r\n";
  for (const Header& header : impl->options.headers)
    impl->standing_head += header.name + ": " + header.value + "\r\n";
  if (auto loaded = impl->load_cookie(); !loaded && impl->options.cookie_file.empty())
    return fail(std::move(loaded).error());
  CLEW_TRY(connector, make_http_connector(impl->url, impl->options.ca_file));
  impl->connector = std::move(connector);
  return HttpClient(std::move(impl));
}

Result<Response> HttpClient::send(const Request& request, std::optional<double> seconds_max) {
  if (!is_token_text(request.method)) return fail(ErrorKind::usage, "no HTTP method");
  if (!request.target.empty() && !(is_token_text(request.target) && request.target[0] == '/'))
    return fail(ErrorKind::usage, "a request's target begins with / and has no spaces");
  CLEW_CHECK(check_headers(request.headers));
  return impl_->send({.method = request.method,
                      .target = request.target.empty() ? impl_->url.target : request.target,
                      .content_type = "",
                      .body = request.body,
                      .headers = &request.headers,
                      .seconds_max = seconds_max});
}

Result<Response> HttpClient::post(std::string_view body, std::string_view content_type) {
  return impl_->send(
      {.method = "POST", .target = impl_->url.target, .content_type = content_type, .body = body});
}

const Url& HttpClient::url() const {
  return impl_->url;
}

}  // namespace clew::net
