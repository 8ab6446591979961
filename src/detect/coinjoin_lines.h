// Loose transactions as JSON Lines, plain or gzip: one object a line with "txid", "vin" (each with
// "value" in satoshi and "script" of the spent output) and "vout" (likewise); "time" in seconds if
// known. Other keys are ignored; a script's type comes from its bytes. An input without "value" or
// "script" (or with null) is one whose origin is unknown.
#pragma once

#include <memory>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "detect/coinjoin.h"

namespace clew::detect {

struct LooseTransaction {
  Hash256 txid{};
  TxShape shape;
};

class TransactionLines {
 public:
  explicit TransactionLines(std::string path, FileSystem& files = real_files());
  TransactionLines(TransactionLines&&) noexcept;
  ~TransactionLines();

  // Reads the next transaction into `out`; false at the end of the file. Empty lines are skipped.
  // An error names file and line; after it the next call goes on with the next line, except where
  // the file itself is unreadable or its compression broken, which fails again.
  Result<bool> next(LooseTransaction& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One line. The error has no file name or line number.
Result<void> parse_loose_transaction(std::string_view line, LooseTransaction& out);

}  // namespace clew::detect
