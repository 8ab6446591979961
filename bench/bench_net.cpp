// Answers through loopback: requests a second, and megabytes a CPU-second of client and server
// apart, who are two processes.
//   bench_net [seconds of each]
// One line of JSON. What the figures mean: docs/benchmarks.md.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>

#include "bench/measure.h"
#include "ingest/node/rpc_client.h"
#include "net/server.h"

namespace {

using namespace clew;

// Methods of the server: an answer of 1 KB, or one of 600 KB, as a block of 150 transactions and
// its receipts is.
constexpr const char* kSmall = "small";
constexpr const char* kLarge = "large";
constexpr std::size_t kLargeSize = 600 << 10;
constexpr int kThreads = 2;

std::string text_of(std::size_t size) {
  // Like what nodes send: short keys and long hexadecimal.
  std::string text = "[";
  while (text.size() + 200 < size) {
    text += R"({"blockNumber":"0x1312d00","data":"0x)" + std::string(128, 'a') + R"("},)";
  }
  text.back() = ']';
  return text;
}

net::Answer answer_to(const net::Request& request, const std::string& small,
                      const std::string& large) {
  const std::string_view body = request.body;
  const auto id = body.substr(body.find("\"id\":") + 5);
  std::string answer = R"({"jsonrpc":"2.0","id":)";
  answer.append(id.substr(0, id.find(','))).append(",\"result\":");
  answer += body.find(kSmall) != body.npos ? small : large;
  return {.body = answer += '}'};
}

double cpu_of(const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What loopback itself costs: sockets without HTTP, asked with one byte for the large answer.
class RawServer {
 public:
  RawServer() : text_(kLargeSize, 'x') {
    listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address_), size) != 0) std::abort();
    ::listen(listening_, 16);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address_), &size);
    std::thread([this] {
      for (;;) {
        const int fd = ::accept(listening_, nullptr, nullptr);
        std::thread([this, fd] { serve(fd); }).detach();
      }
    }).detach();
  }
  std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  void serve(int fd) {
    char byte;
    while (::recv(fd, &byte, 1, 0) == 1) {
      for (std::size_t sent = 0; sent < text_.size();) {
        const auto size = ::send(fd, text_.data() + sent, text_.size() - sent, MSG_NOSIGNAL);
        if (size <= 0) break;
        sent += static_cast<std::size_t>(size);
      }
    }
    ::close(fd);
  }
  std::string text_;
  int listening_ = -1;
  sockaddr_in address_{};
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  }
  ~RawClient() { ::close(fd_); }
  std::size_t ask() {
    if (::send(fd_, "x", 1, 0) != 1) std::abort();
    std::size_t got = 0;
    while (got < kLargeSize) {
      const auto size = ::recv(fd_, buffer_.data() + got, buffer_.size() - got, 0);
      if (size <= 0) std::abort();
      got += static_cast<std::size_t>(size);
    }
    return got;
  }

 private:
  int fd_;
  std::string buffer_ = std::string(kLargeSize, '\0');
};

// A server in a process of its own until it is told to end; then its CPU time is known.
class ServerProcess {
 public:
  explicit ServerProcess(bool raw) {
    int port_pipe[2], end_pipe[2];
    if (pipe(port_pipe) != 0 || pipe(end_pipe) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      close(end_pipe[1]);
      raw ? serve_raw(port_pipe[1], end_pipe[0]) : serve(port_pipe[1], end_pipe[0]);
      _exit(0);
    }
    close(end_pipe[0]);
    end_ = end_pipe[1];
    if (read(port_pipe[0], &port_, sizeof port_) != sizeof port_) std::abort();
  }
  double end() {
    close(end_);
    rusage usage{};
    wait4(child_, nullptr, 0, &usage);
    return cpu_of(usage);
  }
  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  static void tell_and_wait(std::uint16_t port, int port_pipe, int end_pipe) {
    if (write(port_pipe, &port, sizeof port) != sizeof port) std::abort();
    char byte;
    while (read(end_pipe, &byte, 1) > 0) {
    }
  }
  static void serve(int port_pipe, int end_pipe) {
    const std::string small = text_of(1 << 10), large = text_of(kLargeSize);
    auto server =
        net::Server::start({}, {{.path = "/", .handler = [&](const net::Request& request) {
                                   return answer_to(request, small, large);
                                 }}});
    if (!server) std::abort();
    tell_and_wait((*server)->port(), port_pipe, end_pipe);
  }
  static void serve_raw(int port_pipe, int end_pipe) {
    const RawServer server;
    tell_and_wait(server.port(), port_pipe, end_pipe);
  }

