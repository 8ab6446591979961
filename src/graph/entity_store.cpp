#include "graph/entity_store.h"

#include <xxhash.h>

#include <charconv>
#include <cstdio>

#include "graph/entity_file.h"

namespace clew::graph {

namespace {

// Files up to this size are checked whole when opened, so that damage leads to a rebuild; larger
// ones block by block as they are read.
constexpr std::uint64_t kCheckedWhole = std::uint64_t{64} << 20;
constexpr std::string_view kSuffix = ".entities";

enum Section { kNodes, kEdges, kNames, kJoined, kMembers, kBusy, kBusyTotals, kHeldBack };

// A held-back join on disk.
struct HeldBackRow {
  std::uint32_t a = 0, b = 0;
  std::uint64_t tx_and_rule = 0;  // rule in the top byte
  std::uint32_t service_a = 0, service_b = 0;
  std::uint64_t unused = 0;
};
static_assert(sizeof(HeldBackRow) == 32);

std::string hex16(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::uint64_t hash(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

// A version may be any text; a long one is named by its hash.
std::string bounded(const std::string& version) {
  return version.size() <= 200 ? version : "xxh3:" + hex16(hash(version));
}

// Of the numbering of the first addresses and transactions: both at 64 places.
std::uint64_t numbering(const ledger::Snapshot& snapshot, std::uint64_t addresses,
                        std::uint64_t txs) {
  constexpr std::uint64_t kSamples = 64;
  Bytes sample;
  append_le(sample, addresses);
  append_le(sample, txs);
  for (std::uint64_t i = 0; i < kSamples && addresses > 0; ++i) {
    const auto id = (addresses - 1) * i / (kSamples - 1);
    const bitcoin::Address address = snapshot.address(static_cast<AddressId>(id));
    sample.insert(sample.end(), address.payload.begin(), address.payload.end());
  }
  for (std::uint64_t i = 0; i < kSamples && txs > 0; ++i) {
    const Hash256 txid = snapshot.txid((txs - 1) * i / (kSamples - 1));
    sample.insert(sample.end(), txid.begin(), txid.end());
  }
  return XXH3_64bits(sample.data(), sample.size());
}

template <class Row>
ByteView bytes_of(const Column<Row>& column) {
  if (column.size() == 0) return {};
  return {reinterpret_cast<const std::uint8_t*>(&column[0]), column.size() * sizeof(Row)};
}

Result<std::shared_ptr<EntityData>> read_columns(const std::shared_ptr<const EntityFile>& file,
                                                 const ledger::Snapshot& snapshot,
                                                 std::uint64_t addresses) {
  auto data = std::make_shared<EntityData>(snapshot);
  data->address_count = file->header().address_count;
  data->entity_count = file->header().entity_count;
  CLEW_TRY(nodes, file->column<ForestNode>(kNodes));
  CLEW_TRY(edges, file->column<Edge>(kEdges));
  CLEW_TRY(names, file->column<std::uint32_t>(kNames));
  CLEW_TRY(joined, file->column<EntityRow>(kJoined));
  CLEW_TRY(members, file->column<AddressId>(kMembers));
  CLEW_TRY(busy, file->column<BusyRow>(kBusy));
  CLEW_TRY(busy_totals, file->column<Totals>(kBusyTotals));
  CLEW_TRY(held_back, file->column<HeldBackRow>(kHeldBack));
  if (nodes.size() != addresses || names.size() != nodes.size() ||
      busy.size() != busy_totals.size())
    return fail(ErrorKind::corrupt, "its columns have different lengths");
  for (std::size_t i = 0; i < held_back.size(); ++i) {
    const HeldBackRow& row = held_back[i];
    constexpr std::uint64_t kTxMask = (std::uint64_t{1} << 56) - 1;
    data->held_back.push_back({row.a, row.b, row.tx_and_rule & kTxMask,
                               static_cast<std::uint8_t>(row.tx_and_rule >> 56), row.service_a,
                               row.service_b});
  }
  data->nodes = nodes;
  data->edges = edges;
  data->names = names;
  data->joined = joined;
  data->members = members;
  data->busy = busy;
  data->busy_totals = busy_totals;
  data->owner = file;
  return data;
}

// A damaged block of a file that is not checked whole surfaces later, when it is read.
Result<std::shared_ptr<EntityData>> read_file(const std::shared_ptr<const EntityFile>& file,
                                              const ledger::Snapshot& snapshot,
                                              std::uint64_t addresses, const std::string& path) {
  if (file->size() <= kCheckedWhole) file->check_all();
  auto columns = read_columns(file, snapshot, addresses);
  if (!columns) return fail(std::move(columns).error().within(path));
  return columns;
}

std::string services_line(const EntityBasis& basis) {
  return "\nservices=" + bounded(basis.services) + "\n";
}

// By which rules and labels, whatever the blocks.
std::string method_lines(const EntityBasis& basis) {
  return "\nrules=" + basis.rules.text() +
         (basis.with_coinjoins ? "\nwith_coinjoins" : "\ncoinjoins=" + bounded(basis.coinjoins)) +
         services_line(basis);
}

constexpr std::string_view kFinal = "final=";

std::string final_key(const ledger::Snapshot& snapshot, const LowerPart& part,
                      std::uint64_t addresses, const EntityBasis& basis,
                      const PartyNumbers& parties) {
  return std::string(kFinal) + std::to_string(part.height) + " " + to_hex(part.hash) +
         "\nnumbering=" + hex16(numbering(snapshot, addresses, part.tx_count)) +
         method_lines(basis) +
         "parties=" + hex16(parties.fingerprint(static_cast<AddressId>(addresses)));
}

// The blocks that a key of final blocks names, if they are on the snapshot's chain.
std::optional<LowerPart> final_part(const ledger::Snapshot& snapshot, const std::string& key) {
  std::uint32_t height = 0;
  const char* end = key.data() + key.size();
  if (!key.starts_with(kFinal)) return std::nullopt;
  const auto [rest, error] = std::from_chars(key.data() + kFinal.size(), end, height);
  if (error != std::errc()) return std::nullopt;
  const auto part = lower_part(snapshot, height);
  const std::string_view after(rest, static_cast<std::size_t>(end - rest));
  if (!part || part->height != height || !after.starts_with(" " + to_hex(part->hash) + "\n"))
    return std::nullopt;
  return part;
}

}  // namespace

std::string entity_key(const ledger::Snapshot& snapshot, const EntityBasis& basis) {
  std::string key = "snapshot=" + basis.snapshot_version;
  key += "\nnumbering=" + hex16(numbering(snapshot, snapshot.address_count(), snapshot.tx_count()));
  key += method_lines(basis);
  key += "as_of=" + (basis.as_of_height ? std::to_string(*basis.as_of_height) : "tip");
  return key;
}

EntityStore::EntityStore(const std::string& directory, FileSystem& files)
    : directory_(directory + "/entities"), files_(files) {}

std::string EntityStore::path_of(const std::string& key) const {
  return directory_ + "/" + hex16(hash(key)) + std::string(kSuffix);
}

std::shared_ptr<const EntityData> EntityStore::load(const ledger::Snapshot& snapshot,
                                                    const EntityBasis& basis,
                                                    std::vector<std::string>& notices) {
  const std::string key = entity_key(snapshot, basis);
  const std::string path = path_of(key);
  if (!files_.exists(path)) return nullptr;
  const auto read = [&]() -> Result<std::shared_ptr<EntityData>> {
    CLEW_TRY(file, EntityFile::open(files_, path));
    if (file->header().key != key) return fail(ErrorKind::corrupt, path + ": of another basis");
    return read_file(file, snapshot, snapshot.address_count(), path);
  };
  try {
    if (auto data = read()) {
      (*data)->basis = basis;
      return *data;
    } else {
      notices.push_back("entities are built anew: " + data.error().message);
    }
  } catch (const ledger::Corruption& damage) {
    notices.push_back("entities are built anew: " + std::string(damage.what()));
  }
  return nullptr;
}

Result<void> EntityStore::save(const EntityData& data) {
  const std::string key = entity_key(data.snapshot, data.basis);
  CLEW_CHECK(write(path_of(key), key, data));
  remove_stale(data.snapshot, data.basis);
  return files_.sync_directory(directory_);
}

std::optional<FinalEntities> EntityStore::load_final(const ledger::Snapshot& snapshot,
                                                     const EntityBasis& basis,
                                                     const PartyNumbers& parties,
                                                     std::vector<std::string>& notices) {
  const std::string path = path_of(std::string(kFinal) + method_lines(basis));
  if (!files_.exists(path)) return std::nullopt;
  const auto read = [&]() -> Result<FinalEntities> {
    CLEW_TRY(file, EntityFile::open(files_, path));
    const auto& [key, addresses, entities] = file->header();
    const auto part = final_part(snapshot, key);
    if (!part)
      return fail(ErrorKind::data, path + ": its blocks are no longer the chain's lower part");
    if (addresses > snapshot.address_count() ||
        key != final_key(snapshot, *part, addresses, basis, parties))
      return fail(ErrorKind::data, path + ": rows or labelled parties were numbered otherwise");
    CLEW_TRY(data, read_file(file, snapshot, addresses, path));
    data->basis = basis;
    data->basis.as_of_height = part->height;
    return FinalEntities{std::move(data), *part};
  };
  try {
    auto entities = read();
    if (entities) return *entities;
    notices.push_back("entities are built anew: " + entities.error().message);
  } catch (const ledger::Corruption& damage) {
    notices.push_back("entities are built anew: " + std::string(damage.what()));
  }
  return std::nullopt;
}

Result<void> EntityStore::save_final(const FinalEntities& entities, const EntityBasis& basis,
                                     const PartyNumbers& parties) {
  const EntityData& data = *entities.data;
  CLEW_CHECK(write(path_of(std::string(kFinal) + method_lines(basis)),
                   final_key(data.snapshot, entities.part, data.address_count, basis, parties),
                   data));
  // Of a time when the ledger was small enough to be built whole.
  (void)files_.remove(path_of(entity_key(data.snapshot, basis)));
  remove_stale(data.snapshot, basis);
  return files_.sync_directory(directory_);
}

Result<void> EntityStore::write(const std::string& path, const std::string& key,
                                const EntityData& data) {
  std::vector<HeldBackRow> held_back;
  for (const HeldBackJoin& join : data.held_back)
    held_back.push_back({join.a, join.b, join.tx | std::uint64_t{join.rule} << 56, join.service_a,
                         join.service_b, 0});
  CLEW_CHECK(files_.make_directories(directory_));
  return write_entity_file(files_, path, {key, data.address_count, data.entity_count},
                           {bytes_of(data.nodes), bytes_of(data.edges), bytes_of(data.names),
                            bytes_of(data.joined), bytes_of(data.members), bytes_of(data.busy),
                            bytes_of(data.busy_totals), bytes_of(Column<HeldBackRow>(held_back))});
}

// Entities of a snapshot, of labels or of a branch that are gone are of no use. Failing to remove
// them harms nobody, and a reader that has one mapped keeps it.
void EntityStore::remove_stale(const ledger::Snapshot& snapshot, const EntityBasis& basis) {
  const auto names = files_.list(directory_);
  if (!names) return;
  const std::string whole = "snapshot=" + basis.snapshot_version + "\n";
  const std::string services = services_line(basis);
  const auto current = [&](const std::string& key) {
    return (key.starts_with(whole) || final_part(snapshot, key)) &&
           key.find(services) != std::string::npos;
  };
  for (const std::string& name : *names) {
    const std::string path = directory_ + "/" + name;
    if (!name.ends_with(kSuffix)) continue;
    const auto file = EntityFile::open(files_, path);
    if (!file || !current((*file)->header().key)) (void)files_.remove(path);
  }
}

std::vector<std::string> EntityStore::verify() {
  std::vector<std::string> problems;
  const auto names = files_.list(directory_);
  if (!names) return problems;  // nothing was ever stored
  for (const std::string& name : *names) {
    if (!name.ends_with(kSuffix)) continue;
    try {
      const auto file = EntityFile::open(files_, directory_ + "/" + name);
      if (!file) {
        problems.push_back(file.error().message);
        continue;
      }
      (*file)->check_all();
    } catch (const ledger::Corruption& damage) {
      problems.push_back(damage.what());
    }
  }
  return problems;
}

}  // namespace clew::graph
