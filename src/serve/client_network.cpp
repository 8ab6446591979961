#include "serve/client_network.h"

#include <arpa/inet.h>

#include <algorithm>

namespace clew::serve {

std::string client_network(const std::string& address) {
  in6_addr bits{};
  const auto bare = address.substr(0, address.find('%'));  // without the interface's name
  if (::inet_pton(AF_INET6, bare.c_str(), &bits) != 1) return address;
  char text[INET6_ADDRSTRLEN] = {};
  if (IN6_IS_ADDR_V4MAPPED(&bits))
    return ::inet_ntop(AF_INET, bits.s6_addr + 12, text, sizeof text);
  std::fill(bits.s6_addr + 8, bits.s6_addr + 16, 0);
  return std::string(::inet_ntop(AF_INET6, &bits, text, sizeof text)) + "/64";
}

}  // namespace clew::serve
