// Hand-made transaction shapes for the CoinJoin tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

#include "detect/coinjoin.h"

namespace clew::detect::shapes {

using bitcoin::ScriptType;

constexpr std::uint32_t kMay2017 = 1493596800, kAugust2018 = 1533081600, kJune2019 = 1559347200,
                        kMay2020 = 1588291200, kMarch2023 = 1677628800, kAugust2024 = 1722470400;

// Builds a shape whose every input and output has a fresh owner unless told otherwise.
class Builder {
 public:
  explicit Builder(ScriptType type = ScriptType::p2wpkh) : type_(type) {}

  Builder& in(std::int64_t value, std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i)
      shape_.inputs.push_back({value, type_, owner_++});
    return *this;
  }
  Builder& in(std::initializer_list<std::int64_t> values) {
    for (const std::int64_t value : values)
      in(value);
    return *this;
  }
  Builder& out(std::int64_t value, std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i)
      shape_.outputs.push_back({value, type_, owner_++, false});
    return *this;
  }
  Builder& out(std::initializer_list<std::int64_t> values) {
    for (const std::int64_t value : values)
      out(value);
    return *this;
  }
  Builder& as(ScriptType type) {  // of what is added from here on
    type_ = type;
    return *this;
  }
  Builder& at(std::uint32_t time) {
    shape_.time = time;
    return *this;
  }
  Builder& forget_input_values() {
    for (auto& input : shape_.inputs)
      input.value.reset();
    return *this;
  }
  Builder& sorted(bool ascending) {
    const auto sort = [&](auto& list) {
      std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
        return ascending ? a.value < b.value : a.value > b.value;
      });
    };
    sort(shape_.inputs);
    sort(shape_.outputs);
    return *this;
  }
  TxShape& shape() { return shape_; }
  std::optional<CoinJoin> judge() const { return recognise(shape_); }

 private:
  TxShape shape_;
  ScriptType type_;
  std::uint32_t owner_ = 0;
};

// A JoinMarket round: `spare[i]` is what participant i brings beyond the amount; the last one is
// the taker, which pays 1000 satoshi to each maker and 5000 to the miner.
inline Builder joinmarket(std::int64_t amount, std::initializer_list<std::int64_t> spare,
                          ScriptType type = ScriptType::p2wpkh) {
  Builder round(type);
  const auto makers = static_cast<std::int64_t>(spare.size()) - 1;
  std::int64_t i = 0;
  for (const std::int64_t more : spare) {
    round.in(amount + more).out(amount);
    const std::int64_t change = i++ < makers ? more + 1000 : more - 5000 - 1000 * makers;
    if (change > 0) round.out(change);
  }
  return round;
}

// A Wasabi 2 round of `peers` times the given outputs, with as many inputs as outputs.
inline Builder wasabi2(std::size_t peers, std::initializer_list<std::int64_t> denominations) {
  Builder round;
  for (const std::int64_t value : denominations) {
    round.as(value % 2 == 0 ? ScriptType::p2wpkh : ScriptType::p2tr);
    round.in(value + 900, peers).out(value, peers);
  }
  return round.sorted(false);
}

inline void expect(const std::optional<CoinJoin>& verdict, Protocol protocol,
                   int confidence_min = 0) {
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(name(verdict->protocol), name(protocol)) << verdict->reason;
  EXPECT_GE(verdict->confidence, confidence_min) << verdict->reason;
  EXPECT_LE(verdict->confidence, 100);
  EXPECT_FALSE(verdict->rule.empty());
  EXPECT_FALSE(verdict->reason.empty());
}

}  // namespace clew::detect::shapes
