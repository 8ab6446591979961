// Tokens that are like no other (ERC-721), tokens in several kinds (ERC-1155), and where the former
// are bought. https://eips.ethereum.org/EIPS/eip-721, eip-1155
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ingest/simulate/ethereum/world.h"

namespace clew::simulate::ethereum {

class Collectibles {
 public:
  void found(Town& town, AccountId creator);

  AccountId pictures() const { return pictures_; }  // ERC-721
  AccountId items() const { return items_; }        // ERC-1155

  // Each a transaction, if the account can pay for it and has what it takes.
  void mint_picture(Town& town, AccountId owner);
  void give_picture(Town& town, AccountId owner, AccountId to);
  void buy_picture(Town& town, AccountId buyer);  // of a random owner
  void mint_items(Town& town, AccountId owner);   // several kinds at once
  void give_items(Town& town, AccountId owner, AccountId to);

 private:
  struct Picture {
    AssetId asset = kEther;
    AccountId owner = kNobody;
  };
  void emit_picture(Execution& run, Picture& picture, AccountId to);

  AccountId pictures_ = kNobody, items_ = kNobody, shop_ = kNobody;
  std::vector<Picture> minted_;
  std::vector<AssetId> kinds_;
};

}  // namespace clew::simulate::ethereum
