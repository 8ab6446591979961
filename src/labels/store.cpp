#include "labels/store.h"

#include <algorithm>
#include <tuple>

#include "base/sha256.h"
#include "labels/confidence.h"
#include "labels/store_impl.h"

namespace clew::labels {
namespace {

Result<std::unique_ptr<Database>> empty_database() {
  CLEW_TRY(database, Database::open(":memory:", Database::Mode::write));
  CLEW_CHECK(prepare_schema(*database, Database::Mode::write));
  return database;
}

Result<std::unique_ptr<Database>> open_database(const std::string& path, Store::Mode mode,
                                                FileSystem& files) {
  const bool write = mode == Store::Mode::write;
  const bool sealed = files.exists(seal_path(path));
  if (!files.exists(path)) {
    if (sealed) return fail(ErrorKind::corrupt, path + ": missing, though its checksum is there");
    if (!write) return empty_database();
  }
  const auto access = write ? Database::Mode::write : Database::Mode::read;
  CLEW_TRY(database, Database::open(path, access));
  CLEW_TRY(application, database->integer("PRAGMA application_id"));
  // A file with a seal once held labels; nothing may be written over what is left of it.
  if (application == 0 && sealed)
    return fail(ErrorKind::corrupt, path + ": not a labels database any more");
  CLEW_CHECK(database->make_durable(access));
  CLEW_TRY(filled, prepare_schema(*database, access));
  if (!filled) return empty_database();
  return database;
}

bool equal_fold(std::string_view a, std::string_view b) {
  const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return low(x) == low(y); });
}

// Title and file, as far as there are any: creators give several packs one title, and a table has
// none.
std::string shown_name(const Pack& pack) {
  if (pack.name().empty()) return pack.identity;
  return pack.name() + (pack.title.empty() || pack.origin.empty() ? "" : " (" + pack.origin + ")");
}

bool is_private(const Pack& pack) {
  return pack.identity == kPrivateIdentity;
}

bool matches(const LabelFilter& filter, const Pack& pack) {
  if (!filter.pack.empty() && filter.pack != pack.name() && filter.pack != pack.identity)
    return false;
  return !filter.only_private || *filter.only_private == is_private(pack);
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::string& path, Mode mode, FileSystem& files) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->mode = mode;
  impl->files = &files;
  CLEW_TRY(database, open_database(path, mode, files));
  impl->database = std::move(database);
  if (mode == Mode::read) CLEW_CHECK(impl->check_if_small());
  return Store(std::move(impl));
}

// Rows carry checksums, but what SQLite looks them up by does not: damage there hides rows.
Result<void> Store::Impl::check_if_small() const {
  if (!files->exists(path)) return {};
  CLEW_TRY(size, files->size(path));
  if (size > kCheckedWhole) return {};
  CLEW_TRY(transaction, Transaction::begin(*database, Transaction::Kind::read));
  CLEW_TRY(packs, RowReader(*database).packs());
  return check_seal(path, version_of(packs), *files);
}

std::string version_of(const std::vector<PackRow>& packs) {
  if (packs.empty()) return "empty";
  std::vector<std::pair<std::string, Hash256>> rows;
  for (const auto& row : packs)
    rows.emplace_back(row.pack->identity, row.content);
  std::sort(rows.begin(), rows.end());
  Bytes frame;
  for (const auto& [identity, content] : rows) {
    const auto name = sha256(as_bytes(identity));
    frame.insert(frame.end(), name.begin(), name.end());
    frame.insert(frame.end(), content.begin(), content.end());
  }
  return to_hex(sha256(frame)).substr(0, 16);
}

Result<std::string> Store::version() const {
  CLEW_TRY(packs, RowReader(*impl_->database).packs());
  return version_of(packs);
}

Result<std::vector<StoredLabel>> Store::Impl::find(const SubjectKey& key, SubjectKind kind) const {
  std::vector<StoredLabel> out;
  CLEW_CHECK(RowReader(*database).labels(
      "WHERE ledger=? AND kind=? AND key=?",
      [&](Statement& row) {
        row.bind(1, key.ledger).bind(2, static_cast<std::int64_t>(kind)).bind_blob(3, key.key);
      },
      [&](StoredLabel label, const SubjectKey&) -> Result<bool> {
        out.push_back(std::move(label));
        return true;
      }));
  rank(out);
  return out;
}

Result<std::vector<StoredLabel>> Store::of_address(const bitcoin::ChainParams& chain,
                                                   const bitcoin::Address& address) const {
  return impl_->find(subject_key(chain, address), SubjectKind::address);
}

Result<std::vector<StoredLabel>> Store::of_address(std::string_view currency,
                                                   std::string_view text) const {
  return impl_->find(subject_key(SubjectKind::address, text, currency, {}), SubjectKind::address);
}

Result<std::vector<StoredLabel>> Store::of_subject(std::string_view text) const {
  CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::read));
  // Few ledgers, found by skipping through the index from one to the next.
  CLEW_TRY(ledgers,
           impl_->database->prepare(
               "WITH RECURSIVE l(name) AS (SELECT min(ledger) FROM labels UNION ALL SELECT (SELECT "
               "min(ledger) FROM labels WHERE ledger>name) FROM l WHERE name IS NOT NULL) "
               "SELECT name FROM l WHERE name IS NOT NULL"));
  std::vector<StoredLabel> out;
  while (true) {
    CLEW_TRY(more, ledgers.step());
    if (!more) break;
    const auto ledger = ledgers.text(0);
    for (const auto kind : {SubjectKind::address, SubjectKind::transaction}) {
      const auto key = subject_key(kind, text, ledger, ledger);
      if (key.ledger != ledger) continue;  // an address of another network
      CLEW_TRY(found, impl_->find(key, kind));
      // 0x and 40 digits: TRON's are meant only where the label writes its address so too.
      if (ledger == "tron" && currency_of_form(text) == "ETH")
        std::erase_if(found, [](const StoredLabel& stored) {
          return currency_of_form(stored.label.subject) != "ETH";
        });
      std::move(found.begin(), found.end(), std::back_inserter(out));
    }
  }
  rank(out);
  return out;
}

