#include "labels/rows.h"

namespace clew::labels {
namespace {

void bind_flag(Statement& statement, int parameter, const std::optional<bool>& value) {
  if (value)
    statement.bind(parameter, std::int64_t{*value ? 1 : 0});
  else
    statement.bind_null(parameter);
}

}  // namespace

Result<void> RowWriter::insert(const PackContent& content, const Hash256& digest) {
  claims_.clear();
  CLEW_TRY(pack, insert_pack(content, digest));
  CLEW_TRY(claims, database_.prepare("INSERT INTO claims(pack,currency,network,label,categories,"
                                     "concepts,abuses,actor,sources,confidence,is_cluster_definer,"
                                     "lastmod,licence,extra,digest) "
                                     "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  CLEW_TRY(rows, database_.prepare("INSERT INTO labels(pack,position,claim,kind,subject,ledger,key,"
                                   "decoded,sum) VALUES(?,?,?,?,?,?,?,?,?)"));
  std::int64_t position = 0;
  for (const auto& label : content.labels) {
    const auto said = claim_digest(label);
    CLEW_TRY(claim, claim_of(claims, pack, label, said));
    const auto key = subject_key(label);
    rows.bind(1, pack).bind(2, position).bind(3, claim);
    rows.bind(4, static_cast<std::int64_t>(label.subject_kind));
    rows.bind(5, label.subject).bind(6, key.ledger).bind_blob(7, key.key);
    rows.bind(8, std::int64_t{key.decoded ? 1 : 0});
    rows.bind(9, label_sum(position, said, label.subject_kind, label.subject, key));
    CLEW_CHECK(rows.run());
    ++position;
  }
  return insert_actors(pack, content.actors);
}

Result<std::int64_t> RowWriter::insert_pack(const PackContent& content, const Hash256& digest) {
  CLEW_TRY(row, database_.prepare("INSERT INTO packs(identity,format,title,creator,description,"
                                  "licence,origin,is_public,extra,content,labels,actors,"
                                  "sum) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  const auto& pack = content.pack;
  row.bind(1, pack.identity).bind(2, pack.format).bind(3, pack.title).bind(4, pack.creator);
  row.bind(5, pack.description).bind(6, pack.licence).bind(7, pack.origin);
  bind_flag(row, 8, pack.is_public);
  row.bind(9, pack.extra).bind_blob(10, blob(digest));
  row.bind(11, static_cast<std::int64_t>(content.labels.size()));
  row.bind(12, static_cast<std::int64_t>(content.actors.size()));
  row.bind(13, pack_sum(pack, digest, content.labels.size(), content.actors.size()));
  CLEW_CHECK(row.run());
  return database_.last_id();
}

Result<std::int64_t> RowWriter::claim_of(Statement& insert, std::int64_t pack, const Label& label,
                                         const Hash256& digest) {
  if (const auto known = claims_.find(digest); known != claims_.end()) return known->second;
  const auto categories = encode_list(label.categories);
  const auto concepts = encode_list(label.concepts);
  const auto abuses = encode_list(label.abuses);
  const auto sources = encode_list(label.sources);
  insert.bind(1, pack).bind(2, label.currency).bind(3, label.network).bind(4, label.label);
  insert.bind(5, categories).bind(6, concepts).bind(7, abuses).bind(8, label.actor);
  insert.bind(9, sources).bind(10, label.confidence);
  bind_flag(insert, 11, label.is_cluster_definer);
  insert.bind(12, label.lastmod).bind(13, label.licence).bind(14, label.extra);
  insert.bind_blob(15, blob(digest));
  CLEW_CHECK(insert.run());
  return claims_[digest] = database_.last_id();
}

Result<void> RowWriter::insert_actors(std::int64_t pack, const std::vector<Actor>& actors) {
  CLEW_TRY(row, database_.prepare("INSERT INTO actors(pack,position,id,label,uri,categories,"
                                  "jurisdictions,aliases,lastmod,extra,digest) "
                                  "VALUES(?,?,?,?,?,?,?,?,?,?,?)"));
  std::int64_t position = 0;
  for (const auto& actor : actors) {
    const auto categories = encode_list(actor.categories);
    const auto jurisdictions = encode_list(actor.jurisdictions);
    const auto aliases = encode_list(actor.aliases);
    const auto sum = digest(actor);
    row.bind(1, pack).bind(2, position++).bind(3, actor.id).bind(4, actor.label);
    row.bind(5, actor.uri).bind(6, categories).bind(7, jurisdictions).bind(8, aliases);
    row.bind(9, actor.lastmod).bind(10, actor.extra).bind_blob(11, blob(sum));
    CLEW_CHECK(row.run());
  }
  return {};
}

Result<void> RowWriter::erase(std::int64_t pack) {
  for (const char* sql : {"DELETE FROM labels WHERE pack=?", "DELETE FROM claims WHERE pack=?",
                          "DELETE FROM actors WHERE pack=?", "DELETE FROM packs WHERE id=?"}) {
    CLEW_TRY(statement, database_.prepare(sql));
    CLEW_CHECK(statement.bind(1, pack).run());
  }
  return {};
}

}  // namespace clew::labels
