// Files of TRON's blocks, as saved answers, as messages or as tables: whatever is taken is a ledger
// that holds together, and is not taken twice.
#include <cstdint>
#include <cstdlib>

#include "ingest/live/account_ledger.h"
#include "ingest/tron_node/tron_files.h"
#include "ledger/account/writer.h"
#include "tests/memory_files.h"

namespace {

using namespace clew;

void require(bool holds) {
  if (!holds) std::abort();
}

ingest::TronFilesReport ingest_once(test::MemoryFiles& files) {
  auto writer = account::Writer::open("ledger", "evm:728126428", {}, files);
  require(writer.has_value());
  ingest::AccountLedger ledger(std::move(*writer));
  auto report = ingest::ingest_tron_files({"blocks"}, ledger, {}, files);
  require(report.has_value());
  for (const auto& problem : report->follow.problems)
    require(!problem.empty());
  return std::move(*report);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::MemoryFiles files;
  files.put("blocks", Bytes(data, data + size));
  const auto report = ingest_once(files);
  require(report.follow.added <= report.files.at(0).blocks);
  if (report.follow.added == 0) return 0;
  require(account::verify("ledger", files).value().empty());
  const auto again = ingest_once(files);
  require(again.follow.tip && again.follow.tip->hash == report.follow.tip->hash);
  require(again.follow.added == 0);
  return 0;
}
