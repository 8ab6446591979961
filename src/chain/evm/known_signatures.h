// Signatures that are built in: tokens (ERC-20, 721, 1155, 165, 2612), wrapped coins (WETH9), and
// Uniswap V2 with its many copies.
#pragma once

#include <span>
#include <string_view>

namespace clew::evm {

std::span<const std::string_view> known_functions();
std::span<const std::string_view> known_events();

}  // namespace clew::evm
