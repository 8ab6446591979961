// Recorded traces, and a plain reading of them to compare ours with.
#pragma once

#include <gtest/gtest.h>

#include <list>

#include "chain/evm/call.h"
#include "chain/evm/real_data_test_support.h"

namespace clew::evm::test {

inline Address address_of(std::string_view text) {
  const Bytes bytes = unhex(text);
  Address address{};
  EXPECT_EQ(bytes.size(), address.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), address.size()), address.begin());
  return address;
}

// geth's own cases of a tracer: "name", "input", "result" and what the chain was like.
inline std::vector<nlohmann::json> tracer_cases(const std::string& tracer) {
  std::vector<nlohmann::json> cases;
  for (const std::string& line :
       clew::test::read_gzip_lines(evm_data() + "geth_tracers/" + tracer + ".jsonl.gz")) {
    cases.push_back(nlohmann::json::parse(line));
  }
  return cases;
}

inline std::string bytes_text(const nlohmann::json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "0x";
}

inline U256 amount(const nlohmann::json& object, const char* key) {
  const std::string text = bytes_text(object, key);
  return U256::from_quantity(text).value_or(U256());
}

// Logs of other programs' tables; `datas` holds what they view.
struct Logs {
  std::list<Bytes> datas;
  std::vector<Log> logs;
  void add(const std::string& address, const std::vector<std::string>& topics,
           const std::string& data) {
    Log& log = logs.emplace_back();
    log.address = address_of(address);
    for (const std::string& topic : topics)
      log.topics[log.topic_count++] = unhex_hash(topic);
    log.data = datas.emplace_back(unhex(data));
  }
};

}  // namespace clew::evm::test
