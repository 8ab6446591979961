// Entities: addresses held to be controlled together, each claim with its evidence. Built from a
// snapshot by named rules, or read from the ledger's derived files if nothing changed since.
// Definitions: docs/entities.md. Files: docs/formats/entities.md.
//
// Const members may be called from several threads. Where entities come from a file, a damaged
// block throws ledger::Corruption, as a Snapshot's columns do.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "graph/forest_view.h"
#include "graph/rules.h"
#include "graph/service_guard.h"
#include "graph/totals.h"
#include "ledger/snapshot.h"

namespace clew::graph {

// Which transactions are CoinJoins. `version` names the detector and its settings, so that stored
// entities are recognised without asking it again; `is_coinjoin` is asked when entities are built,
// for transactions of at least two inputs.
struct CoinJoinFilter {
  std::string version;
  std::function<bool(TxIndex)> is_coinjoin;
};

// The addresses that labels name as services'. `version` names the state of the labels.
struct ServiceLabels {
  std::string version;
  std::function<std::vector<ServiceAddress>()> load;
};

// When the entities of final blocks are kept for later snapshots (docs/entities.md, "Stored
// entities"), with those above joined to them anew each time.
struct FinalBlocks {
  std::uint32_t depth = 64;                  // blocks above the newest final one
  std::uint64_t ledger_txs_min = 100'000;    // a ledger of fewer transactions is built whole
  std::uint32_t blocks_behind_max = 2'016;   // final blocks that stored entities may lack …
  std::uint64_t txs_behind_max = 1'000'000;  // … and transactions of these
};

struct EntityOptions {
  RuleSet rules = kDefaultRules;
  // CoinJoins are left out, inputs and outputs, unless this is set.
  bool with_coinjoins = false;
  CoinJoinFilter coinjoins;
  ServiceLabels services;
  // Only blocks up to this height count, also for rules that look ahead: what was known then.
  std::optional<std::uint32_t> as_of_height;
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // transactions
  FinalBlocks final_blocks;
};

// What a result rests on; printed with every answer.
struct EntityBasis {
  std::string snapshot_version;
  RuleSet rules;
  bool with_coinjoins = false;
  std::string coinjoins, services;  // versions
  std::optional<std::uint32_t> as_of_height;
  bool operator==(const EntityBasis&) const = default;
};
EntityBasis basis_of(const ledger::Snapshot& snapshot, const EntityOptions& options);

class EntityAnswers;  // internal to this room

class Entities {
 public:
  // In memory. usage if no rule is given; io if memory is short.
  static Result<Entities> build(const ledger::Snapshot& snapshot, const EntityOptions& options);
  // From `directory` (the ledger's) if they were stored for the same basis, or for its final
  // blocks; else built and stored. `notices` tells what was rebuilt and why, and if storing failed
  // (which is no error).
  static Result<Entities> open(const ledger::Snapshot& snapshot, const std::string& directory,
                               const EntityOptions& options, std::vector<std::string>& notices,
                               FileSystem& files = real_files());

  const EntityBasis& basis() const;
  std::uint64_t address_count() const;  // known up to the basis' height
  std::uint64_t entity_count() const;

  // The entity of an address, named by the id of its smallest address in canonical bytes.
  // Nothing if the address was not known yet at the basis' height.
  std::optional<AddressId> entity(AddressId address) const;
  std::uint64_t member_count(AddressId entity) const;
  // In order of first appearance in the ledger, at most `limit` from the `offset`-th on.
  std::vector<AddressId> members(AddressId entity, std::uint64_t offset = 0,
                                 std::uint64_t limit = ledger::kNone) const;
  // Of all members together. Stored for entities of many movements, else summed up now.
  Totals totals(AddressId entity) const;

  // The chain of evidence from one address to the other; nothing if no rule joins them.
  std::optional<std::vector<Step>> why(AddressId a, AddressId b) const;
  // Joins that would have merged two labelled services, in chain order.
  const std::vector<HeldBackJoin>& held_back() const;

  // Calls visit(address, entity) for every known address in order of first appearance.
  void each(const std::function<void(AddressId address, AddressId entity)>& visit) const;
  // Entities of at least two addresses, calls visit(entity, members) in order of the name's id.
  void each_joined(const std::function<void(AddressId entity, std::uint64_t members)>& visit) const;

  explicit Entities(std::shared_ptr<const EntityAnswers> answers) : answers_(std::move(answers)) {}

 private:
  std::shared_ptr<const EntityAnswers> answers_;
};

// Checks every byte of the stored entities of a ledger; one sentence a problem, naming the file.
std::vector<std::string> verify_stored_entities(const std::string& directory,
                                                FileSystem& files = real_files());

}  // namespace clew::graph
