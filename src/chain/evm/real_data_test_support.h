// Recorded answers of Ethereum nodes, and the small chain of the JSON-RPC conformance tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "chain/bitcoin/files_test_support.h"

namespace clew::evm::test {

inline std::string evm_data() {
  return clew::test::data_dir() + "/evm/";
}

// "0x..." as bytes.
inline Bytes unhex(std::string_view text) {
  EXPECT_TRUE(text.starts_with("0x")) << text.substr(0, 20);
  const auto bytes = from_hex(text.substr(2));
  EXPECT_TRUE(bytes.has_value()) << text.substr(0, 20);
  return bytes.value_or(Bytes{});
}

inline Hash256 unhex_hash(std::string_view text) {
  const Bytes bytes = unhex(text);
  Hash256 hash{};
  EXPECT_EQ(bytes.size(), hash.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

// The recorded cases of a method that have a result: "name", "request", "response".
inline std::vector<nlohmann::json> recorded(const std::string& method) {
  std::vector<nlohmann::json> cases;
  for (const std::string& line :
       clew::test::read_gzip_lines(evm_data() + "rpc/" + method + ".jsonl.gz")) {
    auto one = nlohmann::json::parse(line);
    const auto& response = one.at("response");
    if (!response.contains("result") || response.at("result").is_null()) continue;
    if (response.at("result") == "0x") continue;
    cases.push_back(std::move(one));
  }
  return cases;
}

// Files of an archive (ustar) by path within it.
inline std::vector<std::pair<std::string, std::string>> archive_files(const std::string& name) {
  const std::string tar = clew::test::read_gzip(evm_data() + name);
  constexpr std::size_t kRecord = 512, kNameSize = 100, kSizeAt = 124;
  std::vector<std::pair<std::string, std::string>> files;
  for (std::size_t at = 0; at + kRecord <= tar.size() && tar[at] != '\0';) {
    const std::string name(tar.data() + at, strnlen(tar.data() + at, kNameSize));
    const std::size_t size = std::stoul(tar.substr(at + kSizeAt, 11), nullptr, 8);
    files.emplace_back(name, tar.substr(at + kRecord, size));
    at += kRecord + (size + kRecord - 1) / kRecord * kRecord;
  }
  return files;
}

inline std::vector<std::pair<std::string, std::string>> conformance_files() {
  return archive_files("execution_apis/tests.tar.gz");
}

inline std::string conformance_file(const std::string& name) {
  for (auto& [path, content] : conformance_files()) {
    if (path == name) return content;
  }
  ADD_FAILURE() << name << " is not in the archive";
  return {};
}

// The answer of a conformance test ("<< {...}"), if it has a result.
inline nlohmann::json conformance_answer(const std::string& content) {
  const std::size_t at = content.find("\n<< ");
  if (at == std::string::npos) return nullptr;
  const std::size_t end = std::min(content.find('\n', at + 1), content.size());
  const auto answer = nlohmann::json::parse(content.substr(at + 4, end - at - 4));
  return answer.contains("result") ? answer.at("result") : nlohmann::json();
}

}  // namespace clew::evm::test
