// What the parts of Store share. Internal to this room.
#pragma once

#include "labels/rows.h"

namespace clew::labels {

struct Store::Impl {
  std::string path;
  Mode mode = Mode::write;
  FileSystem* files = nullptr;
  std::unique_ptr<Database> database;

  Result<void> check_writable() const;
  Result<void> check_if_small() const;
  // Inserts, replaces or leaves alone; inside the caller's transaction.
  Result<void> apply(PackContent content, ImportReport& report);
  // Content and digest of the pack of private labels, rewritten as `content`.
  Result<void> rewrite_private(PackContent content);
  Result<PackContent> private_pack() const;
  // After a commit: empties the write-ahead log and writes the file's checksum beside it. What was
  // committed stays so if that fails (a full disk); the report says it then.
  void seal(ImportReport* report = nullptr);
  Result<void> try_seal();
  Result<std::vector<StoredLabel>> find(const SubjectKey& key, SubjectKind kind) const;
};

// The version as version() gives it, from the rows of `packs`.
std::string version_of(const std::vector<PackRow>& packs);

// A database up to this size is held against its checksum when it is opened to be read, which takes
// some milliseconds; a larger one by `clew verify`.
constexpr std::uint64_t kCheckedWhole = std::uint64_t{64} << 20;

constexpr const char* kPrivateIdentity = "private";

// The checksum file beside the database (docs/formats/labels.md).
std::string seal_path(const std::string& database_path);
struct Seal {
  std::string version;
  std::uint64_t size = 0;
  std::string hash;  // XXH3-128 of the database file, hexadecimal
};
std::string write_seal(const Seal& seal);
Result<Seal> parse_seal(std::string_view text, const std::string& path);
// Hash and size of the database file as it is.
Result<Seal> measure(const std::string& database_path, FileSystem& files);
// corrupt, naming the file, if its bytes or those of its checksum are damaged. Only a file whose
// last change is the one that the checksum speaks of, `version`, can be compared. To be called
// inside a transaction, so that no writer changes the file meanwhile.
Result<void> check_seal(const std::string& database_path, const std::string& version,
                        FileSystem& files);

}  // namespace clew::labels
