// What a world's truth/ folder says beyond trails: lines of its tables, kept until they are taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/simulate/ethereum/state.h"

namespace clew::simulate::ethereum {

// "erc20".
std::string_view kind_text(chain::TransferKind kind);

struct Truth {
  // "0x..." or "ETH"; tokens that are like no other with "/" and their number.
  static std::string text(const chain::Asset& asset);

  void add_transfer(const State& state, std::uint64_t block, const Move& move);
  void add_deposit_address(const State& state, AccountId deposit, AccountId customer,
                           AccountId hot);

  std::vector<std::string> transfers, deposits, mixer, events;
  std::uint64_t transfer_count = 0;
};

}  // namespace clew::simulate::ethereum
