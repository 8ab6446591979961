#include "chain/bitcoin/params.h"

#include <algorithm>
#include <array>

namespace clew::bitcoin {
namespace {

constexpr std::int64_t kCoin = 100'000'000;

// Facts of the networks themselves, as their reference nodes are built with. A genesis hash is the
// double SHA-256 of the header on Litecoin too; only its proof of work is scrypt.
constexpr std::array kChains{
    ChainParams{.chain = "bitcoin",
                .network = "main",
                .magic = 0xd9b4bef9,
                .p2pkh_prefix = 0,
                .p2sh_prefix = 5,
                .p2sh_prefix_old = 5,
                .bech32_hrp = "bc",
                .genesis_hash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
                .proof_of_work = ProofOfWork::sha256d,
                .pow_limit_bits = 0x1d00ffff,
                .halving_interval = 210'000,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 227'931,
                .mweb = false},
    ChainParams{.chain = "bitcoin",
                .network = "test",
                .magic = 0x0709110b,
                .p2pkh_prefix = 111,
                .p2sh_prefix = 196,
                .p2sh_prefix_old = 196,
                .bech32_hrp = "tb",
                .genesis_hash = "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
                .proof_of_work = ProofOfWork::sha256d,
                .pow_limit_bits = 0x1d00ffff,
                .halving_interval = 210'000,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 21'111,
                .mweb = false},
    ChainParams{.chain = "bitcoin",
                .network = "testnet4",
                .magic = 0x283f161c,
                .p2pkh_prefix = 111,
                .p2sh_prefix = 196,
                .p2sh_prefix_old = 196,
                .bech32_hrp = "tb",
                .genesis_hash = "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
                .proof_of_work = ProofOfWork::sha256d,
                .pow_limit_bits = 0x1d00ffff,
                .halving_interval = 210'000,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 1,
                .mweb = false},
    ChainParams{.chain = "bitcoin",
                .network = "signet",
                .magic = 0x40cf030a,
                .p2pkh_prefix = 111,
                .p2sh_prefix = 196,
                .p2sh_prefix_old = 196,
                .bech32_hrp = "tb",
                .genesis_hash = "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
                .proof_of_work = ProofOfWork::sha256d,
                .pow_limit_bits = 0x1e0377ae,
                .halving_interval = 210'000,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 1,
                .mweb = false},
    ChainParams{.chain = "bitcoin",
                .network = "regtest",
                .magic = 0xdab5bffa,
                .p2pkh_prefix = 111,
                .p2sh_prefix = 196,
                .p2sh_prefix_old = 196,
                .bech32_hrp = "bcrt",
                .genesis_hash = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
                .proof_of_work = ProofOfWork::sha256d,
                .pow_limit_bits = 0x207fffff,
                .halving_interval = 150,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 1,
                .mweb = false},
    ChainParams{.chain = "litecoin",
                .network = "litecoin",
                .magic = 0xdbb6c0fb,
                .p2pkh_prefix = 48,
                .p2sh_prefix = 50,
                .p2sh_prefix_old = 5,
                .bech32_hrp = "ltc",
                .genesis_hash = "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2",
                .proof_of_work = ProofOfWork::scrypt,
                .pow_limit_bits = 0x1e0fffff,
                .halving_interval = 840'000,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 710'000,
                .mweb = true},
    ChainParams{.chain = "litecoin",
                .network = "litecoin-test",
                .magic = 0xf1c8d2fd,
                .p2pkh_prefix = 111,
                .p2sh_prefix = 58,
                .p2sh_prefix_old = 196,
                .bech32_hrp = "tltc",
                .genesis_hash = "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0",
                .proof_of_work = ProofOfWork::scrypt,
                .pow_limit_bits = 0x1e0fffff,
                .halving_interval = 840'000,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 76,
                .mweb = true},
    ChainParams{.chain = "litecoin",
                .network = "litecoin-regtest",
                .magic = 0xdab5bffa,
                .p2pkh_prefix = 111,
                .p2sh_prefix = 58,
                .p2sh_prefix_old = 196,
                .bech32_hrp = "rltc",
                .genesis_hash = "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9",
                .proof_of_work = ProofOfWork::scrypt,
                .pow_limit_bits = 0x207fffff,
                .halving_interval = 150,
                .initial_subsidy = 50 * kCoin,
                .bip34_height = 500,
                .mweb = true},
};

struct Alias {
  std::string_view name;
  std::string_view network;
};
constexpr std::array kAliases{
    Alias{"mainnet", "main"},
    Alias{"bitcoin", "main"},
    Alias{"testnet", "test"},
    Alias{"testnet3", "test"},
    Alias{"litecoin-main", "litecoin"},
    Alias{"litecoin-mainnet", "litecoin"},
    Alias{"litecoin-testnet", "litecoin-test"},
};

}  // namespace

std::span<const ChainParams> all_chains() {
  return kChains;
}

const ChainParams* find_chain(std::string_view network) {
  const auto alias = std::ranges::find(kAliases, network, &Alias::name);
  if (alias != kAliases.end()) network = alias->network;
  const auto row = std::ranges::find(kChains, network, &ChainParams::network);
  return row == kChains.end() ? nullptr : &*row;
}

const ChainParams* find_chain_by_magic(std::uint32_t magic) {
  const auto row = std::ranges::find(kChains, magic, &ChainParams::magic);
  return row == kChains.end() ? nullptr : &*row;
}

std::int64_t subsidy(const ChainParams& chain, std::uint32_t height) {
  const std::uint32_t halvings = height / chain.halving_interval;
  return halvings < 63 ? chain.initial_subsidy >> halvings : 0;
}

}  // namespace clew::bitcoin
