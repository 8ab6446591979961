#include "graph/entities.h"

#include "graph/entity_columns.h"
#include "graph/entity_overlay.h"
#include "graph/entity_store.h"

namespace clew::graph {

namespace {

using ledger::Snapshot;

// The final blocks of the snapshot, if entities of this kind are kept by final blocks at all.
std::optional<LowerPart> final_blocks(const Snapshot& snapshot, const EntityOptions& options) {
  const auto& [depth, ledger_txs_min, blocks_behind, txs_behind] = options.final_blocks;
  const auto tip = snapshot.tip();
  const bool later_blocks_matter = options.as_of_height || options.rules.looks_ahead();
  if (later_blocks_matter || options.rules == RuleSet{} || !tip || tip->height < depth ||
      snapshot.tx_count() < ledger_txs_min)
    return std::nullopt;
  return lower_part(snapshot, tip->height - depth);
}

bool lacks_too_much(const LowerPart& stored, const LowerPart& newest, const FinalBlocks& limits) {
  return stored.block_count + std::uint64_t{limits.blocks_behind_max} < newest.block_count ||
         stored.tx_count + limits.txs_behind_max < newest.tx_count;
}

std::vector<ServiceAddress> labelled(const EntityOptions& options) {
  return options.services.load ? options.services.load() : std::vector<ServiceAddress>{};
}

// Entities by way of those of the final blocks.
class LayeredEntities {
 public:
  LayeredEntities(const Snapshot& snapshot, const EntityOptions& options,
                  std::vector<std::string>& notices)
      : snapshot_(snapshot),
        options_(options),
        basis_(basis_of(snapshot, options)),
        parties_(labelled(options)),
        notices_(notices) {}

  Result<Entities> open(EntityStore& store, const LowerPart& newest) {
    if (auto opened = open_stored(store, newest)) return *opened;
    CLEW_TRY(built, build(newest));
    if (auto saved = store.save_final(built, basis_, parties_); !saved)
      notices_.push_back("entities are not stored: " + saved.error().message);
    return upon(built);
  }

 private:
  Entities upon(const FinalEntities& base) const {
    return Entities(std::make_shared<EntityOverlay>(snapshot_, base, options_, parties_));
  }

  std::optional<Entities> open_stored(EntityStore& store, const LowerPart& newest) {
    const auto stored = store.load_final(snapshot_, basis_, parties_, notices_);
    if (!stored || lacks_too_much(stored->part, newest, options_.final_blocks)) return std::nullopt;
    try {
      return upon(*stored);
    } catch (const ledger::Corruption& damage) {
      // Of the stored file, most likely; where it is the ledger's, building meets it again.
      notices_.push_back("entities are built anew: " + std::string(damage.what()));
      return std::nullopt;
    }
  }

  Result<FinalEntities> build(const LowerPart& part) const {
    EntityOptions options = options_;
    options.as_of_height = part.height;
    if (options.services.load) options.services.load = [this] { return parties_.by_smallest(); };
    CLEW_TRY(data, build_entities(snapshot_, options));
    data->drop_unknown_tail();
    return FinalEntities{std::move(data), part};
  }

  const Snapshot& snapshot_;
  const EntityOptions& options_;
  const EntityBasis basis_;
  const PartyNumbers parties_;
  std::vector<std::string>& notices_;
};

}  // namespace

EntityBasis basis_of(const Snapshot& snapshot, const EntityOptions& options) {
  EntityBasis basis;
  basis.snapshot_version = snapshot.version();
  basis.rules = options.rules;
  basis.with_coinjoins = options.with_coinjoins;
  if (!options.with_coinjoins) basis.coinjoins = options.coinjoins.version;
  basis.services = options.services.version;
  basis.as_of_height = options.as_of_height;
  return basis;
}

Result<Entities> Entities::build(const Snapshot& snapshot, const EntityOptions& options) {
  CLEW_TRY(data, build_entities(snapshot, options));
  return Entities(std::make_shared<EntityColumns>(std::move(data)));
}

Result<Entities> Entities::open(const Snapshot& snapshot, const std::string& directory,
                                const EntityOptions& options, std::vector<std::string>& notices,
                                FileSystem& files) {
  EntityStore store(directory, files);
  if (const auto newest = final_blocks(snapshot, options))
    return LayeredEntities(snapshot, options, notices).open(store, *newest);
  if (auto stored = store.load(snapshot, basis_of(snapshot, options), notices))
    return Entities(std::make_shared<EntityColumns>(std::move(stored)));
  CLEW_TRY(data, build_entities(snapshot, options));
  if (auto saved = store.save(*data); !saved)
    notices.push_back("entities are not stored: " + saved.error().message);
  return Entities(std::make_shared<EntityColumns>(std::move(data)));
}

const EntityBasis& Entities::basis() const {
  return answers_->basis();
}
std::uint64_t Entities::address_count() const {
  return answers_->address_count();
}
std::uint64_t Entities::entity_count() const {
  return answers_->entity_count();
}
std::optional<AddressId> Entities::entity(AddressId address) const {
  return answers_->entity(address);
}
std::uint64_t Entities::member_count(AddressId entity) const {
  return answers_->member_count(entity);
}
std::vector<AddressId> Entities::members(AddressId entity, std::uint64_t offset,
                                         std::uint64_t limit) const {
  return answers_->members(entity, offset, limit);
}
Totals Entities::totals(AddressId entity) const {
  return answers_->totals(entity);
}
std::optional<std::vector<Step>> Entities::why(AddressId a, AddressId b) const {
  return answers_->why(a, b);
}
const std::vector<HeldBackJoin>& Entities::held_back() const {
  return answers_->held_back();
}
void Entities::each(const std::function<void(AddressId address, AddressId entity)>& visit) const {
  answers_->each(visit);
}
void Entities::each_joined(
    const std::function<void(AddressId entity, std::uint64_t members)>& visit) const {
  answers_->each_joined(visit);
}

std::vector<std::string> verify_stored_entities(const std::string& directory, FileSystem& files) {
  return EntityStore(directory, files).verify();
}

}  // namespace clew::graph
