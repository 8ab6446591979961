#include "net/server.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

#include "net/exchange.h"
#include "net/server_session.h"
#include "net/server_stream.h"

namespace clew::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// What a table of routes makes of a request.
class RouteExchange final : public Exchange {
 public:
  explicit RouteExchange(const Hall& hall) : hall_(hall) {}
  std::optional<Answer> admit(const Request&) override { return std::nullopt; }
  Answer handle(Request request) override { return answer_of(hall_, request); }
  Answer refuse(int status) override { return plain_answer(status); }

 private:
  const Hall& hall_;
};

class TcpServer final : public Server {
 public:
  explicit TcpServer(std::shared_ptr<Hall> hall)
      : hall_(std::move(hall)),
        stays_(hall_->io.get_executor()),
        acceptor_(hall_->io),
        pause_(hall_->io) {}
  ~TcpServer() override { stop(); }

  Result<void> listen();
  void stop() override;
  std::uint16_t port() const override { return port_; }
  std::string url(std::string_view scheme) const override;

 private:
  void accept();

  std::shared_ptr<Hall> hall_;
  // The threads stay though for a moment nothing is to be read or written, as when all that is
  // left of a server that stops is an answer that a worker makes.
  asio::executor_work_guard<asio::io_context::executor_type> stays_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::vector<std::thread> threads_;
  std::unique_ptr<asio::thread_pool> workers_;
  std::uint16_t port_ = 0;
};

Result<void> TcpServer::listen() {
  const ServerOptions& options = hall_->options;
  error_code code;
  const auto address = asio::ip::make_address(options.address, code);
  if (code) return fail(ErrorKind::usage, options.address + " is no address");
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), code);
  if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor_.bind(endpoint, code);
  if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
  if (code) {
    return fail(ErrorKind::io, "cannot listen on " + options.address + ":" +
                                   std::to_string(options.port) + ": " + code.message());
  }
  port_ = acceptor_.local_endpoint(code).port();
  if (options.workers > 0) {
    workers_ = std::make_unique<asio::thread_pool>(options.workers);
    hall_->workers = workers_.get();
  }
  accept();
  for (unsigned i = 0; i < std::max(1u, options.threads); ++i)
    threads_.emplace_back([this] { hall_->io.run(); });
  return {};
}

std::string TcpServer::url(std::string_view scheme) const {
  auto address = asio::ip::make_address(hall_->options.address);
  if (address.is_unspecified()) address = asio::ip::address_v4::loopback();
  const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return std::string(scheme) + "://" + host + ":" + std::to_string(port_);
}

void TcpServer::accept() {
  acceptor_.async_accept(asio::make_strand(hall_->io), [this](error_code code, tcp::socket socket) {
    if (code == asio::error::operation_aborted || hall_->closing()) return;
    if (!code) {
      if (!hall_->full()) serve_http(hall_, std::move(socket));
      return accept();
    }
    // Out of descriptors, most likely: some will come back.
    pause_.expires_after(milliseconds(0.05));
    pause_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  });
}

void TcpServer::stop() {
  if (threads_.empty()) return;
  asio::post(hall_->io, [this] {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
  hall_->clear();
  // What a worker is at ends, what waits for one does not begin: its connection is gone.
  if (workers_) {
    workers_->stop();
    workers_->join();
  }
  hall_->io.stop();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
  // Lets what is still queued end, and with it the connections that it holds.
  hall_->io.restart();
  hall_->io.poll();
  workers_.reset();
}

Result<std::unique_ptr<Server>> open(std::shared_ptr<Hall> hall) {
  CLEW_TRY(tls, server_tls(hall->options));
  hall->tls = std::move(tls);
  auto server = std::make_unique<TcpServer>(std::move(hall));
  CLEW_CHECK(server->listen());
  return server;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                              std::vector<Route> routes) {
  auto hall = std::make_shared<Hall>(options, std::move(routes));
  hall->begin = [&hall = *hall](const std::string&) {
    return std::make_shared<RouteExchange>(hall);
  };
  return open(std::move(hall));
}

Result<std::unique_ptr<Server>> start_service(const ServerOptions& options, ExchangeFactory begin) {
  auto hall = std::make_shared<Hall>(options, std::vector<Route>());
  hall->begin = std::move(begin);
  return open(std::move(hall));
}

}  // namespace clew::net
