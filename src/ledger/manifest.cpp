#include "ledger/manifest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace clew::ledger {
namespace {

using nlohmann::json;

// Of the segments that a manifest names: what they hold differs by kind of ledger.
int format_of(std::string_view kind) {
  return kind == "account" ? 2 : 1;
}
constexpr int kOpenTries = 100;

std::string meaning_of(std::string_view kind) {
  if (kind == "utxo") return "outputs (as Bitcoin's)";
  if (kind == "account") return "accounts (as Ethereum's)";
  return "kind '" + std::string(kind) + "'";
}
constexpr std::string_view kFirstKind = "utxo";  // of manifests that do not say

std::string hex64(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::optional<std::uint64_t> from_hex64(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || code != std::errc() || end != text.data() + 16) return std::nullopt;
  return value;
}

std::string path_of(const std::string& directory) {
  return directory + "/MANIFEST";
}

std::string checksum_line(std::string_view document) {
  return hex64(XXH3_64bits(document.data(), document.size())) + "\n";
}

// The checksum has matched, so what is wrong here was written by another version.
Result<Manifest> parse(std::string_view text) {
  const auto unknown = [] {
    return fail(ErrorKind::unsupported, "the manifest was written by another version of clew");
  };
  const auto document = json::parse(text, nullptr, false);
  if (!document.is_object()) return unknown();
  Manifest manifest;
  manifest.kind = document.value("kind", std::string(kFirstKind));
  if (document.value("format", 0) != format_of(manifest.kind)) return unknown();
  manifest.network = document.value("network", "");
  const auto key = from_hex64(document.value("hash_key", ""));
  if (manifest.network.empty() || !key || !document.contains("segments")) return unknown();
  manifest.hash_key = *key;
  manifest.generation = document.value("generation", std::uint64_t{0});
  manifest.next_file = document.value("next_file", std::uint64_t{1});
  for (const auto& entry : document["segments"]) {
    const auto seal = from_hex64(entry.value("seal", ""));
    if (!seal) return unknown();
    manifest.segments.push_back({entry.value("file", ""), *seal});
  }
  return manifest;
}

}  // namespace

bool holds_ledger(FileSystem& files, const std::string& directory) {
  if (files.exists(path_of(directory))) return true;
  const auto names = files.list(directory);
  return names && std::any_of(names->begin(), names->end(),
                              [](const auto& name) { return name.ends_with(kSegmentSuffix); });
}

Result<Manifest> read_manifest(FileSystem& files, const std::string& directory) {
  const auto path = path_of(directory);
  if (!files.exists(path)) {
    if (!holds_ledger(files, directory))
      return fail(ErrorKind::not_found, "no ledger in " + directory);
    return fail(ErrorKind::corrupt, path + ": missing, though there are segments beside it");
  }
  CLEW_TRY(bytes, files.read(path));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  // Two lines: the document, then its checksum as it is written: read as a number, a flip of the
  // case of a digit would go unseen.
  const auto line = text.find('\n');
  if (line == text.npos || text.substr(line + 1) != checksum_line(text.substr(0, line)))
    return fail(ErrorKind::corrupt, path + ": does not match its checksum");
  auto manifest = parse(text.substr(0, line));
  if (!manifest) return fail(std::move(manifest).error().within(path));
  return manifest;
}

Result<void> write_manifest(FileSystem& files, const std::string& directory,
                            const Manifest& manifest) {
  auto list = json::array();
  for (const auto& segment : manifest.segments)
    list.push_back({{"file", segment.file}, {"seal", hex64(segment.seal)}});
  const json document = {{"format", format_of(manifest.kind)},
                         {"kind", manifest.kind},
                         {"network", manifest.network},
                         {"hash_key", hex64(manifest.hash_key)},
                         {"generation", manifest.generation},
                         {"next_file", manifest.next_file},
                         {"segments", list}};
  std::string text = document.dump();
  text += "\n" + checksum_line(text);
  return write_atomically(files, path_of(directory), as_bytes(text));
}

Result<OpenedFiles> open_segment_files(FileSystem& files, const std::string& directory,
                                       std::string_view kind, Manifest& manifest) {
  for (int tries = 1;; ++tries) {
    CLEW_TRY(current, read_manifest(files, directory));
    if (current.kind != kind)
      return fail(ErrorKind::usage,
                  directory + " holds a ledger of " + meaning_of(current.kind) + ", not of " +
                      meaning_of(kind) +
                      "; name another with --chain or --ledger, or, to have this name for a new "
                      "one, give its folder another name");
    manifest = std::move(current);
    OpenedFiles opened;
    bool gone = false;
    for (const auto& entry : manifest.segments) {
      opened.push_back(SegmentFile::open(files, directory + "/" + entry.file, entry.seal));
      gone |= !opened.back() && opened.back().error().kind == ErrorKind::not_found;
    }
    if (!gone) return opened;
    if (tries < kOpenTries) continue;
    for (auto& file : opened)
      if (!file && file.error().kind == ErrorKind::not_found)
        file = fail(ErrorKind::corrupt, std::move(file).error().message);
    return opened;
  }
}

}  // namespace clew::ledger
