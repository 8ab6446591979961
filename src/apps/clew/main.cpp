#include <iostream>

#include "apps/clew/command_line.h"
#include "ledger/snapshot.h"

// Exceptions come from libraries, and from a ledger page that does not match its checksum; this is
// the thread's edge where they end.
int main(int argc, char** argv) {
  try {
    const int code = clew::app::run(argc, argv);
    if (std::cout.flush() || code != clew::app::kOk) return code;
    std::cerr << "clew: the answer cannot be written to standard output\n";
    return clew::app::kData;
  } catch (const clew::ledger::Corruption& e) {
    std::cerr << "clew: the ledger is damaged: " << e.what()
              << "\nRun `clew verify` for the whole list; the blocks can be ingested again.\n";
    return clew::app::kData;
  } catch (const std::bad_alloc&) {
    std::cerr << "clew: out of memory\n";
    return clew::app::kData;
  } catch (const std::exception& e) {
    std::cerr << "clew: unexpected failure: " << e.what() << '\n';
    return clew::app::kData;
  }
}
