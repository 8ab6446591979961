// The rows of the labels database (docs/formats/labels.md). Internal to this room.
//
// What a pack says in the same words about many addresses is one row of `claims`; a row of `labels`
// ties a subject to a claim. Every row carries a checksum that is compared when it is read, so that
// a flipped bit becomes an error and never an answer.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "labels/label.h"
#include "labels/store.h"
#include "labels/subject.h"
#include "sqlite/database.h"

namespace clew::labels {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

constexpr std::int64_t kSchemaVersion = 1;
// Creates the tables in an empty database (write mode). False if it is empty and stays so (read
// mode). unsupported if a newer program wrote it, corrupt if it is some other program's file.
Result<bool> prepare_schema(const Database& database, Database::Mode mode);

struct PackRow {
  std::int64_t id = 0;
  std::shared_ptr<const Pack> pack;
  Hash256 content{};
  std::uint64_t labels = 0, actors = 0;
};

class RowWriter {
 public:
  explicit RowWriter(const Database& database) : database_(database) {}
  // Writes the pack with all its rows.
  Result<void> insert(const PackContent& content, const Hash256& content_digest);
  // Removes the pack with all its rows.
  Result<void> erase(std::int64_t pack);

 private:
  Result<std::int64_t> insert_pack(const PackContent& content, const Hash256& content_digest);
  Result<std::int64_t> claim_of(Statement& insert, std::int64_t pack, const Label& label,
                                const Hash256& digest);
  Result<void> insert_actors(std::int64_t pack, const std::vector<Actor>& actors);

  const Database& database_;
  std::map<Hash256, std::int64_t> claims_;
};

class RowReader {
 public:
  explicit RowReader(const Database& database) : database_(database) {}

  Result<std::vector<PackRow>> packs();
  Result<std::optional<PackRow>> find_pack(std::string_view identity);
  // All labels that the tail of a query over the table `labels` selects ("WHERE … ORDER BY …"),
  // with their keys. `bind` fills its parameters; `visit` returns false to stop.
  using Bind = std::function<void(Statement&)>;
  using Visit = std::function<Result<bool>(StoredLabel, const SubjectKey&)>;
  Result<void> labels(std::string_view tail, const Bind& bind, const Visit& visit);
  Result<std::vector<Label>> labels_of(std::int64_t pack);
  Result<std::vector<Actor>> actors_of(std::int64_t pack);
  Result<std::optional<Actor>> actor(std::string_view id);

 private:
  struct Claim {
    Label label;  // without its subject
    Hash256 digest{};
    std::shared_ptr<const Pack> pack;
    ServiceKind service = ServiceKind::none;
  };
  Result<const Claim*> claim(std::int64_t id);
  Result<Claim> read_claim(const Statement& row, std::int64_t id);
  Result<std::shared_ptr<const Pack>> pack(std::int64_t id);
  Result<Actor> read_actor(const Statement& row);
  Error damaged(const std::string& table, std::int64_t id) const;

  const Database& database_;
  std::map<std::int64_t, Claim> claims_;
  std::map<std::int64_t, std::shared_ptr<const Pack>> packs_;
  std::map<std::string, std::optional<Actor>, std::less<>> actors_;
  std::optional<Statement> claim_query_;
};

// Lists as they stand in a column: a JSON array of texts.
std::string encode_list(const std::vector<std::string>& list);
std::optional<std::vector<std::string>> decode_list(const std::string& text);
// What the label says, whoever it says it about.
Hash256 claim_digest(const Label& label);
std::int64_t pack_sum(const Pack& pack, const Hash256& content, std::uint64_t labels,
                      std::uint64_t actors);
std::int64_t label_sum(std::int64_t position, const Hash256& claim, SubjectKind kind,
                       std::string_view subject, const SubjectKey& key);
std::string_view blob(const Hash256& hash);

}  // namespace clew::labels
