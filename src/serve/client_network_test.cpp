#include "serve/client_network.h"

#include <gtest/gtest.h>

namespace clew::serve {
namespace {

TEST(ClientNetwork, IsTheAddressOrItsFirst64Bits) {
  EXPECT_EQ(client_network("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_network("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(client_network("2001:db8:0:1:2:3:4:5"), "2001:db8:0:1::/64");
  EXPECT_EQ(client_network("2001:db8:0:1::9"), client_network("2001:db8:0:1:ffff::"));
  EXPECT_NE(client_network("2001:db8:0:1::9"), client_network("2001:db8:0:2::9"));
  EXPECT_EQ(client_network("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(client_network("nowhere"), "nowhere");
}

}  // namespace
}  // namespace clew::serve
