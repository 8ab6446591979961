// Answers through loopback: requests a second, and megabytes a CPU-second of client and server
// apart, who are two processes.
//   bench_net [seconds of each]
// One line of JSON. What the figures mean: docs/benchmarks.md.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "bench/measure.h"
#include "ingest/node/rpc_client.h"
#include "net/server.h"

namespace {

using namespace clew;

constexpr const char* kSmall = "small";  // asks for the answer of 1 KB, other methods for 600 KB

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

// A server in a process of its own until it is told to end; then its CPU time is known.
class ServerProcess {
 public:
  ServerProcess() {
    int port_pipe[2], end_pipe[2];
    if (pipe(port_pipe) != 0 || pipe(end_pipe) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      close(end_pipe[1]);
      serve(port_pipe[1], end_pipe[0]);
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
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  static void serve(int port_pipe, int end_pipe) {
    const std::string small = text_of(1 << 10), large = text_of(600 << 10);
    auto server =
        net::Server::start({}, {{.path = "/", .handler = [&](const net::Request& request) {
                                   return answer_to(request, small, large);
                                 }}});
    if (!server) std::abort();
    const std::uint16_t port = (*server)->port();
    if (write(port_pipe, &port, sizeof port) != sizeof port) std::abort();
    char byte;
    while (read(end_pipe, &byte, 1) > 0) {
    }
  }
  pid_t child_ = 0;
  int end_ = -1;
  std::uint16_t port_ = 0;
};

struct Figures {
  std::uint64_t requests = 0, bytes = 0;
  double seconds = 0, client_cpu = 0, server_cpu = 0;
};

Figures measure(const char* method, bool as_rpc, unsigned threads, double seconds) {
  ServerProcess server;
  Figures figures;
  std::atomic<std::uint64_t> requests = 0, bytes = 0;
  auto http = net::HttpClient::open(server.url());
  auto rpc = ingest::open_rpc(server.url());
  const ingest::RpcCall call{method};
  const std::string body = ingest::write_request(std::span(&call, 1), 1);
  const auto once = [&]() -> std::size_t {
    if (!as_rpc) return (*http).post(body).value().body.size();
    return (*rpc)->call(call).value()[0].text.size();
  };
  const double cpu = bench::cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::duration<double>(seconds);
  std::vector<std::thread> crowd;
  for (unsigned t = 0; t < threads; ++t) {
    crowd.emplace_back([&] {
      while (std::chrono::steady_clock::now() < end) {
        bytes += once();
        ++requests;
      }
    });
  }
  for (auto& thread : crowd)
    thread.join();
  figures.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  figures.client_cpu = bench::cpu_seconds() - cpu;
  figures.server_cpu = server.end();
  figures.requests = requests;
  figures.bytes = bytes;
  return figures;
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
  print("http_1k", measure(kSmall, false, 2, seconds), ", ");
  print("http_600k", measure("large", false, 2, seconds), ", ");
  print("rpc_1k", measure(kSmall, true, 2, seconds), ", ");
  print("rpc_600k", measure("large", true, 2, seconds), "}\n");
}
