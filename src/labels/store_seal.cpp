// The checksum of the whole database file. SQLite's own checks see its structure, ours the rows;
// this sees every byte, unused ones included.
#include <xxhash.h>

#include <charconv>
#include <vector>

#include "labels/store_impl.h"

namespace clew::labels {
namespace {

constexpr std::string_view kMagic = "clew-labels-seal 1";

std::string hex128(ByteView bytes) {
  const auto hash = XXH3_128bits(bytes.data(), bytes.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return to_hex({canonical.digest, sizeof canonical.digest});
}

}  // namespace

std::string seal_path(const std::string& database_path) {
  return database_path + ".seal";
}

std::string write_seal(const Seal& seal) {
  const std::string body =
      std::string(kMagic) + " " + seal.version + " " + std::to_string(seal.size) + " " + seal.hash;
  return body + " " + hex128(as_bytes(body)) + "\n";
}

Result<Seal> parse_seal(std::string_view text, const std::string& path) {
  const auto damaged = [&] {
    return fail(ErrorKind::corrupt, path + ": the checksum file is damaged");
  };
  if (!text.ends_with('\n')) return damaged();
  text.remove_suffix(1);
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(' ', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (words.size() != 6 || std::string(words[0]) + " " + std::string(words[1]) != kMagic)
    return damaged();
  const auto body = text.substr(0, text.size() - words[5].size() - 1);
  if (hex128(as_bytes(body)) != words[5]) return damaged();
  Seal seal;
  seal.version = words[2];
  seal.hash = words[4];
  const auto end = words[3].data() + words[3].size();
  const auto number = std::from_chars(words[3].data(), end, seal.size);
  if (number.ec != std::errc() || number.ptr != end) return damaged();
  return seal;
}

Result<Seal> measure(const std::string& database_path, FileSystem& files) {
  CLEW_TRY(mapped, files.map(database_path));
  Seal seal;
  seal.size = mapped->bytes().size();
  seal.hash = hex128(mapped->bytes());
  return seal;
}

Result<void> check_seal(const std::string& database_path, const std::string& version,
                        FileSystem& files) {
  const auto name = seal_path(database_path);
  if (!files.exists(name)) return {};
  CLEW_TRY(text, files.read(name));
  CLEW_TRY(seal, parse_seal({reinterpret_cast<const char*>(text.data()), text.size()}, name));
  const auto log = database_path + "-wal";
  const auto log_size = files.exists(log) ? files.size(log) : Result<std::uint64_t>(0);
  if (seal.version != version || !log_size || *log_size != 0) return {};
  CLEW_TRY(now, measure(database_path, files));
  if (now.size == seal.size && now.hash == seal.hash) return {};
  return fail(ErrorKind::corrupt, database_path + ": bytes differ from the checksum in " + name);
}

void Store::Impl::seal(ImportReport* report) {
  const auto sealed = try_seal();
  if (!sealed && report)
    report->notes.push_back("the labels are stored, but not their checksum: " +
                            sealed.error().message);
}

Result<void> Store::Impl::try_seal() {
  // A long reader is no reason to keep the writer waiting.
  database->set_patience(100);
  CLEW_TRY(checkpoint, database->prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
  const auto row = checkpoint.step();
  database->set_patience(Database::kPatienceMs);
  // A reader in another process may hold the log; the next writer seals then.
  if (!row || !*row || checkpoint.integer(0) != 0) return {};
  checkpoint.reset();
  // No other writer can start while we measure, so the file stands still.
  CLEW_TRY(guard, Transaction::begin(*database, Transaction::Kind::write));
  const auto log = path + "-wal";
  if (files->exists(log)) {
    CLEW_TRY(log_size, files->size(log));
    if (log_size != 0) return {};
  }
  CLEW_TRY(seal, measure(path, *files));
  CLEW_TRY(packs, RowReader(*database).packs());
  seal.version = version_of(packs);
  const auto text = write_seal(seal);
  return write_atomically(*files, seal_path(path), as_bytes(text));
}

}  // namespace clew::labels
