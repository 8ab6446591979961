// A client of one HTTP server (RFC 9112), http or https, that keeps connections open for the next
// request. Calls block, and may come from several threads at once: each has a connection of its
// own.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/http.h"
#include "net/url.h"

namespace clew::net {

struct ClientOptions {
  double connect_seconds = 10;  // name, connection and TLS
  double answer_seconds = 60;   // from the call to the last byte of the answer
  std::size_t answer_bytes_max = std::size_t{256} << 20;  // as sent, and again unpacked
  std::size_t idle_connections_max = 32;
  Headers headers;          // go with every request; their values never into a message
  std::string cookie_file;  // holds "user:password", read again when refused, as bitcoind writes it
  std::string ca_file;      // trusted beside the system's certificates
  // Ask for gzip. Unset: unless the server is on this machine, where packing only costs time.
  std::optional<bool> gzip;
  // Ends running and later calls when it becomes true; must outlive the client.
  const std::atomic<bool>* stop = nullptr;
};

class HttpClient {
 public:
  // Connects to nobody yet. usage if the URL is not http or https, or a header is malformed.
  static Result<HttpClient> open(std::string_view url, ClientOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // The answer, whatever its status. network if it did not come whole and in time, data if it is no
  // HTTP, damaged or too large, stopped. A connection that the server closed while it lay idle is
  // replaced and the request sent again, so a request must do no harm if it arrives twice.
  // A target of "" is that of the URL; others stand alone. `seconds_max` is for this call, where
  // that is less than answer_seconds.
  Result<Response> send(const Request& request, std::optional<double> seconds_max = {});
  // To the URL's own target, without copying the body.
  Result<Response> post(std::string_view body, std::string_view content_type = "application/json");

  const Url& url() const;

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::net
