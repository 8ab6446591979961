// Counts of things as people say them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clew::app {

// "1 block", "1,234 blocks"; `many` where an s does not do: "2 addresses".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});

}  // namespace clew::app
