#include "ingest/tron/screening_store.h"

#include <xxhash.h>

#include "sqlite/schema.h"

namespace clew::providers {
namespace {

using sqlite::Database;

constexpr sqlite::Schema kSchema{
    .application_id = 0x436c7753,  // "ClwS"
    .version = 1,
    .tables =
        "CREATE TABLE screenings(source TEXT NOT NULL, address TEXT NOT NULL, asked_at REAL "
        "NOT NULL, answer TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY(source, address)) "
        "WITHOUT ROWID;",
    .name = "a store of screenings"};

std::int64_t sum_of(std::string_view source, std::string_view address, double asked_at,
                    std::string_view answer) {
  Bytes frame;
  append_le(frame, asked_at);
  for (const std::string_view part : {source, address, answer}) {
    append_le<std::uint64_t>(frame, part.size());
    frame.insert(frame.end(), part.begin(), part.end());
  }
  return static_cast<std::int64_t>(XXH3_64bits(frame.data(), frame.size()));
}

}  // namespace

struct ScreeningStore::Impl {
  std::string path;
  std::unique_ptr<Database> database;
};

ScreeningStore::ScreeningStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ScreeningStore::ScreeningStore(ScreeningStore&&) noexcept = default;
ScreeningStore& ScreeningStore::operator=(ScreeningStore&&) noexcept = default;
ScreeningStore::~ScreeningStore() = default;

Result<ScreeningStore> ScreeningStore::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  CLEW_TRY(database, Database::open(path, Database::Mode::write));
  CLEW_CHECK(database->make_durable(Database::Mode::write));
  CLEW_TRY(filled, sqlite::prepare_schema(*database, Database::Mode::write, kSchema));
  if (!filled) return fail(ErrorKind::io, path + ": cannot be written");
  impl->database = std::move(database);
  return ScreeningStore(std::move(impl));
}

Result<std::optional<Screening>> ScreeningStore::find(std::string_view source,
                                                      std::string_view address) const {
  CLEW_TRY(query, impl_->database->prepare("SELECT asked_at,answer,sum FROM screenings WHERE "
                                           "source=? AND address=?"));
  query.bind(1, source).bind(2, address);
  CLEW_TRY(found, query.step());
  if (!found) return std::nullopt;
  Screening out;
  out.asked_at = query.real(0);
  const std::string answer = query.text(1);
  auto read = read_identifications(answer);
  if (query.integer(2) != sum_of(source, address, out.asked_at, answer) || !read)
    return fail(ErrorKind::corrupt,
                impl_->path + ": a row is damaged: remove the file to ask anew");
  out.identifications = std::move(*read);
  return out;
}

Result<void> ScreeningStore::put(std::string_view source, std::string_view address,
                                 const Screening& screening) {
  // In the provider's own form, so that it is read back by the same checks.
  const std::string answer = write_identifications(screening.identifications);
  CLEW_TRY(query, impl_->database->prepare("INSERT OR REPLACE INTO screenings VALUES(?,?,?,?,?)"));
  query.bind(1, source).bind(2, address).bind(3, screening.asked_at).bind(4, answer);
  query.bind(5, sum_of(source, address, screening.asked_at, answer));
  return query.run();
}

Result<ScreenReport> screen_addresses(SanctionsApi* api, std::string_view no_api,
                                      ScreeningStore& store, std::span<const std::string> addresses,
                                      const ScreenOptions& options) {
  ScreenReport report;
  if (api == nullptr) report.why = no_api;
  const std::string source = api != nullptr ? api->provider().authority() : std::string();
  const double give_up_at = api != nullptr ? api->provider().now() + options.patience_seconds : 0;
  bool asks = api != nullptr;
  for (const std::string& address : addresses) {
    std::optional<Screening> screening;
    if (api != nullptr) {
      CLEW_TRY(known, store.find(source, address));
      const double age = known ? api->provider().date() - known->asked_at : -1;
      if (known && age >= 0 && age < options.fresh_seconds) screening = std::move(known);
    }
    if (!screening && asks) {
      ++report.asked;
      auto answer = api->screen(address, give_up_at);
      if (answer) {
        CLEW_CHECK(store.put(source, address, *answer));
        screening = std::move(*answer);
      } else if (answer.error().trouble == Trouble::stopped) {
        return fail(ErrorKind::stopped, answer.error().message);
      } else {
        report.why = answer.error().message;
        // That one address is refused says nothing of the others.
        asks = answer.error().trouble == Trouble::refused;
      }
    }
    if (!screening) ++report.unknown;
    report.screenings.push_back(std::move(screening));
  }
  if (report.unknown == 0) report.why.clear();
  return report;
}

}  // namespace clew::providers
