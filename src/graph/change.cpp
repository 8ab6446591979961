#include "graph/change.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

namespace clew::graph {

namespace {

using bitcoin::ScriptType;
using Outputs = std::vector<std::uint32_t>;

template <class Test>
Outputs filter(const TxFacts& tx, Test&& test) {
  Outputs found;
  for (std::uint32_t i = 0; i < tx.outputs.size(); ++i)
    if (test(tx.outputs[i])) found.push_back(i);
  return found;
}

bool spendable(const OutputFacts& output) {
  return output.type != ScriptType::op_return;
}

// Nothing if one of them is unknown.
std::optional<std::int64_t> smallest_input(const TxFacts& tx) {
  std::optional<std::int64_t> smallest;
  for (const InputFacts& input : tx.inputs) {
    if (!input.value) return std::nullopt;
    smallest = std::min(smallest.value_or(*input.value), *input.value);
  }
  return smallest;
}

// The script type that all inputs share.
std::optional<ScriptType> input_type(const TxFacts& tx) {
  if (tx.inputs.empty() || !tx.inputs.front().type) return std::nullopt;
  const ScriptType type = *tx.inputs.front().type;
  for (const InputFacts& input : tx.inputs)
    if (input.type != type) return std::nullopt;
  return type;
}

std::set<AddressId> input_addresses(const TxFacts& tx) {
  std::set<AddressId> addresses;
  for (const InputFacts& input : tx.inputs)
    if (input.address != ledger::kNoAddress) addresses.insert(input.address);
  return addresses;
}

Outputs one_time_change(const TxFacts& tx) {
  constexpr std::size_t kOutputsMax = 10;  // more are a payout, not a payment with change
  const auto type = input_type(tx);
  const auto smallest = smallest_input(tx);
  if (tx.outputs.size() < 2 || tx.outputs.size() > kOutputsMax || !type || !smallest) return {};
  Outputs found = filter(tx, [&](const OutputFacts& output) {
    const auto same_address = [&](const OutputFacts& o) { return o.address == output.address; };
    return output.address != ledger::kNoAddress && output.type == *type &&
           output.value % 1000 != 0 && output.value < *smallest && output.fresh &&
           output.used_once &&
           std::count_if(tx.outputs.begin(), tx.outputs.end(), same_address) == 1;
  });
  if (found.size() != 1) found.clear();
  return found;
}

Outputs paid_to_inputs(const TxFacts& tx) {
  const auto addresses = input_addresses(tx);
  return filter(tx, [&](const OutputFacts& o) { return addresses.contains(o.address); });
}

Outputs multi_input_change(const TxFacts& tx, const ChangeOptions& options) {
  if (!options.together) return {};
  const auto addresses = input_addresses(tx);
  return filter(tx, [&](const OutputFacts& output) {
    if (output.address == ledger::kNoAddress) return false;
    return std::any_of(addresses.begin(), addresses.end(), [&](AddressId input) {
      return input == output.address || options.together(input, output.address);
    });
  });
}

// One input and two outputs, with a neighbour in the chain of the same shape.
Outputs peeling_chain(const TxFacts& tx) {
  if (tx.inputs.size() != 1 || tx.outputs.size() != 2) return {};
  const auto continues = [](const OutputFacts& o) { return o.spend && o.spend->peels; };
  if (!tx.inputs[0].origin_peels && std::none_of(tx.outputs.begin(), tx.outputs.end(), continues))
    return {};
  // A spender of that shape is itself preceded by this one, so its shape is all there is to test.
  return filter(tx,
                [&](const OutputFacts& o) { return spendable(o) && (!o.spend || continues(o)); });
}

Outputs power_of_ten_value(const TxFacts& tx, int digits) {
  constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
      powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  const std::int64_t power = kPowers[static_cast<std::size_t>(std::clamp(digits, 0, 18))];
  return filter(tx, [&](const OutputFacts& o) { return spendable(o) && o.value % power != 0; });
}

Outputs optimal_change(const TxFacts& tx) {
  const auto smallest = smallest_input(tx);
  if (!smallest) return {};
  return filter(tx, [&](const OutputFacts& o) { return spendable(o) && o.value < *smallest; });
}

Outputs address_type(const TxFacts& tx) {
  const auto type = input_type(tx);
  if (!type) return {};
  return filter(tx, [&](const OutputFacts& o) { return spendable(o) && o.type == *type; });
}

Outputs locktime(const TxFacts& tx) {
  const bool locked = tx.lock_time > 0;
  return filter(tx, [&](const OutputFacts& o) {
    return spendable(o) && (!o.spend || o.spend->has_lock_time == locked);
  });
}

Outputs fresh_addresses(const TxFacts& tx) {
  return filter(tx, [](const OutputFacts& o) { return spendable(o) && o.fresh; });
}

Outputs legacy(const TxFacts& tx) {
  const auto smallest = smallest_input(tx);
  if (!smallest || has_coinjoin_structure(tx)) return {};
  if (std::count_if(tx.outputs.begin(), tx.outputs.end(), spendable) < 2) return {};
  Outputs found = filter(
      tx, [&](const OutputFacts& o) { return spendable(o) && o.fresh && o.value < *smallest; });
  if (found.size() != 1) found.clear();
  return found;
}

Outputs fixed_fee(const TxFacts& tx) {
  if (!tx.fee_rate) return {};
  return filter(tx, [&](const OutputFacts& o) {
    return spendable(o) && (!o.spend || o.spend->fee_rate == tx.fee_rate);
  });
}

}  // namespace

bool has_coinjoin_structure(const TxFacts& tx) {
  if (tx.coinbase || tx.inputs.size() < 2 || tx.outputs.size() < 3) return false;
  const std::size_t participants = (tx.outputs.size() + 1) / 2;
  if (participants > input_addresses(tx).size()) return false;
  std::map<std::int64_t, std::size_t> values;
  for (const OutputFacts& output : tx.outputs)
    ++values[output.value];
  const auto most =
      std::max_element(values.begin(), values.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  // Equal outputs of these values carried colored coins and Omni messages in their time.
  constexpr std::array<std::int64_t, 2> kDust = {546, 2730};
  return most->second == participants && most->first != kDust[0] && most->first != kDust[1];
}

Outputs change_candidates(Rule rule, const TxFacts& tx, const ChangeOptions& options) {
  if (tx.coinbase || tx.inputs.empty()) return {};
  switch (rule) {
    case Rule::multi_input:
      return {};
    case Rule::one_time_change:
      return one_time_change(tx);
    case Rule::direct_change:
      return paid_to_inputs(tx);
    case Rule::multi_input_change:
      return multi_input_change(tx, options);
    case Rule::peeling_chain:
      return peeling_chain(tx);
    case Rule::power_of_ten_value:
      return power_of_ten_value(tx, options.power_of_ten_digits);
    case Rule::optimal_change:
      return optimal_change(tx);
    case Rule::address_type:
      return address_type(tx);
    case Rule::locktime:
      return locktime(tx);
    case Rule::address_reuse:
      return paid_to_inputs(tx);
    case Rule::client_change_address_behavior:
      return fresh_addresses(tx);
    case Rule::legacy:
      return legacy(tx);
    case Rule::fixed_fee:
      return fixed_fee(tx);
  }
  return {};
}

Outputs change_to_join(Rule rule, const TxFacts& tx, const ChangeOptions& options) {
  Outputs found = change_candidates(rule, tx, options);
  const bool follows_addresses = rule == Rule::direct_change || rule == Rule::multi_input_change;
  if (!follows_addresses && found.size() != 1) return {};
  std::erase_if(found, [&](std::uint32_t output) {
    return tx.outputs[output].address == ledger::kNoAddress;
  });
  return found;
}

}  // namespace clew::graph
