#include "ingest/source.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "ingest/file_window.h"
#include "ingest/network_detection.h"
#include "ingest/text_file.h"

namespace clew::ingest {
namespace {

constexpr std::size_t kHeadSize = 2 * bitcoin::kHeaderSize;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == path.npos) return "";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string joined(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

// The number in blk<digits>.dat.
std::optional<std::uint64_t> blk_number(std::string_view name) {
  constexpr std::string_view kStart = "blk", kEnd = ".dat";
  if (!name.starts_with(kStart) || !name.ends_with(kEnd)) return std::nullopt;
  const auto digits = name.substr(3, std::max<std::size_t>(name.size(), 7) - 7);
  std::uint64_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

bool is_named_as_blk(const std::string& path) {
  return blk_number(std::string_view(path).substr(path.rfind('/') + 1)).has_value();
}

bool is_space(std::uint8_t byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

// JSON, or hexadecimal that goes on for as long as a header.
bool looks_like_text(ByteView head) {
  const auto first = std::find_if_not(head.begin(), head.end(), is_space);
  if (first == head.end()) return false;
  if (*first == '{')
    return std::all_of(first, head.end(), [](std::uint8_t c) { return c >= ' ' || is_space(c); });
  return std::count_if(
             first, head.end(),
             [](std::uint8_t c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
             }) + std::count_if(first, head.end(), is_space) ==
             head.end() - first &&
         head.end() - first >= static_cast<std::ptrdiff_t>(bitcoin::kHeaderSize);
}

bool looks_like_raw_block(ByteView head) {
  if (head.size() <= bitcoin::kHeaderSize) return false;
  const auto header = head.first(bitcoin::kHeaderSize);
  const auto chains = bitcoin::all_chains();
  return std::any_of(chains.begin(), chains.end(), [&](const auto& chain) {
    return bitcoin::proof_of_work_holds(header, chain);
  });
}

class SourceFinder {
 public:
  SourceFinder(FileSystem& files, ProblemLog& log) : files_(files), log_(log) {}

  Result<void> add(const std::string& path);
  std::vector<Source> take() { return std::move(sources_); }

 private:
  Result<void> add_folder(const std::string& folder, std::vector<std::string> names);
  Result<void> add_file(const std::string& path);
  Result<std::optional<SourceKind>> kind_of(Source& source, const XorKey& key);
  XorKey key_of(const std::string& folder);

  FileSystem& files_;
  ProblemLog& log_;
  std::vector<Source> sources_;
  std::map<std::string, XorKey> keys_;
};

Result<void> SourceFinder::add(const std::string& path) {
  if (!files_.exists(path)) return fail(ErrorKind::usage, path + ": no such file or folder");
  auto names = files_.list(path);
  return names ? add_folder(path, std::move(*names)) : add_file(path);
}

Result<void> SourceFinder::add_folder(const std::string& folder, std::vector<std::string> names) {
  const auto is_blk = [](const std::string& name) { return blk_number(name).has_value(); };
  if (std::none_of(names.begin(), names.end(), is_blk)) {
    const std::string inner = joined(folder, "blocks");
    auto inside = files_.exists(inner) ? files_.list(inner) : fail(ErrorKind::not_found, "");
    if (inside && std::any_of(inside->begin(), inside->end(), is_blk))
      return add_folder(inner, std::move(*inside));
    return fail(ErrorKind::usage, folder + ": no blk*.dat in this folder or in its blocks/");
  }
  std::erase_if(names, [&](const std::string& name) { return !is_blk(name); });
  std::stable_sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return *blk_number(a) < *blk_number(b);
  });
  for (const auto& name : names)
    CLEW_CHECK(add_file(joined(folder, name)));
  return {};
}

Result<void> SourceFinder::add_file(const std::string& path) {
  Source source;
  source.path = path;
  CLEW_TRY(size, files_.size(path));
  source.size = size;
  CLEW_TRY(kind, kind_of(source, key_of(folder_of(path))));
  if (!kind) {
    log_.add(path, 0,
             size == 0 ? "the file is empty"
                       : "neither a block file, a raw block (no network's proof of work holds for "
                         "its header), JSON nor hexadecimal");
    return {};
  }
  source.kind = *kind;
  sources_.push_back(std::move(source));
  return {};
}

Result<std::optional<SourceKind>> SourceFinder::kind_of(Source& source, const XorKey& key) {
  Bytes head;
  CLEW_CHECK(files_.read_at(source.path, 0, kHeadSize, head));
  if (looks_like_gzip(head)) return SourceKind::text;
  if (head.size() >= 4) {
    const auto magic_with = [&](const XorKey& tried) {
      Bytes plain(head.begin(), head.begin() + 4);
      tried.apply(0, plain);
      return bitcoin::find_chain_by_magic(load_le<std::uint32_t>(plain.data())) != nullptr;
    };
    const bool obfuscated = magic_with(key);
    if (obfuscated) source.key = key;
    if (obfuscated || magic_with({})) return SourceKind::blk_file;
  }
  if (looks_like_text(head)) return SourceKind::text;
  if (looks_like_raw_block(head)) return SourceKind::raw_block;
  source.key = key;
  if (is_named_as_blk(source.path)) return SourceKind::blk_file;
  CLEW_TRY(found, find_magic(files_, source));
  if (found != nullptr) return SourceKind::blk_file;
  return std::nullopt;
}

XorKey SourceFinder::key_of(const std::string& folder) {
  const auto known = keys_.find(folder);
  if (known != keys_.end()) return known->second;
  auto key = read_xor_key(files_, folder);
  if (!key) log_.add("", key.error());
  return keys_[folder] = key.value_or(XorKey{});
}

}  // namespace

Result<std::vector<Source>> find_sources(FileSystem& files, std::span<const std::string> paths,
                                         ProblemLog& log) {
  SourceFinder finder(files, log);
  for (const auto& path : paths)
    CLEW_CHECK(finder.add(path));
  return finder.take();
}

std::optional<Bytes> block_from_hex(std::string_view line) {
  if (line.empty() || line.front() == '{') return std::nullopt;
  return from_hex(line);
}

}  // namespace clew::ingest
