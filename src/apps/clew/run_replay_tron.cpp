// `clew replay` of a TRON world: both of its providers on one port.
#include <cstdlib>

#include "apps/clew/commands.h"
#include "apps/clew/replay_words.h"
#include "apps/clew/stay.h"
#include "ingest/simulate/tron/world_server.h"

namespace clew::app {
namespace {

Result<simulate::tron::WorldServerOptions> read_options(const ReplayCommandOptions& options) {
  if (options.blocks_per_second || options.from_block || options.no_branches ||
      !options.without.empty())
    return fail(ErrorKind::usage,
                "--blocks-per-second, --from-block, --no-branches and --without are of Ethereum "
                "worlds, and " +
                    options.sources.front() + " is one of TRON");
  simulate::tron::WorldServerOptions how;
  CLEW_TRY(listen, read_listen(options.listen));
  how.address = listen.address;
  how.port = listen.port;
  how.threads = options.threads;
  const char* key = std::getenv("CLEW_REPLAY_KEY");
  if (key != nullptr) how.key = key;
  how.faults.seed = options.fault_seed;
  how.faults.spared = options.fault_after;
  how.faults.slow_seconds = options.slow_seconds;
  CLEW_CHECK(read_faults(options.faults, how.faults, replay::find_provider_fault,
                         [](replay::ProviderFault fault) { return replay::name(fault); }));
  return how;
}

}  // namespace

Result<ExitCode> replay_tron(const Session& session, const ReplayCommandOptions& options) {
  CLEW_TRY(how, read_options(options));
  CLEW_TRY(server, simulate::tron::serve_world(options.sources.front(), how));
  stay(session, server->url());
  return kOk;
}

}  // namespace clew::app
