// Who takes part in a TRON world.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "chain/transfer.h"

namespace clew::simulate::tron {

using AccountId = std::uint32_t;
using CaseId = std::uint32_t;
using TokenId = std::uint32_t;

constexpr AccountId kNobody = 0;  // the zero address, that new coins come from

// Two stable coins that people use, then tokens that nobody asked for.
constexpr TokenId kStableCoins = 2, kTokens = 5;

enum class Role : std::uint8_t {
  // Services.
  issuer,
  exchange,  // a hot wallet
  deposit,   // a customer's address, swept to the hot wallet
  merchant,  // an invoice address of a shop
  employer,  // pays salaries and freelancers
  spammer,   // sends worthless tokens
  // Users.
  salaried,
  freelancer,
  trader,  // a small one: bursts of deals with people and exchanges
  saver,
  landlord,
  remitter,  // sends home what was bought
  family,    // gets it
  savings,   // somebody's second address
  // Launderers.
  scam,       // is paid by victims
  mule,       // passes on and keeps a fee
  splitter,   // breaks a sum up for many mules
  collector,  // joins it again
  broker,     // takes coins for cash and sells them to anybody
  poisoner,   // looks like an address that a victim knows, or takes what such an address got
  // Neither: an exchange that is on the sanctions list.
  sanctioned,
};
constexpr std::size_t kRoles = 21;
std::string_view name(Role role);

enum class Class : std::uint8_t { service, user, launderer, sanctioned };
constexpr Class class_of(Role role) {
  if (role <= Role::spammer) return Class::service;
  if (role <= Role::savings) return Class::user;
  return role == Role::sanctioned ? Class::sanctioned : Class::launderer;
}

struct Account {
  chain::Account address{};
  Role role = Role::issuer;
  std::optional<CaseId> first_case;  // of a launderer: in which it first moved anything
  std::array<std::int64_t, kTokens> balances{};
};

}  // namespace clew::simulate::tron
