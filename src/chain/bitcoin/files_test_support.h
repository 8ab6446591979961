// Reading the test data that is kept compressed.
#pragma once

#include <gmock/gmock.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "tests/data.h"

namespace clew::test {

inline std::string read_gzip(const std::string& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  EXPECT_NE(file, nullptr) << path;
  if (file == nullptr) return text;
  char buffer[1 << 16];
  int got = 0;
  while ((got = gzread(file, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  EXPECT_EQ(got, 0) << path;
  gzclose(file);
  return text;
}

inline std::vector<std::string> read_gzip_lines(const std::string& path) {
  const std::string text = read_gzip(path);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace clew::test
