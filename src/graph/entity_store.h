// Stored entities: files of derived data in the ledger's directory, one a basis, which may be
// deleted at any time. Format: docs/formats/entities.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "graph/entity_data.h"

namespace clew::graph {

class EntityStore {
 public:
  // `directory` is the ledger's; files go to its folder "entities".
  EntityStore(const std::string& directory, FileSystem& files);

  // Null if nothing usable is stored for this basis; `notices` says so unless there is no file.
  std::shared_ptr<const EntityData> load(const ledger::Snapshot& snapshot, const EntityBasis& basis,
                                         std::vector<std::string>& notices);
  // Replaces the file of this basis, and removes files of other snapshots and of other labels.
  Result<void> save(const EntityData& data);
  // Every byte of every file; one sentence a problem.
  std::vector<std::string> verify();

 private:
  std::string path_of(const std::string& key) const;
  void remove_stale(const EntityBasis& basis);

  std::string directory_;
  FileSystem& files_;
};

// Names a basis on a snapshot: what must be equal for stored entities to be used. Row numbers are
// part of it, because a ledger made anew may number the same content differently.
std::string entity_key(const ledger::Snapshot& snapshot, const EntityBasis& basis);

}  // namespace clew::graph
