#include "ledger/utxo_kind.h"
#include "ledger/verify_segments.h"
#include "ledger/writer.h"

namespace clew::ledger {

Result<std::vector<std::string>> verify(const std::string& directory, FileSystem& files) {
  return verify_segments<UtxoKind>(directory, files);
}

}  // namespace clew::ledger
