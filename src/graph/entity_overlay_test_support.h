// What the tests of entities in layers share.
#pragma once

#include <random>
#include <utility>
#include <vector>

#include "graph/entity_test_support.h"

namespace clew::graph::test {

// Every answer, of all addresses and of random pairs.
inline void expect_same(const Entities& found, const Entities& whole,
                        const ledger::Snapshot& snapshot, std::mt19937_64& random) {
  using Pairs = std::vector<std::pair<AddressId, std::uint64_t>>;
  EXPECT_EQ(found.basis(), whole.basis());
  EXPECT_EQ(found.address_count(), whole.address_count());
  EXPECT_EQ(found.entity_count(), whole.entity_count());
  EXPECT_EQ(found.held_back(), whole.held_back());
  const auto each = [](const Entities& entities) {
    Pairs pairs;
    entities.each([&](AddressId a, AddressId b) { pairs.emplace_back(a, b); });
    return pairs;
  };
  const auto each_joined = [](const Entities& entities) {
    Pairs pairs;
    entities.each_joined([&](AddressId a, std::uint64_t n) { pairs.emplace_back(a, n); });
    return pairs;
  };
  EXPECT_EQ(each(found), each(whole));
  EXPECT_EQ(each_joined(found), each_joined(whole));
  const auto count = static_cast<AddressId>(snapshot.address_count());
  for (AddressId id = 0; id <= count; ++id) {  // one that does not exist included
    ASSERT_EQ(found.entity(id), whole.entity(id)) << id;
    ASSERT_EQ(found.member_count(id), whole.member_count(id)) << id;
    ASSERT_EQ(found.members(id), whole.members(id)) << id;
    ASSERT_EQ(found.totals(id), whole.totals(id)) << id;
    const auto offset = random() % 4, limit = random() % 4;
    ASSERT_EQ(found.members(id, offset, limit), whole.members(id, offset, limit)) << id;
    const auto members = whole.members(whole.entity(id).value_or(id));
    const auto fellow = members.empty() ? id : members[random() % members.size()];
    const auto other = static_cast<AddressId>(random() % count);
    ASSERT_EQ(found.why(id, fellow), whole.why(id, fellow)) << id << " and " << fellow;
    ASSERT_EQ(found.why(id, other), whole.why(id, other)) << id << " and " << other;
  }
}

}  // namespace clew::graph::test
