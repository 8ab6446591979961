#include <algorithm>

#include "labels/rows.h"

namespace clew::labels {
namespace {

std::optional<bool> flag(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column) != 0;
}

std::optional<Hash256> hash_of(const std::string& bytes) {
  Hash256 hash{};
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

constexpr std::string_view kPackColumns =
    "SELECT id,identity,format,title,creator,description,licence,origin,is_public,extra,content,"
    "labels,actors,sum FROM packs ";
constexpr std::string_view kActorColumns =
    "SELECT pack,position,id,label,uri,categories,jurisdictions,aliases,lastmod,extra,digest "
    "FROM actors ";

std::optional<PackRow> read_pack(const Statement& row) {
  auto pack = std::make_shared<Pack>();
  pack->identity = row.text(1);
  pack->format = row.text(2);
  pack->title = row.text(3);
  pack->creator = row.text(4);
  pack->description = row.text(5);
  pack->licence = row.text(6);
  pack->origin = row.text(7);
  pack->is_public = flag(row, 8);
  pack->extra = row.text(9);
  const auto content = hash_of(row.text(10));
  if (!content) return std::nullopt;
  PackRow out{row.integer(0), std::move(pack), *content,
              static_cast<std::uint64_t>(row.integer(11)),
              static_cast<std::uint64_t>(row.integer(12))};
  if (pack_sum(*out.pack, out.content, out.labels, out.actors) != row.integer(13))
    return std::nullopt;
  return out;
}

}  // namespace

Error RowReader::damaged(const std::string& table, std::int64_t id) const {
  return {ErrorKind::corrupt, database_.path() + ": row " + std::to_string(id) + " of table " +
                                  table + " does not match its checksum"};
}

Result<std::vector<PackRow>> RowReader::packs() {
  CLEW_TRY(query, database_.prepare(std::string(kPackColumns) + "ORDER BY id"));
  std::vector<PackRow> out;
  while (true) {
    CLEW_TRY(more, query.step());
    if (!more) return out;
    auto row = read_pack(query);
    if (!row) return fail(damaged("packs", query.integer(0)));
    packs_[row->id] = row->pack;
    out.push_back(*std::move(row));
  }
}

Result<std::optional<PackRow>> RowReader::find_pack(std::string_view identity) {
  CLEW_TRY(query, database_.prepare(std::string(kPackColumns) + "WHERE identity=?"));
  query.bind(1, identity);
  CLEW_TRY(found, query.step());
  if (!found) return std::optional<PackRow>();
  auto row = read_pack(query);
  if (!row) return fail(damaged("packs", query.integer(0)));
  return row;
}

Result<std::shared_ptr<const Pack>> RowReader::pack(std::int64_t id) {
  if (const auto known = packs_.find(id); known != packs_.end()) return known->second;
  CLEW_TRY(query, database_.prepare(std::string(kPackColumns) + "WHERE id=?"));
  query.bind(1, id);
  CLEW_TRY(found, query.step());
  auto row = found ? read_pack(query) : std::nullopt;
  if (!row) return fail(damaged("packs", id));
  packs_[id] = row->pack;
  return row->pack;
}

Result<const RowReader::Claim*> RowReader::claim(std::int64_t id) {
  if (const auto known = claims_.find(id); known != claims_.end()) return &known->second;
  if (!claim_query_) {
    CLEW_TRY(query, database_.prepare("SELECT pack,currency,network,label,categories,concepts,"
                                      "abuses,actor,sources,confidence,is_cluster_definer,lastmod,"
                                      "licence,extra,digest FROM claims WHERE id=?"));
    claim_query_ = std::move(query);
  }
  auto& row = *claim_query_;
  row.reset();
  row.bind(1, id);
  CLEW_TRY(found, row.step());
  if (!found) return fail(damaged("claims", id));
  CLEW_TRY(claim, read_claim(row, id));
  const auto pack_id = row.integer(0);
  row.reset();
  CLEW_TRY(owner, pack(pack_id));
  claim.pack = std::move(owner);
  CLEW_TRY(known_actor, actor(claim.label.actor));
  claim.service = service_kind(claim.label, known_actor ? &*known_actor : nullptr);
  return &claims_.emplace(id, std::move(claim)).first->second;
}

Result<RowReader::Claim> RowReader::read_claim(const Statement& row, std::int64_t id) {
  Claim claim;
  auto& label = claim.label;
  label.currency = row.text(1);
  label.network = row.text(2);
  label.label = row.text(3);
  label.actor = row.text(7);
  label.confidence = row.text(9);
  label.is_cluster_definer = flag(row, 10);
  label.lastmod = row.text(11);
  label.licence = row.text(12);
  label.extra = row.text(13);
  auto categories = decode_list(row.text(4)), concepts = decode_list(row.text(5));
  auto abuses = decode_list(row.text(6)), sources = decode_list(row.text(8));
  if (!categories || !concepts || !abuses || !sources) return fail(damaged("claims", id));
  label.categories = *std::move(categories);
  label.concepts = *std::move(concepts);
  label.abuses = *std::move(abuses);
  label.sources = *std::move(sources);
  claim.digest = claim_digest(label);
  if (row.text(14) != blob(claim.digest)) return fail(damaged("claims", id));
  return claim;
}

Result<void> RowReader::labels(std::string_view tail, const Bind& bind, const Visit& visit) {
  CLEW_TRY(row, database_.prepare("SELECT pack,position,claim,kind,subject,ledger,key,decoded,sum "
                                  "FROM labels " +
                                  std::string(tail)));
  if (bind) bind(row);
  while (true) {
    CLEW_TRY(more, row.step());
    if (!more) return {};
    const auto id = (row.integer(0) << 32) | row.integer(1);
    CLEW_TRY(said, claim(row.integer(2)));
    StoredLabel out{id, said->label, said->pack, said->service};
    out.label.subject_kind = static_cast<SubjectKind>(row.integer(3));
    out.label.subject = row.text(4);
    const SubjectKey key{row.text(5), row.text(6), row.integer(7) != 0};
    if (label_sum(row.integer(1), said->digest, out.label.subject_kind, out.label.subject, key) !=
        row.integer(8))
      return fail(damaged("labels", id));
    CLEW_TRY(go_on, visit(std::move(out), key));
    if (!go_on) return {};
  }
}

Result<std::vector<Label>> RowReader::labels_of(std::int64_t pack) {
  std::vector<Label> out;
  CLEW_CHECK(labels(
      "WHERE pack=? ORDER BY position", [&](Statement& row) { row.bind(1, pack); },
      [&](StoredLabel stored, const SubjectKey&) -> Result<bool> {
        out.push_back(std::move(stored.label));
        return true;
      }));
  return out;
}

Result<Actor> RowReader::read_actor(const Statement& row) {
  const auto place = (row.integer(0) << 32) | row.integer(1);
  Actor actor;
  actor.id = row.text(2);
  actor.label = row.text(3);
  actor.uri = row.text(4);
  auto categories = decode_list(row.text(5)), jurisdictions = decode_list(row.text(6));
  auto aliases = decode_list(row.text(7));
  if (!categories || !jurisdictions || !aliases) return fail(damaged("actors", place));
  actor.categories = *std::move(categories);
  actor.jurisdictions = *std::move(jurisdictions);
  actor.aliases = *std::move(aliases);
  actor.lastmod = row.text(8);
  actor.extra = row.text(9);
  if (row.text(10) != blob(digest(actor))) return fail(damaged("actors", place));
  return actor;
}

Result<std::vector<Actor>> RowReader::actors_of(std::int64_t pack) {
  CLEW_TRY(row, database_.prepare(std::string(kActorColumns) + "WHERE pack=? ORDER BY position"));
  row.bind(1, pack);
  std::vector<Actor> out;
  while (true) {
    CLEW_TRY(more, row.step());
    if (!more) return out;
    CLEW_TRY(actor, read_actor(row));
    out.push_back(std::move(actor));
  }
}

Result<std::optional<Actor>> RowReader::actor(std::string_view id) {
  if (id.empty()) return std::optional<Actor>();
  if (const auto known = actors_.find(id); known != actors_.end()) return known->second;
  CLEW_TRY(row, database_.prepare(std::string(kActorColumns) +
                                  "WHERE id=? ORDER BY pack DESC, position LIMIT 1"));
  row.bind(1, id);
  CLEW_TRY(found, row.step());
  std::optional<Actor> out;
  if (found) {
    CLEW_TRY(actor, read_actor(row));
    out = std::move(actor);
  }
  actors_.emplace(std::string(id), out);
  return out;
}

}  // namespace clew::labels
