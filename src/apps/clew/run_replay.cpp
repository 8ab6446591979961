// `clew replay`.
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/interrupt.h"
#include "apps/clew/replay_words.h"
#include "ingest/replay/replay_server.h"
#include "ingest/simulate/tron/world_server.h"

namespace clew::app {
namespace {

Result<replay::ReplayOptions> read_options(const ReplayCommandOptions& options) {
  replay::ReplayOptions how;
  how.sources = options.sources;
  CLEW_TRY(listen, read_listen(options.listen));
  how.address = listen.address;
  how.port = listen.port;
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
  CLEW_CHECK(read_faults(options.faults, how.faults, replay::find_fault,
                         [](replay::Fault fault) { return replay::name(fault); }));
  return how;
}

}  // namespace

Result<ExitCode> replay(const Session& session, const ReplayCommandOptions& options) {
  if (options.sources.size() == 1 && simulate::tron::is_world(options.sources.front()))
    return replay_tron(session, options);
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
