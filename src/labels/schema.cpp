#include "sqlite/schema.h"

#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "labels/rows.h"

namespace clew::labels {
namespace {

constexpr std::int64_t kApplicationId = 0x436c774c;  // "ClwL"

constexpr const char* kSchema = R"(
CREATE TABLE packs(
  id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, format TEXT NOT NULL,
  title TEXT NOT NULL, creator TEXT NOT NULL, description TEXT NOT NULL, licence TEXT NOT NULL,
  origin TEXT NOT NULL, is_public INTEGER, extra TEXT NOT NULL, content BLOB NOT NULL,
  labels INTEGER NOT NULL, actors INTEGER NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE claims(
  id INTEGER PRIMARY KEY, pack INTEGER NOT NULL, currency TEXT NOT NULL, network TEXT NOT NULL,
  label TEXT NOT NULL, categories TEXT NOT NULL, concepts TEXT NOT NULL, abuses TEXT NOT NULL,
  actor TEXT NOT NULL, sources TEXT NOT NULL, confidence TEXT NOT NULL,
  is_cluster_definer INTEGER, lastmod TEXT NOT NULL, licence TEXT NOT NULL, extra TEXT NOT NULL,
  digest BLOB NOT NULL);
CREATE INDEX claims_by_pack ON claims(pack);
CREATE TABLE labels(
  pack INTEGER NOT NULL, position INTEGER NOT NULL, claim INTEGER NOT NULL, kind INTEGER NOT NULL,
  subject TEXT NOT NULL, ledger TEXT NOT NULL, key BLOB NOT NULL, decoded INTEGER NOT NULL,
  sum INTEGER NOT NULL, PRIMARY KEY(pack, position)) WITHOUT ROWID;
CREATE INDEX labels_by_key ON labels(ledger, kind, key);
CREATE TABLE actors(
  pack INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL, label TEXT NOT NULL,
  uri TEXT NOT NULL, categories TEXT NOT NULL, jurisdictions TEXT NOT NULL,
  aliases TEXT NOT NULL, lastmod TEXT NOT NULL, extra TEXT NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY(pack, position)) WITHOUT ROWID;
CREATE INDEX actors_by_id ON actors(id);
)";

void append_text(Bytes& frame, std::string_view text) {
  append_le<std::uint64_t>(frame, text.size());
  const auto bytes = as_bytes(text);
  frame.insert(frame.end(), bytes.begin(), bytes.end());
}

}  // namespace

Result<bool> prepare_schema(const Database& database, Database::Mode mode) {
  return sqlite::prepare_schema(database, mode,
                                {.application_id = kApplicationId,
                                 .version = kSchemaVersion,
                                 .tables = kSchema,
                                 .name = "a labels database"});
}

std::string encode_list(const std::vector<std::string>& list) {
  if (list.empty()) return {};
  return nlohmann::json(list).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::vector<std::string>> decode_list(const std::string& text) {
  if (text.empty()) return std::vector<std::string>();
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& item : list) {
    if (!item.is_string()) return std::nullopt;
    out.push_back(item.get<std::string>());
  }
  return out;
}

Hash256 claim_digest(const Label& label) {
  Label about_anybody = label;
  about_anybody.subject.clear();
  about_anybody.subject_kind = SubjectKind::address;
  return digest(about_anybody);
}

std::string_view blob(const Hash256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::int64_t pack_sum(const Pack& pack, const Hash256& content, std::uint64_t labels,
                      std::uint64_t actors) {
  Bytes frame(content.begin(), content.end());
  const auto fields = digest(pack);
  frame.insert(frame.end(), fields.begin(), fields.end());
  append_le(frame, labels);
  append_le(frame, actors);
  append_text(frame, pack.identity);
  append_text(frame, pack.origin);
  return static_cast<std::int64_t>(XXH3_64bits(frame.data(), frame.size()));
}

std::int64_t label_sum(std::int64_t position, const Hash256& claim, SubjectKind kind,
                       std::string_view subject, const SubjectKey& key) {
  Bytes frame(claim.begin(), claim.end());
  append_le(frame, position);
  frame.push_back(static_cast<std::uint8_t>(kind));
  frame.push_back(key.decoded ? 1 : 0);
  append_text(frame, subject);
  append_text(frame, key.ledger);
  append_text(frame, key.key);
  return static_cast<std::int64_t>(XXH3_64bits(frame.data(), frame.size()));
}

}  // namespace clew::labels
