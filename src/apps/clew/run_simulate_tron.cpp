// `clew simulate tron`.
#include <iostream>

#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "ingest/simulate/tron/simulate_tron.h"

namespace clew::app {

Result<ExitCode> simulate_tron(const Session& session, const SimulateTronOptions& options) {
  simulate::tron::Options how;
  how.out = options.out;
  how.users = options.users;
  how.days = options.days;
  how.seed = options.seed;
  CLEW_TRY(made, simulate::tron::simulate_tron(how));
  if (session.json) {
    print_json({{"out", options.out},
                {"transfers", made.transfers},
                {"addresses", made.addresses},
                {"users", made.users},
                {"launderers", made.launderers},
                {"cases", made.cases}});
    return kOk;
  }
  std::cout << options.out << ": " << counted(made.transfers, "transfer") << ", "
            << counted(made.addresses, "address", "addresses") << ", "
            << counted(made.users, "user") << ", " << counted(made.launderers, "launderer") << ", "
            << counted(made.cases, "case") << '\n';
  return kOk;
}

}  // namespace clew::app
