// Lists of transfers as CSV and as JSON lines: whatever is read either is refused or becomes blocks
// that the ledger takes, the same ones every time. The first byte picks options.
#include <cstdint>
#include <cstdlib>

#include "ingest/transfers/import_lists.h"
#include "ledger/account/writer.h"
#include "tests/memory_files.h"

namespace {

using namespace clew;

void require(bool holds) {
  if (!holds) std::abort();
}

ingest::ListImportOptions options_of(std::uint8_t choice) {
  ingest::ListImportOptions options;
  options.network = "evm:1";
  options.empty_blocks_max = 100;
  options.rows.coin = "ETH";
  options.rows.by_time = (choice & 1) != 0;
  if ((choice & 2) != 0) options.rows.decimals = choice >> 2;
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  test::MemoryFiles files;
  files.put("list", Bytes(data + 1, data + size));
  const auto options = options_of(data[0]);
  const auto report = ingest::import_lists({"list"}, "ledger", options, files);
  if (!report || report->problem_count > 0 || !report->tip) return 0;
  require(account::verify("ledger", files).value().empty());
  const auto again = ingest::import_lists({"list"}, "ledger", options, files);
  require(again && again->added == 0 && again->tip->hash == report->tip->hash);
  return 0;
}