Result<void> Store::for_each(const bitcoin::ChainParams& chain, const AddressVisitor& visit) const {
  CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::read));
  std::vector<StoredLabel> group;  // the labels of one address
  SubjectKey group_key;
  bool stopped = false;
  const auto flush = [&] {
    const auto address = address_of(group_key);
    rank(group);
    for (const auto& label : group) {
      if (address && !stopped) stopped = !visit(*address, label);
    }
    group.clear();
  };
  CLEW_CHECK(RowReader(*impl_->database)
                 .labels(
                     "WHERE ledger=? AND kind=0 AND decoded=1 ORDER BY ledger,kind,key",
                     [ledger = ledger_name(chain)](Statement& row) { row.bind(1, ledger); },
                     [&](StoredLabel label, const SubjectKey& key) -> Result<bool> {
                       if (!group.empty() && !(key == group_key)) flush();
                       if (group.empty()) group_key = key;
                       group.push_back(std::move(label));
                       return !stopped;
                     }));
  if (!stopped) flush();
  return {};
}

Result<void> Store::for_each(const LabelFilter& filter, const LabelVisitor& visit) const {
  CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::read));
  RowReader reader(*impl_->database);
  CLEW_TRY(packs, reader.packs());
  for (const auto& pack : packs) {
    if (!matches(filter, *pack.pack)) continue;
    CLEW_CHECK(reader.labels(
        "WHERE pack=? ORDER BY position", [&](Statement& row) { row.bind(1, pack.id); },
        [&](StoredLabel label, const SubjectKey&) -> Result<bool> {
          if (filter.currency.empty() || equal_fold(filter.currency, label.label.currency))
            CLEW_CHECK(visit(label));
          return true;
        }));
  }
  return {};
}

Result<void> Store::for_each_pack(const LabelFilter& filter, const PackVisitor& visit) const {
  CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::read));
  RowReader reader(*impl_->database);
  CLEW_TRY(packs, reader.packs());
  for (const auto& row : packs) {
    if (!matches(filter, *row.pack)) continue;
    PackContent content;
    content.pack = *row.pack;
    CLEW_TRY(labels, reader.labels_of(row.id));
    std::erase_if(labels, [&](const Label& label) {
      return !filter.currency.empty() && !equal_fold(filter.currency, label.currency);
    });
    content.labels = std::move(labels);
    CLEW_TRY(actors, reader.actors_of(row.id));
    content.actors = std::move(actors);
    CLEW_CHECK(visit(std::move(content)));
  }
  return {};
}

Result<std::optional<Actor>> Store::actor(std::string_view id) const {
  return RowReader(*impl_->database).actor(id);
}

Result<Stats> Store::stats() const {
  CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::read));
  Stats stats;
  RowReader reader(*impl_->database);
  CLEW_TRY(packs, reader.packs());
  stats.packs = packs.size();
  for (const auto& row : packs) {
    stats.actors += row.actors;
    stats.by_pack[shown_name(*row.pack)] += row.labels;
  }
  std::string last_ledger, last_key;
  CLEW_CHECK(reader.labels("ORDER BY ledger,kind,key", nullptr,
                           [&](StoredLabel stored, const SubjectKey& key) -> Result<bool> {
                             if (stats.labels++ == 0 || key.ledger != last_ledger ||
                                 key.key != last_key)
                               ++stats.subjects;
                             last_ledger = key.ledger;
                             last_key = key.key;
                             const auto& label = stored.label;
                             ++stats.by_currency[label.currency];
                             ++stats.by_ledger[key.ledger];
                             ++stats.by_confidence[label.confidence];
                             if (label.categories.empty()) ++stats.by_category[""];
                             for (const auto& category : label.categories)
                               ++stats.by_category[category];
                             return true;
                           }));
  return stats;
}

Result<Store::Size> Store::size() const {
  CLEW_TRY(transaction, Transaction::begin(*impl_->database, Transaction::Kind::read));
  RowReader reader(*impl_->database);
  CLEW_TRY(packs, reader.packs());
  Size size;
  size.packs = packs.size();
  for (const auto& row : packs)
    size.labels += row.labels;
  return size;
}

void rank(std::vector<StoredLabel>& labels) {
  const auto worth = [](const StoredLabel& stored) {
    const auto& label = stored.label;
    return std::make_tuple(confidence_level(label.confidence),
                           label.is_cluster_definer.value_or(false), is_private(*stored.pack),
                           date_of(label));
  };
  std::sort(labels.begin(), labels.end(), [&](const StoredLabel& a, const StoredLabel& b) {
    const auto x = worth(a), y = worth(b);
    if (x != y) return x > y;
    return std::tie(a.pack->identity, a.label.label, a.id) <
           std::tie(b.pack->identity, b.label.label, b.id);
  });
}

}  // namespace clew::labels
