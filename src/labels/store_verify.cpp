#include "labels/store_impl.h"

namespace clew::labels {
namespace {

class Verifier {
 public:
  Verifier(const Database& database, const std::string& path, FileSystem& files)
      : database_(database), path_(path), files_(files) {}

  Result<std::vector<std::string>> run() {
    CLEW_TRY(transaction, Transaction::begin(database_, Transaction::Kind::read));
    check_structure();
    const auto packs = check_packs();
    if (packs)
      if (const auto checked = check_seal(path_, version_of(*packs), files_); !checked)
        note(checked.error());
    return std::move(problems_);
  }

 private:
  void note(const Error& error) { problems_.push_back(error.message); }

  void check_structure() {
    auto check = database_.prepare("PRAGMA integrity_check(20)");
    if (!check) return note(check.error());
    while (true) {
      const auto row = check->step();
      if (!row) return note(row.error());
      if (!*row) return;
      if (const auto text = check->text(0); text != "ok") problems_.push_back(path_ + ": " + text);
    }
  }

  std::optional<std::vector<PackRow>> check_packs() {
    RowReader reader(database_);
    auto packs = reader.packs();
    if (!packs) {
      note(packs.error());
      return std::nullopt;
    }
    std::uint64_t labels = 0;
    for (const auto& row : *packs) {
      check_pack(reader, row);
      labels += row.labels;
    }
    const auto total = database_.integer("SELECT count(*) FROM labels");
    if (total && static_cast<std::uint64_t>(*total) != labels)
      problems_.push_back(path_ + ": table labels holds " + std::to_string(*total) +
                          " rows, the packs say " + std::to_string(labels));
    return *std::move(packs);
  }

  void check_pack(RowReader& reader, const PackRow& row) {
    const auto labels = reader.labels_of(row.id);
    if (!labels) return note(labels.error());
    const auto actors = reader.actors_of(row.id);
    if (!actors) return note(actors.error());
    std::vector<Hash256> label_digests, actor_digests;
    for (const auto& label : *labels)
      label_digests.push_back(digest(label));
    for (const auto& actor : *actors)
      actor_digests.push_back(digest(actor));
    if (content_digest(*row.pack, label_digests, actor_digests) != row.content)
      problems_.push_back(path_ + ": the labels of pack '" + row.pack->identity +
                          "' do not match its content digest");
  }

  const Database& database_;
  const std::string& path_;
  FileSystem& files_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<std::vector<std::string>> verify(const std::string& path, FileSystem& files) {
  if (!files.exists(path)) {
    std::vector<std::string> problems;
    if (files.exists(seal_path(path)))
      problems.push_back(path + ": missing, though its checksum is there");
    return problems;
  }
  const auto damaged = [](const Error& error) -> Result<std::vector<std::string>> {
    if (error.kind != ErrorKind::corrupt) return fail(error);
    return std::vector<std::string>{error.message};
  };
  const auto database = Database::open(path, Database::Mode::read);
  if (!database) return damaged(database.error());
  const auto filled = prepare_schema(**database, Database::Mode::read);
  if (!filled) return damaged(filled.error());
  if (!*filled && files.exists(seal_path(path)))
    return std::vector<std::string>{path + ": not a labels database any more"};
  if (!*filled) return std::vector<std::string>();
  return Verifier(**database, path, files).run();
}

}  // namespace clew::labels
