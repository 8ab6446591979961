// Those who launder: rings that run scams, with mules who pass the money on, and where it leaves
// their hands: accounts of straw men at exchanges, brokers who pay cash, a sanctioned exchange.
//
// After what is published of stable-coin crime on TRON: victims are courted with small payments
// and a first gain before they pay much ("pig butchering"); couriers keep a share and pass the rest
// on within minutes or hours; sums are broken up for many mules and joined again; over-the-counter
// brokers and exchanges that ask nothing are where it ends (United Nations Office on Drugs and
// Crime, "Casinos, Money Laundering, Underground Banking and Transnational Organized Crime in East
// and Southeast Asia", 2024; Financial Action Task Force, "Virtual Assets: Red Flag Indicators",
// 2020; TRM Labs, "The Illicit Crypto Economy", 2024).
#pragma once

#include <functional>
#include <vector>

#include "ingest/simulate/tron/people.h"

namespace clew::simulate::tron {

class Underworld {
 public:
  Underworld(World& world, Services& services, People& people, std::uint32_t users,
             std::uint32_t days);

  // Scams begin and brokers trade within a day that begins now.
  void plan_day(std::int64_t day);
  // Brings `amount` out of the launderers' hands, to an account at an exchange.
  void cash_out_to_exchange(CaseId number, AccountId from, std::int64_t amount);

 private:
  enum class Method : std::uint8_t { chain, smurfing, broker };
  struct Mule {
    AccountId account = kNobody;
    unsigned fee_permille = 0;  // none for the ring's own wallets
  };
  struct Ring {
    std::vector<Mule> mules;
    bool uses_sanctioned = false;
  };
  struct Plan {
    std::int64_t day = 0;
    std::size_t ring = 0;
    Method method = Method::chain;
  };
  struct Scam {  // under way
    CaseId number = 0;
    std::size_t ring = 0;
    Method method = Method::chain;
    AccountId account = kNobody;
    AccountId splitter = kNobody, collector = kNobody;  // of smurfing
  };

  void begin_scam(const Plan& plan);
  void court(std::size_t scam, PersonId victim);
  void take(std::size_t scam, PersonId victim, std::int64_t amount);
  void empty(std::size_t scam);
  void launder(std::size_t scam, std::int64_t amount);

  Mule pick_mule(std::size_t ring);
  void pass_on(CaseId number, std::size_t ring, AccountId from, std::int64_t amount,
               unsigned links);
  void hand_over(CaseId number, std::size_t ring, const Mule& mule, std::int64_t amount,
                 unsigned links);
  void split(std::size_t scam, std::int64_t amount);
  void send_part(const Scam& scam, std::int64_t when, std::int64_t part);
  void collect(CaseId number, std::size_t ring, AccountId collector);
  void cash_out(CaseId number, std::size_t ring, AccountId from, std::int64_t amount);
  void keep_or_sell_fee(const Mule& mule, TokenId token);

  void plan_sales(AccountId seller, unsigned percent, bool regulars);
  void sell_to_somebody(AccountId seller, bool regulars);

  World& world_;
  Services& services_;
  People& people_;
  std::vector<Ring> rings_;
  std::vector<Plan> plans_;
  std::vector<Scam> scams_;
  std::vector<AccountId> brokers_;
  AccountId sanctioned_ = kNobody;
  std::vector<PersonId> regulars_;  // ordinary customers of the sanctioned exchange
};

}  // namespace clew::simulate::tron
