// gzip and tar, as far as label files come in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace clew::labels {

bool is_gzip(std::string_view bytes);
// Every member of a gzip file, one after the other (RFC 1952). data if it is damaged or cut off, or
// if it unpacks to more than `size_max` bytes.
Result<Bytes> gunzip(std::string_view bytes, std::uint64_t size_max);

bool is_tar(std::string_view bytes);
struct TarMember {
  std::string path;
  std::string_view content;  // inside the archive's bytes
};
// Walks the regular files of a tar archive (ustar, with GNU and pax long names).
class TarReader {
 public:
  explicit TarReader(std::string_view bytes) : bytes_(bytes) {}
  // Nothing at the end; data if the archive is damaged or cut off.
  Result<std::optional<TarMember>> next();

 private:
  std::string_view bytes_;
  std::size_t offset_ = 0;
};

}  // namespace clew::labels
