// What a node can answer, at the most: asks it for blocks as `clew ingest evm` does, over so many
// connections, and throws the answers away.
//
//     bench_drain URL LAST_BLOCK none|trace|debug CONNECTIONS
//
// The last line is one JSON document for scripts.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "bench/measure.h"
#include "ingest/node/json_rpc.h"
#include "net/http_client.h"

namespace clew {
namespace {

std::string request(std::uint64_t number, const std::string& traces) {
  char quoted[32];
  std::snprintf(quoted, sizeof quoted, "\"0x%llx\"", static_cast<unsigned long long>(number));
  const std::string name = quoted;
  std::vector<ingest::RpcCall> calls = {{"eth_getBlockByNumber", "[" + name + ",true]"},
                                        {"eth_getBlockReceipts", "[" + name + "]"}};
  if (traces == "trace") calls.push_back({"trace_block", "[" + name + "]"});
  if (traces == "debug")
    calls.push_back({"debug_traceBlockByNumber", "[" + name + R"(,{"tracer":"callTracer"}])"});
  return ingest::write_request(calls, 1);
}

int drain(const std::string& url, std::uint64_t last, const std::string& traces,
          unsigned connections) {
  auto client = net::HttpClient::open(url);
  if (!client) {
    std::fprintf(stderr, "%s\n", client.error().message.c_str());
    return 1;
  }
  std::atomic<std::uint64_t> next = 0, bytes = 0, failures = 0;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      for (auto number = next++; number <= last; number = next++) {
        const auto answer = client->post(request(number, traces));
        if (!answer || answer->status != 200) ++failures;
        if (answer) bytes += answer->body.size();
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  const nlohmann::json found = {{"seconds", spent.count()},
                                {"bytes", bytes.load()},
                                {"failures", failures.load()},
                                {"own_cpu_seconds", bench::cpu_seconds()}};
  std::printf("%s\n", found.dump().c_str());
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace clew

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_drain URL LAST_BLOCK none|trace|debug CONNECTIONS\n");
    return 2;
  }
  return clew::drain(argv[1], std::strtoull(argv[2], nullptr, 10), argv[3],
                     static_cast<unsigned>(std::strtoul(argv[4], nullptr, 10)));
}
