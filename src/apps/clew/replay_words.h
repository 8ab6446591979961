// The words that `clew replay` takes whatever it serves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace clew::app {

struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};
// "127.0.0.1:8545", "[::1]:0". usage.
Result<ListenAddress> read_listen(const std::string& text);

struct FaultWords {
  std::string name;
  double chance = 1;  // 0 to 1
};
// "429=0.01"; without a chance it always strikes. usage.
Result<FaultWords> read_fault(const std::string& text);

// Reads the faults into a plan whose faults are looked up, named and counted so.
template <class Plan, class Find, class Name>
Result<void> read_faults(const std::vector<std::string>& texts, Plan& plan, Find find, Name name) {
  using Fault = typename decltype(find(std::string()))::value_type;
  for (const std::string& text : texts) {
    CLEW_TRY(words, read_fault(text));
    if (const auto fault = find(words.name)) {
      plan.chances[static_cast<std::size_t>(*fault)] = words.chance;
      continue;
    }
    std::string names;
    for (std::size_t i = 0; i < plan.chances.size(); ++i)
      names += (i == 0 ? "" : ", ") + std::string(name(static_cast<Fault>(i)));
    return fail(ErrorKind::usage, "no fault " + words.name + "; there are " + names);
  }
  return {};
}

}  // namespace clew::app
