// The one writer of a chain's ledger. Blocks are appended in memory and become visible, all or
// none, at commit(): a crash at any moment leaves the last committed state. See docs/formats/.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/bitcoin/block.h"
#include "chain/bitcoin/verbose_json.h"
#include "ledger/snapshot.h"
#include "ledger/writer_options.h"

namespace clew::ledger {

class Writer {
 public:
  // Takes the lock (busy if another process has it) and removes what a crash left unfinished.
  // Creates the ledger if there is none; usage if it holds blocks of another network.
  static Result<Writer> open(const std::string& directory, const bitcoin::ChainParams& chain,
                             WriterOptions options = {}, FileSystem& files = real_files());
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();  // without commit(), appended blocks are dropped

  // Committed or appended.
  bool contains(const Hash256& block_hash) const;
  std::optional<Hash256> hash_at(std::uint32_t height) const;
  std::optional<std::uint32_t> height_of(const Hash256& block_hash) const;
  std::optional<Tip> tip() const;

  // Says that so many bytes of blocks are about to be appended, so that memory is set aside at
  // once.
  void expect(std::uint64_t raw_bytes);
  // Appends a decoded block at `height`. A block that is there already changes nothing and returns
  // false. data if another block has that height, or if its neighbours by height do not connect.
  // `spent`: what a verbosity-3 source declared of the spent outputs, one an input, or empty.
  Result<bool> append(const bitcoin::Block& block, std::uint32_t height,
                      std::span<const std::optional<bitcoin::SpentOutput>> spent = {});
  // Makes everything appended visible and durable, then merges segments if due.
  Result<void> commit();
  // Removes the blocks of height >= `height`. Readers see that from the next commit() on, together
  // with what was appended by then: no crash leaves a ledger between two branches.
  Result<void> unwind(std::uint32_t height);

 private:
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Reads every byte of every ledger file and compares checksums; rebuilds the indexes in memory and
// compares them with the stored ones. Each problem is one sentence naming file, column and page.
Result<std::vector<std::string>> verify(const std::string& directory,
                                        FileSystem& files = real_files());

}  // namespace clew::ledger
