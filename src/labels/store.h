// The labels of one user: a SQLite file beside the ledgers. Every import is one transaction, so a
// crash leaves all or nothing of a file; importing the same pack again changes nothing; a newer
// version of a pack takes the place of the older one. Layout: docs/formats/labels.md.
// One object belongs to one thread at a time; any number of processes may open the file, and
// readers go on while another process writes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/bitcoin/address.h"
#include "labels/label.h"
#include "labels/label_file.h"
#include "labels/taxonomy.h"

namespace clew::labels {

struct StoredLabel {
  std::int64_t id = 0;  // pack and place in it; good for as long as version() stays the same
  Label label;
  std::shared_ptr<const Pack> pack;
  ServiceKind service = ServiceKind::none;  // its actor's categories included
};

struct ImportReport {
  std::uint64_t packs_added = 0, packs_replaced = 0, packs_unchanged = 0;
  std::uint64_t read = 0;       // labels in the file
  std::uint64_t added = 0;      // of those, new
  std::uint64_t unchanged = 0;  // of those, there already
  std::uint64_t removed = 0;    // labels of an older version that the new one no longer has
  std::uint64_t actors = 0;     // actors in the file
  // Of those in the file, the ones that are not is_valid() of subject.h: kept, but nothing matches.
  std::uint64_t undecodable = 0;
  Skips skipped;
  std::vector<std::string> notes;  // what the user should know: one sentence each
};

struct Stats {
  std::uint64_t labels = 0, packs = 0, actors = 0;
  std::uint64_t subjects = 0;  // distinct addresses and transactions
  // Labels by pack title and file, concept, currency, ledger and confidence id ("" not stated).
  std::map<std::string, std::uint64_t> by_pack, by_category, by_currency, by_ledger, by_confidence;
};

// Empty fields match everything.
struct LabelFilter {
  std::string currency;              // letter case aside
  std::string pack;                  // title or identity
  std::optional<bool> only_private;  // true: only labels added by hand; false: only imported ones
};

class Store {
 public:
  enum class Mode : std::uint8_t { read, write };
  // In read mode a missing file is an empty store, and nothing is created. `files` serves what
  // SQLite does not: the files to import and the checksum beside the database.
  static Result<Store> open(const std::string& path, Mode mode = Mode::write,
                            FileSystem& files = real_files());
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // Names the content: equal content, equal version, on every machine. "empty" if there is none.
  Result<std::string> version() const;

  // Any file of label_file.h. Errors name file, line and column, and leave the store as it was.
  Result<ImportReport> import_file(const std::string& path, const ImportOptions& options = {});
  // Packs at hand, in one transaction.
  Result<ImportReport> import_packs(std::vector<PackContent> packs);
  // A private label. False if the very same is there. usage if subject or label text is empty.
  Result<bool> add(const Label& label);
  // Private labels of a subject; `label_text` and `currency` narrow it down unless empty. Returns
  // how many were there.
  Result<std::uint64_t> remove(std::string_view subject, std::string_view label_text = {},
                               std::string_view currency = {});
  // A whole pack by identity, or by title if only one has it. not_found; usage if several match.
  Result<std::uint64_t> remove_pack(std::string_view name_or_identity);

  // Best first (see rank()).
  Result<std::vector<StoredLabel>> of_address(const bitcoin::ChainParams& chain,
                                              const bitcoin::Address& address) const;
  // `text` in any spelling; `currency` decides which ledger is meant.
  Result<std::vector<StoredLabel>> of_address(std::string_view currency,
                                              std::string_view text) const;
  // An address or a transaction hash, on whatever ledger.
  Result<std::vector<StoredLabel>> of_subject(std::string_view text) const;

  // All address labels of a ledger in canonical address order, labels of one address best first.
  // `visit` returns false to stop. Reads one state even while another process writes.
  using AddressVisitor = std::function<bool(const bitcoin::Address&, const StoredLabel&)>;
  Result<void> for_each(const bitcoin::ChainParams& chain, const AddressVisitor& visit) const;
  // By pack in order of import, labels in the order of their file.
  using LabelVisitor = std::function<Result<void>(const StoredLabel&)>;
  Result<void> for_each(const LabelFilter& filter, const LabelVisitor& visit) const;
  // Whole packs, for export.
  using PackVisitor = std::function<Result<void>(PackContent)>;
  Result<void> for_each_pack(const LabelFilter& filter, const PackVisitor& visit) const;

  // By id; the pack imported last wins.
  Result<std::optional<Actor>> actor(std::string_view id) const;
  Result<Stats> stats() const;  // reads every label
  struct Size {
    std::uint64_t labels = 0, packs = 0;
  };
  Result<Size> size() const;  // reads the packs only

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Best first: level of confidence, then cluster definers, then private labels, then the newest
// (without a date, or with one that is none, last); ties by pack, text and id, so that the order
// follows from content.
void rank(std::vector<StoredLabel>& labels);

// Reads every row, compares its checksum, the content of every pack with its name and the file
// with the checksum beside it. Each problem is one sentence naming the file.
Result<std::vector<std::string>> verify(const std::string& path, FileSystem& files = real_files());

}  // namespace clew::labels
