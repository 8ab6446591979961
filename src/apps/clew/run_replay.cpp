// `clew replay`.
#include <charconv>
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/interrupt.h"
#include "ingest/replay/replay_server.h"

namespace clew::app {
namespace {

std::string names_of_faults() {
  std::string names;
  for (std::size_t i = 0; i < replay::kFaults; ++i)
    names += (i == 0 ? "" : ", ") + std::string(replay::name(static_cast<replay::Fault>(i)));
  return names;
}

// "429=0.01"
Result<void> read_fault(const std::string& text, replay::FaultPlan& plan) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto fault = replay::find_fault(name);
  if (!fault)
    return fail(ErrorKind::usage, "no fault " + name + "; there are " + names_of_faults());
  double chance = 1;
  if (equals != std::string::npos) {
    const char *begin = text.data() + equals + 1, *end = text.data() + text.size();
    const auto [last, code] = std::from_chars(begin, end, chance);
    if (code != std::errc() || last != end || !(chance >= 0 && chance <= 1))
      return fail(ErrorKind::usage, "--fault " + text + ": the chance must be 0 to 1");
  }
  plan.chances[static_cast<std::size_t>(*fault)] = chance;
  return {};
}

// "127.0.0.1:8545", "[::1]:0"
Result<void> read_listen(const std::string& text, replay::ReplayOptions& how) {
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const auto [last, code] = std::from_chars(port.data(), port.data() + port.size(), how.port);
  if (port.empty() || colon == 0 || code != std::errc() || last != port.data() + port.size())
    return fail(ErrorKind::usage, "--listen " + text + ": not an ADDRESS:PORT");
  how.address = text.substr(0, colon);
  if (how.address.starts_with('[') && how.address.ends_with(']'))
    how.address = how.address.substr(1, how.address.size() - 2);
  return {};
}

Result<replay::ReplayOptions> read_options(const ReplayCommandOptions& options) {
  replay::ReplayOptions how;
  how.sources = options.sources;
  CLEW_CHECK(read_listen(options.listen, how));
  how.threads = options.threads;
  how.whole = !options.blocks_per_second && !options.from_block;
  how.blocks_per_second = options.blocks_per_second.value_or(0);
  if (!(how.blocks_per_second >= 0))
    return fail(ErrorKind::usage, "--blocks-per-second must not be negative");
  how.world.first_head = options.from_block.value_or(0);
  how.world.branches = !options.no_branches;
  how.without = {options.without.begin(), options.without.end()};
  how.faults.seed = options.fault_seed;
  how.faults.spared = options.fault_after;
  how.faults.slow_seconds = options.slow_seconds;
  for (const std::string& fault : options.faults)
    CLEW_CHECK(read_fault(fault, how.faults));
  return how;
}

}  // namespace

Result<ExitCode> replay(const Session& session, const ReplayCommandOptions& options) {
  CLEW_TRY(how, read_options(options));
  CLEW_TRY(server, replay::ReplayServer::start(how));
  const auto& interrupted = interrupted_flag();
  // Who started this waits for that line.
  if (session.json) {
    print_json({{"url", server->url()}, {"websocket", server->url("ws")}});
  } else {
    std::cout << "serving on " << server->url() << " and " << server->url("ws") << '\n';
  }
  std::cout.flush();
  CLEW_CHECK(server->run(interrupted));
  return kOk;
}

}  // namespace clew::app
