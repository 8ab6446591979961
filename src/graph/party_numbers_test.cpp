#include "graph/party_numbers.h"

#include <gtest/gtest.h>

namespace clew::graph {
namespace {

std::vector<std::pair<ledger::AddressId, ServiceId>> rows(const std::vector<ServiceAddress>& list) {
  std::vector<std::pair<ledger::AddressId, ServiceId>> pairs;
  for (const auto& [address, service] : list)
    pairs.emplace_back(address, service);
  return pairs;
}

using Rows = decltype(rows({}));

TEST(PartyNumbers, AServiceIsNumberedByItsSmallestAddress) {
  const PartyNumbers parties({{40, 0}, {7, 1}, {12, 0}, {30, 1}});
  EXPECT_EQ(rows(parties.labelled()), (Rows{{7, 1}, {12, 0}, {30, 1}, {40, 0}}));
  EXPECT_EQ(rows(parties.by_smallest()), (Rows{{7, 7}, {12, 12}, {30, 7}, {40, 12}}));
  EXPECT_EQ(parties.original(7), 1u);
  EXPECT_EQ(parties.original(12), 0u);
}

TEST(PartyNumbers, AnAddressOfTwoServicesIsOfTheSmallerNumber) {
  const PartyNumbers parties({{7, 2}, {7, 1}, {9, 2}});
  EXPECT_EQ(rows(parties.by_smallest()), (Rows{{7, 7}, {9, 9}}));
}

TEST(PartyNumbers, FingerprintsTellWhoBelongsTogetherAndNotHowTheyAreNumbered) {
  const PartyNumbers parties({{7, 0}, {12, 1}, {30, 0}});
  const auto same = [&](std::vector<ServiceAddress> other, ledger::AddressId end) {
    return PartyNumbers(std::move(other)).fingerprint(end) == parties.fingerprint(end);
  };
  EXPECT_TRUE(same({{7, 5}, {12, 4}, {30, 5}}, 31));
  EXPECT_FALSE(same({{7, 0}, {12, 1}, {30, 1}}, 31));
  EXPECT_FALSE(same({{7, 0}, {12, 1}}, 31));
  EXPECT_TRUE(same({{7, 0}, {12, 1}}, 30)) << "as far as addresses were known";
  EXPECT_FALSE(same({{7, 0}, {12, 0}, {30, 0}}, 13));
  EXPECT_TRUE(same({}, 7));
}

}  // namespace
}  // namespace clew::graph
