// What the tests of addresses and scripts share: short notations, and reading of the data folder.
#pragma once

#include <zlib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "chain/bitcoin/script.h"
#include "tests/data.h"

namespace clew::bitcoin::test {

inline Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

inline const ChainParams& chain(std::string_view network) {
  return *find_chain(network);
}

// Type and address of a script as one text: "p2sh 3P14…", "op_return".
inline std::string told(ByteView script, const ChainParams& params) {
  const auto info = classify(script);
  std::string text = name(info.type);
  if (info.has_address) text += ' ' + encode(info.address, params);
  return text;
}

// Content of a file of the data folder, unpacked if it is gzip.
inline std::string data_text(const std::string& path) {
  const std::string whole = clew::test::data_dir() + "/" + path;
  std::string text;
  gzFile file = gzopen(whole.c_str(), "rb");
  EXPECT_NE(file, nullptr) << whole;
  if (file == nullptr) return text;
  std::array<char, 1 << 16> part;
  int count = 0;
  while ((count = gzread(file, part.data(), part.size())) > 0)
    text.append(part.data(), static_cast<std::size_t>(count));
  EXPECT_EQ(count, 0) << whole;
  gzclose(file);
  return text;
}

inline nlohmann::json data_json(const std::string& path) {
  return nlohmann::json::parse(data_text(path));
}

template <class Do>
void for_each_line(const std::string& path, Do&& act) {
  const std::string text = data_text(path);
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end > at) act(std::string_view(text).substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace clew::bitcoin::test
