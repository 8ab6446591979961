#include "chain/evm/network_text.h"

#include <gtest/gtest.h>

namespace clew::evm {
namespace {

TEST(NetworkText, NamesNetworksByTheirChainId) {
  EXPECT_EQ(network_name(728126428), "evm:728126428");
  EXPECT_EQ(chain_id_of("evm:728126428"), 728126428u);
  for (const char* other : {"", "evm", "evm:", "evm:x", "evm:1x", "evm:-1", "bitcoin", "eth:1"})
    EXPECT_FALSE(chain_id_of(other)) << other;
}

TEST(NetworkText, WritesHashesAsTheirChainDoes) {
  Hash256 hash{};
  hash[0] = 0xab;
  const std::string digits = "ab" + std::string(62, '0');
  EXPECT_EQ(hash_text(chain_params(1), hash), "0x" + digits);
  EXPECT_EQ(hash_text(chain_params(424242), hash), "0x" + digits);
  EXPECT_EQ(hash_text(*find_chain("tron"), hash), digits);
}

}  // namespace
}  // namespace clew::evm
