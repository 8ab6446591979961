#include "net/client_stream.h"

#include <netdb.h>

#include <boost/asio/ip/address.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace clew::net {
namespace {

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

Error why_given_up(const Deadline& deadline) {
  if (deadline.stopped()) return {ErrorKind::stopped, "stopped"};
  return {ErrorKind::network, "no answer in time"};
}

// What getaddrinfo found, shared with the thread that may still wait for it when nobody else does.
struct Lookup {
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  int code = 0;
  Endpoints found;
};

void look_up(Lookup& lookup, const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  Endpoints found;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (each->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
    endpoint.resize(each->ai_addrlen);
    endpoint.port(port);
    found.push_back(endpoint);
  }
  if (list != nullptr) freeaddrinfo(list);
  const std::lock_guard lock(lookup.mutex);
  lookup.code = code;
  lookup.found = std::move(found);
  lookup.done = true;
  lookup.ended.notify_all();
}

// getaddrinfo knows no deadline, so it has a thread to itself, which is left behind if need be.
Result<Endpoints> resolve(const std::string& host, std::uint16_t port, const Deadline& deadline) {
  error_code code;
  if (const auto address = asio::ip::make_address(host, code); !code)
    return Endpoints{{address, port}};
  auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port] { look_up(*lookup, host, port); }).detach();
  std::unique_lock lock(lookup->mutex);
  while (!lookup->done) {
    if (deadline.stopped() || deadline.passed())
      return fail(why_given_up(deadline).within("looking up its name"));
    lookup->ended.wait_for(lock, deadline.slice());
  }
  if (lookup->found.empty()) {
    return fail(ErrorKind::network,
                std::string("its name cannot be resolved: ") + gai_strerror(lookup->code));
  }
  return std::move(lookup->found);
}

Result<std::shared_ptr<asio::ssl::context>> make_tls(const std::string& ca_file) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  // Servers may close without saying goodbye in TLS; HTTP's own framing tells what is cut off.
  SSL_CTX_set_options(tls->native_handle(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  error_code code;
  tls->set_verify_mode(asio::ssl::verify_peer, code);
  if (!code) tls->set_default_verify_paths(code);
  if (code) return fail(ErrorKind::io, "TLS cannot be set up: " + code.message());
  if (!ca_file.empty() && tls->load_verify_file(ca_file, code))
    return fail(ErrorKind::usage, ca_file + " has no certificates to trust: " + code.message());
  return tls;
}

std::string reason_of_tls(asio::ssl::stream<ClientStream::Socket>& tls, const error_code& code) {
  const long verified = SSL_get_verify_result(tls.native_handle());
  if (verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return "its certificate is not of this host";
  if (verified != X509_V_OK) {
    return std::string("its certificate is not to be trusted: ") +
           X509_verify_cert_error_string(verified);
  }
  return "TLS: " + code.message();
}

}  // namespace

// The system's authorities take a tenth of a second to read, so those who trust only them share.
Result<std::shared_ptr<asio::ssl::context>> client_tls(const std::string& ca_file) {
  static std::mutex mutex;
  static std::shared_ptr<asio::ssl::context> shared;
  if (!ca_file.empty()) return make_tls(ca_file);
  const std::lock_guard lock(mutex);
  if (!shared) {
    CLEW_TRY(made, make_tls(""));
    shared = std::move(made);
  }
  return shared;
}

tl::unexpected<Error> transport_failure(const std::string& doing, const error_code& code) {
  if (code == asio::error::eof) return fail(ErrorKind::network, doing + ": the server closed");
  return fail(ErrorKind::network, doing + ": " + code.message());
}

Result<void> run_until_done(asio::io_context& io, ClientStream& stream,
                            const std::optional<error_code>& done, const Deadline& deadline) {
  io.restart();
  while (!done) {
    if (deadline.stopped() || deadline.passed()) {
      stream.close();
      while (!done)
        io.run_one();
      return fail(why_given_up(deadline));
    }
    io.run_one_for(deadline.slice());
  }
  return {};
}

void ClientStream::close() {
  error_code ignored;
  socket().close(ignored);
}

Result<void> ClientStream::connect(const Url& url, asio::ssl::context* tls,
                                   const Deadline& deadline) {
  CLEW_TRY(endpoints, resolve(url.host, url.port, deadline));
  error_code failure;
  auto& io = static_cast<Io&>(get_executor().context());
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    // Of the time left each address has its share, so that a dead one leaves some to the others.
    const double left = std::chrono::duration<double>(deadline.left()).count();
    const auto share = deadline.within(left / static_cast<double>(endpoints.size() - i));
    std::optional<error_code> done;
    socket_.async_connect(endpoints[i], [&done](error_code code) { done = code; });
    const auto waited = run_until_done(io, *this, done, share);
    if (!waited && deadline.stopped()) return fail(waited.error());
    if (waited && !*done) {
      socket_.set_option(asio::ip::tcp::no_delay(true), failure);
      if (url.secure()) return handshake(url, *tls, deadline);
      return {};
    }
    failure = waited ? *done : error_code(asio::error::timed_out);
    close();
  }
  return transport_failure("cannot connect", failure);
}

Result<void> ClientStream::handshake(const Url& url, asio::ssl::context& tls,
                                     const Deadline& deadline) {
  tls_.emplace(std::move(socket_), tls);
  error_code code;
  asio::ip::make_address(url.host, code);
  const bool is_address = !code;
  if (!is_address && SSL_set_tlsext_host_name(tls_->native_handle(), url.host.c_str()) != 1)
    return fail(ErrorKind::network, "TLS: the host's name cannot be sent");
  // Of the certificate, not only that it is good but whose it is.
  X509_VERIFY_PARAM* wanted = SSL_get0_param(tls_->native_handle());
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, url.host.c_str()) == 1
                              : X509_VERIFY_PARAM_set1_host(wanted, url.host.c_str(), 0) == 1;
  if (!set) return fail(ErrorKind::network, "TLS: the host's name cannot be verified");
  std::optional<error_code> done;
  tls_->async_handshake(asio::ssl::stream_base::client, [&done](error_code end) { done = end; });
  auto& io = static_cast<Io&>(get_executor().context());
  if (auto waited = run_until_done(io, *this, done, deadline); !waited)
    return fail(std::move(waited).error().within("TLS"));
  if (*done) return fail(ErrorKind::network, reason_of_tls(*tls_, *done));
  return {};
}

}  // namespace clew::net
