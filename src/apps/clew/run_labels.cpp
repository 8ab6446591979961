// `clew labels …`.
#include <fstream>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/count_text.h"
#include "base/time_text.h"
#include "labels/confidence.h"
#include "labels/export.h"
#include "labels/printable.h"
#include "labels/subject.h"

namespace clew::app {

using labels::Store;

namespace {

// An address of accounts is held against the checksum that it may carry.
Result<void> check_checksum(const std::string& subject) {
  constexpr std::size_t kAccountSize = 42;
  if (!subject.starts_with("0x") || subject.size() != kAccountSize) return {};
  return parse_hex_account(subject).map([](const auto&) {});
}

// usage if a text for which there are no labels cannot have any: it is mistyped. Of ledgers whose
// addresses are not known here anything may be one, so only labels can tell.
Result<void> check_subject(const std::string& subject) {
  if (labels::is_transaction_hash(subject) || !labels::currency_of_form(subject).empty()) return {};
  return fail(ErrorKind::usage, "'" + labels::printable(subject) +
                                    "' has no labels, and is neither a transaction hash nor an "
                                    "address of a form that is known (of Bitcoin, Litecoin, Tron, "
                                    "with their checksums, or 0x and 40 hexadecimal digits)");
}

// The one that was given, else that of which the subject has the form; usage if it has none.
Result<std::string> currency_of(const LabelsAddOptions& given, labels::SubjectKind kind) {
  const auto shown = "'" + labels::printable(given.subject) + "'";
  if (kind == labels::SubjectKind::transaction) {
    if (!given.currency.empty()) return given.currency;
    return std::string(given.subject.starts_with("0x") ? "ETH" : "BTC");
  }
  const std::string form(labels::currency_of_form(given.subject));
  if (given.currency.empty()) {
    if (!form.empty()) return form;
    return fail(ErrorKind::usage, shown +
                                      " has the form of no address that is known (of Bitcoin, "
                                      "Litecoin, Tron, or 0x and 40 hexadecimal digits); "
                                      "--currency says of which other ledger it is");
  }
  if (labels::fits_currency(given.subject, given.currency)) return given.currency;
  return fail(ErrorKind::usage, shown + " is no address of " + labels::printable(given.currency));
}

// What imports keep as their source says it has to be right where it is typed.
Result<void> check_words(const LabelsAddOptions& given) {
  if (!given.lastmod.empty() && !parse_time(given.lastmod))
    return fail(ErrorKind::usage, "--date is a day (2024-05-31, 2024-05-31T12:00:00Z), not '" +
                                      labels::printable(given.lastmod) + "'");
  if (given.confidence.empty() || labels::find_confidence(given.confidence) != nullptr) return {};
  std::string known;
  for (const auto& level : labels::confidence_scale())
    known += (known.empty() ? "" : ", ") + std::string(level.id);
  return fail(ErrorKind::usage, "--confidence is one of " + known + ", not '" +
                                    labels::printable(given.confidence) + "'");
}

}  // namespace

Result<ExitCode> labels_import(const Session& session, const LabelsImportOptions& options) {
  CLEW_TRY(store, session.labels(Store::Mode::write));
  auto documents = Json::array();
  for (const auto& file : options.files) {
    labels::ImportOptions how;
    how.map = options.map;
    CLEW_TRY(report, store.import_file(file, how));
    documents.push_back({{"file", file},
                         {"read", report.read},
                         {"added", report.added},
                         {"unchanged", report.unchanged},
                         {"removed", report.removed},
                         {"actors", report.actors},
                         {"packs_added", report.packs_added},
                         {"packs_replaced", report.packs_replaced},
                         {"packs_unchanged", report.packs_unchanged},
                         {"undecodable", report.undecodable},
                         {"skipped", report.skipped.count},
                         {"skipped_reasons", report.skipped.reasons},
                         {"notes", report.notes}});
    if (session.json) continue;
    std::cout << file << ": " << counted(report.read, "label") << " read, " << grouped(report.added)
              << " new, " << grouped(report.unchanged) << " there already, "
              << grouped(report.removed) << " removed";
    if (report.actors > 0) std::cout << ", " << counted(report.actors, "actor");
    std::cout << '\n';
    if (report.undecodable > 0)
      std::cout << "  " << counted(report.undecodable, "of these is", "of these are")
                << " of what is not valid on its ledger: kept, but found by its text alone\n";
    for (const auto& note : report.notes)
      std::cout << "  " << labels::printable(note) << '\n';
    for (const auto& reason : report.skipped.reasons)
      std::cout << "  left out: " << labels::printable(reason) << '\n';
    if (report.skipped.count > report.skipped.reasons.size())
      std::cout << "  left out in all: " << grouped(report.skipped.count) << '\n';
  }
  CLEW_TRY(version, store.version());
  if (session.json) print_json({{"imported", documents}, {"version", version}});
  return kOk;
}

Result<ExitCode> labels_add(const Session& session, const LabelsAddOptions& options) {
  CLEW_CHECK(check_checksum(options.subject));
  CLEW_CHECK(check_words(options));
  labels::Label label;
  label.subject = options.subject;
  if (labels::is_transaction_hash(options.subject))
    label.subject_kind = labels::SubjectKind::transaction;
  CLEW_TRY(currency, currency_of(options, label.subject_kind));
  label.currency = currency;
  CLEW_TRY(store, session.labels(Store::Mode::write));
  label.label = options.label;
  if (!options.category.empty()) label.categories = {options.category};
  if (!options.source.empty()) label.sources = {options.source};
  label.confidence = options.confidence;
  label.lastmod = options.lastmod;
  label.actor = options.actor;
  CLEW_TRY(added, store.add(label));
  if (session.json)
    print_json({{"added", added}});
  else
    std::cout << (added ? "added\n" : "this label is there already\n");
  return kOk;
}

Result<ExitCode> labels_remove(const Session& session, const LabelsRemoveOptions& options) {
  CLEW_TRY(store, session.labels(Store::Mode::write));
  if (options.pack.empty() == options.subject.empty())
    return fail(ErrorKind::usage, "name an address to take your own labels from, or --pack TITLE");
  CLEW_CHECK(check_checksum(options.subject));
  std::uint64_t removed = 0;
  if (!options.pack.empty()) {
    CLEW_TRY(count, store.remove_pack(options.pack));
    removed = count;
  } else {
    CLEW_TRY(count, store.remove(options.subject, options.label));
    removed = count;
  }
  if (session.json)
    print_json({{"removed", removed}});
  else
    std::cout << counted(removed, "label") << " removed\n";
  return kOk;
}

Result<ExitCode> labels_export(const Session& session, const LabelsExportOptions& options) {
  CLEW_TRY(store, session.labels());
  const auto format = labels::find_export_format(options.format);
  if (!format)
    return fail(ErrorKind::usage, "--format is tagpack, csv or jsonl, not " + options.format);
  labels::LabelFilter filter;
  filter.pack = options.pack;
  filter.currency = options.currency;
  if (options.only_private) filter.only_private = true;
  if (options.out.empty()) {
    CLEW_TRY(text, labels::export_text(store, *format, filter));
    std::cout << text;
    return kOk;
  }
  CLEW_TRY(report, labels::export_labels(store, options.out, *format, filter));
  if (session.json)
    print_json({{"files", report.files}, {"labels", report.labels}, {"actors", report.actors}});
  else
    std::cout << counted(report.labels, "label") << " written to "
              << counted(report.files.size(), "file") << '\n';
  return kOk;
}

Result<ExitCode> labels_stats(const Session& session) {
  CLEW_TRY(store, session.labels());
  CLEW_TRY(stats, store.stats());
  CLEW_TRY(version, store.version());
  const std::pair<const char*, const std::map<std::string, std::uint64_t>&> groups[] = {
      {"packs", stats.by_pack},
      {"categories", stats.by_category},
      {"currencies", stats.by_currency},
      {"ledgers", stats.by_ledger},
      {"confidence", stats.by_confidence}};
  if (session.json) {
    Json document = {{"labels", stats.labels},
                     {"subjects", stats.subjects},
                     {"pack_count", stats.packs},
                     {"actors", stats.actors},
                     {"version", version}};
    for (const auto& [title, counts] : groups)
      document[title] = counts;
    print_json(document);
    return kOk;
  }
  std::cout << counted(stats.labels, "label") << " of "
            << counted(stats.subjects, "address or transaction", "addresses and transactions")
            << ", " << counted(stats.packs, "pack") << ", " << counted(stats.actors, "actor")
            << ", version " << version << '\n';
  for (const auto& [title, counts] : groups) {
    std::cout << title << '\n';
    for (const auto& [name, count] : counts)
      std::cout << "  " << labels::printable(name.empty() ? "(not stated)" : name) << "  "
                << grouped(count) << '\n';
  }
  return kOk;
}

Result<ExitCode> labels_of(const Session& session, const std::string& subject) {
  CLEW_CHECK(check_checksum(subject));
  CLEW_TRY(store, session.labels());
  CLEW_TRY(found, store.of_subject(subject));
  if (found.empty()) CLEW_CHECK(check_subject(subject));
  if (session.json) {
    print_json({{"subject", subject}, {"labels", labels_json(found)}});
    return kOk;
  }
  if (found.empty()) std::cout << "no labels\n";
  for (const auto& label : found) {
    std::cout << label_text(label) << '\n';
    for (const auto& source : label.label.sources)
      std::cout << "  " << labels::printable(source) << '\n';
  }
  return kOk;
}

}  // namespace clew::app
