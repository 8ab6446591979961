#include "apps/clew/stay.h"

#include <iostream>

#include "apps/clew/interrupt.h"
#include "base/clock.h"

namespace clew::app {

void stay(const Session& session, const std::string& url) {
  constexpr double kLookSeconds = 0.05;
  const auto& interrupted = interrupted_flag();
  if (session.json)
    print_json({{"url", url}});
  else
    std::cout << "serving on " << url << '\n';
  std::cout.flush();
  while (!interrupted)
    real_clock().sleep(kLookSeconds);
}

}  // namespace clew::app
