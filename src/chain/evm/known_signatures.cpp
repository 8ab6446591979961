#include "chain/evm/known_signatures.h"

#include <array>

namespace clew::evm {
namespace {

using namespace std::string_view_literals;

constexpr std::array kFunctions = {
    // ERC-20 and its extensions
    "name()"sv,
    "symbol()"sv,
    "decimals()"sv,
    "totalSupply()"sv,
    "balanceOf(address owner)"sv,
    "transfer(address to, uint256 value)"sv,
    "transferFrom(address from, address to, uint256 value)"sv,
    "approve(address spender, uint256 value)"sv,
    "allowance(address owner, address spender)"sv,
    "increaseAllowance(address spender, uint256 addedValue)"sv,
    "decreaseAllowance(address spender, uint256 subtractedValue)"sv,
    "permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, "
    "bytes32 r, bytes32 s)"sv,
    "nonces(address owner)"sv,
    "mint(address to, uint256 value)"sv,
    "burn(uint256 value)"sv,
    "burnFrom(address from, uint256 value)"sv,
    // ERC-165, 721 and 1155
    "supportsInterface(bytes4 interfaceId)"sv,
    "ownerOf(uint256 tokenId)"sv,
    "safeTransferFrom(address from, address to, uint256 tokenId)"sv,
    "safeTransferFrom(address from, address to, uint256 tokenId, bytes data)"sv,
    "setApprovalForAll(address operator, bool approved)"sv,
    "getApproved(uint256 tokenId)"sv,
    "isApprovedForAll(address owner, address operator)"sv,
    "tokenURI(uint256 tokenId)"sv,
    "uri(uint256 id)"sv,
    "balanceOf(address owner, uint256 id)"sv,
    "balanceOfBatch(address[] owners, uint256[] ids)"sv,
    "safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data)"sv,
    "safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, "
    "bytes data)"sv,
    // Wrapped coins
    "deposit()"sv,
    "withdraw(uint256 value)"sv,
    // Uniswap V2: factory and pair
    "createPair(address tokenA, address tokenB)"sv,
    "getPair(address tokenA, address tokenB)"sv,
    "token0()"sv,
    "token1()"sv,
    "getReserves()"sv,
    "mint(address to)"sv,
    "burn(address to)"sv,
    "swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)"sv,
    "skim(address to)"sv,
    "sync()"sv,
    "uniswapV2Call(address sender, uint256 amount0, uint256 amount1, bytes data)"sv,
    // Uniswap V2: router
    "addLiquidity(address tokenA, address tokenB, uint256 amountADesired, "
    "uint256 amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, "
    "uint256 deadline)"sv,
    "addLiquidityETH(address token, uint256 amountTokenDesired, uint256 amountTokenMin, "
    "uint256 amountETHMin, address to, uint256 deadline)"sv,
    "removeLiquidity(address tokenA, address tokenB, uint256 liquidity, uint256 amountAMin, "
    "uint256 amountBMin, address to, uint256 deadline)"sv,
    "removeLiquidityETH(address token, uint256 liquidity, uint256 amountTokenMin, "
    "uint256 amountETHMin, address to, uint256 deadline)"sv,
    "swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, "
    "address to, uint256 deadline)"sv,
    "swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, "
    "address to, uint256 deadline)"sv,
    "swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, uint256 deadline)"sv,
    "swapTokensForExactETH(uint256 amountOut, uint256 amountInMax, address[] path, "
    "address to, uint256 deadline)"sv,
    "swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, "
    "address to, uint256 deadline)"sv,
    "swapETHForExactTokens(uint256 amountOut, address[] path, address to, uint256 deadline)"sv,
    "swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amountIn, "
    "uint256 amountOutMin, address[] path, address to, uint256 deadline)"sv,
    "swapExactETHForTokensSupportingFeeOnTransferTokens(uint256 amountOutMin, "
    "address[] path, address to, uint256 deadline)"sv,
    "swapExactTokensForETHSupportingFeeOnTransferTokens(uint256 amountIn, "
    "uint256 amountOutMin, address[] path, address to, uint256 deadline)"sv,
};

constexpr std::array kEvents = {
    "Transfer(address indexed from, address indexed to, uint256 value)"sv,
    "Transfer(address indexed from, address indexed to, uint256 indexed tokenId)"sv,
    "Transfer(address from, address to, uint256 value)"sv,
    "Approval(address indexed owner, address indexed spender, uint256 value)"sv,
    "Approval(address indexed owner, address indexed approved, uint256 indexed tokenId)"sv,
    "ApprovalForAll(address indexed owner, address indexed operator, bool approved)"sv,
    "TransferSingle(address indexed operator, address indexed from, address indexed to, "
    "uint256 id, uint256 value)"sv,
    "TransferBatch(address indexed operator, address indexed from, address indexed to, "
    "uint256[] ids, uint256[] values)"sv,
    "URI(string value, uint256 indexed id)"sv,
    "Deposit(address indexed dst, uint256 wad)"sv,
    "Withdrawal(address indexed src, uint256 wad)"sv,
    "PairCreated(address indexed token0, address indexed token1, address pair, uint256 count)"sv,
    "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, "
    "uint256 amount1Out, address indexed to)"sv,
    "Sync(uint112 reserve0, uint112 reserve1)"sv,
    "Mint(address indexed sender, uint256 amount0, uint256 amount1)"sv,
    "Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)"sv,
};

}  // namespace

std::span<const std::string_view> known_functions() {
  return kFunctions;
}

std::span<const std::string_view> known_events() {
  return kEvents;
}

}  // namespace clew::evm
