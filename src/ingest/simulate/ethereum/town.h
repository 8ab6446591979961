// All actors of a world, and what they do in a block. May be copied.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/simulate/ethereum/collectibles.h"
#include "ingest/simulate/ethereum/crowd.h"
#include "ingest/simulate/ethereum/exchange.h"
#include "ingest/simulate/ethereum/hack.h"
#include "ingest/simulate/ethereum/market.h"
#include "ingest/simulate/ethereum/mixer.h"
#include "ingest/simulate/ethereum/scams.h"
#include "ingest/simulate/ethereum/services.h"
#include "ingest/simulate/ethereum/tokens.h"
#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

// A balance that the genesis block gives.
struct Allotment {
  AccountId account = kNobody;
  U256 wei{};
};

struct Town {
  Town(const WorldOptions& options, std::uint32_t blocks);

  // What the next block holds, between its begin and its end.
  void step();

  // Whether another transaction of any kind fits into the block.
  bool has_room() const;
  const Token& token_of(AssetId asset) const;
  const Token& stable() const { return tokens[1]; }
  const Token& wrapped() const { return tokens[0]; }
  // Pays to a customer's deposit address, and tells the exchange.
  void deposit(AccountId from, Exchange& exchange, AccountId address, AssetId asset,
               const U256& value);

  World world;
  std::vector<Allotment> allotments;
  std::vector<Token> tokens;
  std::vector<Exchange> exchanges;
  Crowd crowd;
  Market market;
  Mixer mixer;
  Collectibles collectibles;
  Services services;
  std::vector<Hack> hacks;
  std::vector<Scam> scams;

 private:
  void open_businesses();
  void found_tokens();
  void endow_exchanges();
  // What is founded in the first blocks, one thing after the other; false when all is there.
  bool found();
  void trade();
  void pay_proposer();
  void pay_validators();
  void plan_crimes(std::uint32_t blocks);

  AccountId issuer_ = kNobody;
  std::vector<AccountId> builders_, validators_;
};

}  // namespace clew::simulate::ethereum