  pid_t child_ = 0;
  int end_ = -1;
  std::uint16_t port_ = 0;
};

struct Figures {
  std::uint64_t requests = 0, bytes = 0;
  double seconds = 0, client_cpu = 0, server_cpu = 0;
};

// One thread's way to ask once, which gives the bytes of the answer.
using Ask = std::function<std::size_t()>;
using Connect = std::function<Ask(const ServerProcess&)>;

Figures measure(bool raw, double seconds, const Connect& connect) {
  ServerProcess server(raw);
  std::atomic<std::uint64_t> requests = 0, bytes = 0;
  const double cpu = bench::cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::duration<double>(seconds);
  std::vector<std::thread> crowd;
  for (int t = 0; t < kThreads; ++t) {
    crowd.emplace_back([&] {
      const Ask ask = connect(server);
      while (std::chrono::steady_clock::now() < end) {
        bytes += ask();
        ++requests;
      }
    });
  }
  for (auto& thread : crowd)
    thread.join();
  Figures figures;
  figures.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  figures.client_cpu = bench::cpu_seconds() - cpu;
  figures.server_cpu = server.end();
  figures.requests = requests;
  figures.bytes = bytes;
  return figures;
}

Ask ask_raw(const ServerProcess& server) {
  return [client = std::make_shared<RawClient>(server.port())] { return client->ask(); };
}

Connect ask_http(const char* method) {
  return [method](const ServerProcess& server) -> Ask {
    const ingest::RpcCall call{method};
    auto client = std::make_shared<net::HttpClient>(net::HttpClient::open(server.url()).value());
    return [client, body = ingest::write_request(std::span(&call, 1), 1)] {
      return client->post(body).value().body.size();
    };
  };
}

Connect ask_rpc(const char* method) {
  return [method](const ServerProcess& server) -> Ask {
    std::shared_ptr<ingest::RpcClient> client = ingest::open_rpc(server.url()).value();
    return [client, call = ingest::RpcCall{method}] {
      return client->call(call).value()[0].text.size();
    };
  };
}

void print(const char* name, const Figures& figures, const char* end) {
  const double megabytes = static_cast<double>(figures.bytes) / 1e6;
  const auto requests = static_cast<double>(figures.requests);
  std::printf(
      "\"%s\": {\"requests_per_second\": %.0f, \"megabytes_per_second\": %.0f, "
      "\"client_microseconds\": %.1f, \"server_microseconds\": %.1f, "
      "\"megabytes_per_client_cpu_second\": %.0f, \"megabytes_per_server_cpu_second\": %.0f}%s",
      name, requests / figures.seconds, megabytes / figures.seconds,
      1e6 * figures.client_cpu / requests, 1e6 * figures.server_cpu / requests,
      megabytes / figures.client_cpu, megabytes / figures.server_cpu, end);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  std::printf("{");
  print("raw_600k", measure(true, seconds, ask_raw), ", ");
  print("http_1k", measure(false, seconds, ask_http(kSmall)), ", ");
  print("http_600k", measure(false, seconds, ask_http(kLarge)), ", ");
  print("rpc_1k", measure(false, seconds, ask_rpc(kSmall)), ", ");
  print("rpc_600k", measure(false, seconds, ask_rpc(kLarge)), "}\n");
}
