// Whom a client's address stands for.
#pragma once

#include <string>

namespace clew::serve {

// Of an IP address as text: an IPv4 address itself, also one that is written as IPv6 (RFC 4291,
// 2.5.5.2); of IPv6 the first 64 bits, "2001:db8:0:1::/64", because whoever has one address there
// usually has all of them (RFC 6177). What is no address stands for itself.
std::string client_network(const std::string& address);

}  // namespace clew::serve
