// Stored entities: files of derived data in the ledger's directory, one a basis, which may be
// deleted at any time. Format: docs/formats/entities.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "graph/block_order.h"
#include "graph/entity_overlay.h"

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

  // The same for the entities of final blocks, of which there is a file for each choice of rules,
  // CoinJoins and labels, whatever the snapshot. It is usable while its last block is on the
  // snapshot's chain, rows below are numbered as they were, and the parties are the same.
  std::optional<FinalEntities> load_final(const ledger::Snapshot& snapshot,
                                          const EntityBasis& basis, const PartyNumbers& parties,
                                          std::vector<std::string>& notices);
  Result<void> save_final(const FinalEntities& entities, const EntityBasis& basis,
                          const PartyNumbers& parties);
  // Every byte of every file; one sentence a problem.
  std::vector<std::string> verify();

 private:
  std::string path_of(const std::string& key) const;
  Result<void> write(const std::string& path, const std::string& key, const EntityData& data);
  void remove_stale(const ledger::Snapshot& snapshot, const EntityBasis& basis);

  std::string directory_;
  FileSystem& files_;
};

// Names a basis on a snapshot: what must be equal for stored entities to be used. Row numbers are
// part of it, because a ledger made anew may number the same content differently.
std::string entity_key(const ledger::Snapshot& snapshot, const EntityBasis& basis);

}  // namespace clew::graph
