// The one writer of an account chain's ledger. Blocks are appended in memory and become visible,
// all or none, at commit(): a crash at any moment leaves the last committed state.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "chain/account_block.h"
#include "ledger/chain_state.h"
#include "ledger/writer_options.h"

namespace clew::account {

class Writer {
 public:
  // Takes the lock (busy if another process has it) and removes what a crash left unfinished.
  // Creates the ledger if there is none; usage if it holds blocks of another network. `network`
  // tells chains apart: "evm:1" for the chain id 1.
  static Result<Writer> open(const std::string& directory, const std::string& network,
                             ledger::WriterOptions options = {}, FileSystem& files = real_files());
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();  // without commit(), appended blocks are dropped

  // Committed or appended.
  std::optional<Hash256> hash_at(std::uint32_t number) const;
  std::optional<std::uint32_t> number_of(const Hash256& block_hash) const;
  std::optional<ledger::Tip> tip() const;

  // A block that is there already changes nothing and returns false. data if another block has that
  // number, or if its neighbours by number do not connect; unsupported if the number is 2^32 - 1 or
  // more.
  Result<bool> append(const chain::AccountBlock& block);
  // Makes everything appended visible and durable, then merges segments if due.
  Result<void> commit();
  // Removes the blocks of number >= `number`. Readers see that from the next commit() on, together
  // with what was appended by then: no crash leaves a ledger between two branches.
  Result<void> unwind(std::uint32_t number);

 private:
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Reads every byte of every ledger file and compares checksums; rebuilds the indexes in memory and
// compares them with the stored ones. Each problem is one sentence naming file, column and page.
Result<std::vector<std::string>> verify(const std::string& directory,
                                        FileSystem& files = real_files());

}  // namespace clew::account
