#include "chain/evm/chain_params.h"

#include <algorithm>

namespace clew::evm {
namespace {

constexpr std::uint64_t kEther = 1'000'000'000'000'000'000;

Address address(std::string_view digits) {
  Address address{};
  hex_into(digits, address.data());
  return address;
}

// Cancun, Prague and the two forks after Osaka that raised the number of blobs.
// https://github.com/ethereum/go-ethereum/blob/master/params/config.go
std::vector<BlobEra> blob_eras(std::uint64_t cancun, std::uint64_t prague, std::uint64_t bpo1,
                               std::uint64_t bpo2) {
  return {{cancun, 3338477}, {prague, 5007716}, {bpo1, 8346193}, {bpo2, 11684671}};
}

ChainParams ethereum() {
  ChainParams chain{.name = "ethereum", .chain_id = 1, .coin = "ETH"};
  chain.wrapped_coins = {address("c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2")};
  chain.unindexed_nfts = {address("06012c8cf97bead5deae237070f9587f8e7a266d")};  // CryptoKitties
  chain.rewards = {{0, 5 * kEther}, {4'370'000, 3 * kEther}, {7'280'000, 2 * kEther}};
  chain.blob_eras = blob_eras(1710338135, 1746612311, 1765290071, 1767747671);
  return chain;
}

ChainParams sepolia() {
  ChainParams chain{.name = "sepolia", .chain_id = 11155111, .coin = "ETH"};
  chain.wrapped_coins = {address("fff9976782d46cc05630d1f6ebab18b2324d6b14")};
  chain.rewards = {{0, 2 * kEther}};
  chain.blob_eras = blob_eras(1706655072, 1741159776, 1761017184, 1761607008);
  return chain;
}

ChainParams holesky() {
  ChainParams chain{.name = "holesky", .chain_id = 17000, .coin = "ETH"};
  chain.blob_eras = blob_eras(1707305664, 1740434112, 1759800000, 1760389824);
  return chain;
}

ChainParams hoodi() {
  ChainParams chain{.name = "hoodi", .chain_id = 560048, .coin = "ETH"};
  chain.blob_eras = blob_eras(0, 1742999832, 1762365720, 1762955544);
  return chain;
}

// https://docs.gnosischain.com/about/specs/hard-forks/london: base fees are collected; validators
// are paid in GNO.
ChainParams gnosis() {
  ChainParams chain{.name = "gnosis", .chain_id = 100, .coin = "xDAI"};
  chain.wrapped_coins = {address("e91d153e0b41518a2ce8dd3d7944fa863463a97d")};
  chain.base_fee_to = address("6bbe78ee9e474842dbd4ab4987b3cefe88426a92");
  chain.withdrawals_in_coin = false;
  return chain;
}

// Chains whose fees go other ways than Ethereum's, at least in part.
ChainParams other(std::string name, std::uint64_t id, std::string coin, std::string_view wrapped) {
  ChainParams chain{.name = std::move(name), .chain_id = id, .coin = std::move(coin)};
  chain.wrapped_coins = {address(wrapped)};
  chain.ethereum_fees = false;
  return chain;
}

// Accounts and contracts are the EVM's, blocks and transactions its own (chain/tron). The base unit
// is the sun; the chain id is what its nodes answer to eth_chainId. WTRX speaks as WETH9 does.
ChainParams tron() {
  ChainParams chain{.name = "tron", .chain_id = 728126428, .coin = "TRX", .decimals = 6};
  chain.wrapped_coins = {address("891cdb91d149f23b1a45d9c5ca78a88d0cb44c18")};
  chain.withdrawals_in_coin = false;
  chain.ethereum_fees = false;
  chain.address_form = AddressForm::tron;
  return chain;
}

std::vector<ChainParams> make_chains() {
  return {
      ethereum(),
      sepolia(),
      holesky(),
      hoodi(),
      gnosis(),
      other("bnb", 56, "BNB", "bb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c"),
      other("polygon", 137, "POL", "0d500b1d8e8ef31e21c99d1db9a6444d3adf1270"),
      other("optimism", 10, "ETH", "4200000000000000000000000000000000000006"),
      other("base", 8453, "ETH", "4200000000000000000000000000000000000006"),
      other("arbitrum", 42161, "ETH", "82af49447d8a07e3bd95bd0d56f35241523fbab1"),
      other("avalanche", 43114, "AVAX", "b31f66aa3c1e785363f0875a1b74e27b85fd66c7"),
      tron(),
      {.name = "dev-31337", .chain_id = 31337, .coin = "ETH"},
      {.name = "dev-1337", .chain_id = 1337, .coin = "ETH"},
  };
}

}  // namespace

std::span<const ChainParams> known_chains() {
  static const std::vector<ChainParams> kChains = make_chains();
  return kChains;
}

const ChainParams* find_chain(std::string_view name) {
  const auto chains = known_chains();
  const auto found = std::ranges::find(chains, name, &ChainParams::name);
  return found == chains.end() ? nullptr : &*found;
}

const ChainParams* find_chain(std::uint64_t chain_id) {
  const auto chains = known_chains();
  const auto found = std::ranges::find(chains, chain_id, &ChainParams::chain_id);
  return found == chains.end() ? nullptr : &*found;
}

ChainParams chain_params(std::uint64_t chain_id) {
  if (const ChainParams* known = find_chain(chain_id)) return *known;
  return {.name = "evm-" + std::to_string(chain_id), .chain_id = chain_id, .coin = "coin"};
}

}  // namespace clew::evm
