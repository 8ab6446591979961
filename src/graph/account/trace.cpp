#include "graph/account/trace.h"

#include "graph/account/trace_run.h"

namespace clew::account {

Result<TraceResult> trace(const Snapshot& snapshot, std::span<const TraceOrigin> origins,
                          const TraceOptions& options) {
  if (origins.empty()) return fail(ErrorKind::usage, "a trace needs at least one origin transfer");
  if (options.policy == TaintPolicy::tiho)
    return fail(ErrorKind::usage,
                "TIHO ranks the outputs of one transaction; accounts have none: take fifo, lifo, "
                "haircut or poison");
  TraceRun run(snapshot, options);
  CLEW_CHECK(run.run(origins));
  return report(snapshot, options, run.log(), run.work());
}

}  // namespace clew::account
