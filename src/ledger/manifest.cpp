#include "ledger/manifest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace clew::ledger {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr int kOpenTries = 100;

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

// The checksum has matched, so what is wrong here was written by another version.
Result<Manifest> parse(std::string_view text) {
  const auto unknown = [] {
    return fail(ErrorKind::unsupported, "the manifest was written by another version of clew");
  };
  const auto document = json::parse(text, nullptr, false);
  if (!document.is_object() || document.value("format", 0) != kFormat) return unknown();
  Manifest manifest;
  manifest.chain = bitcoin::find_chain(document.value("network", ""));
  const auto key = from_hex64(document.value("hash_key", ""));
  if (manifest.chain == nullptr || !key || !document.contains("segments")) return unknown();
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
  // Two lines: the document, then its checksum.
  const auto line = text.find('\n');
  const auto sum = line == text.npos || text.size() != line + 18 || text.back() != '\n'
                       ? std::nullopt
                       : from_hex64(text.substr(line + 1, 16));
  if (!sum || *sum != XXH3_64bits(text.data(), line))
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
  const json document = {{"format", kFormat},
                         {"network", std::string(manifest.chain->network)},
                         {"hash_key", hex64(manifest.hash_key)},
                         {"generation", manifest.generation},
                         {"next_file", manifest.next_file},
                         {"segments", list}};
  std::string text = document.dump();
  const auto sum = hex64(XXH3_64bits(text.data(), text.size()));
  text += "\n" + sum + "\n";
  return write_atomically(files, path_of(directory), as_bytes(text));
}

Result<Segments> open_segments(FileSystem& files, const std::string& directory,
                               Manifest& manifest) {
  for (int tries = 1;; ++tries) {
    CLEW_TRY(current, read_manifest(files, directory));
    manifest = std::move(current);
    Segments segments;
    for (const auto& entry : manifest.segments) {
      auto file = SegmentFile::open(files, directory + "/" + entry.file, entry.seal);
      const bool gone = !file && file.error().kind == ErrorKind::not_found;
      if (gone && tries < kOpenTries) break;
      if (gone) return fail(ErrorKind::corrupt, std::move(file).error().message);
      if (!file) return fail(std::move(file).error());
      segments.push_back(std::make_shared<const Segment>(std::move(*file)));
    }
    if (segments.size() == manifest.segments.size()) return segments;
  }
}

}  // namespace clew::ledger
