// A TRON world while it happens: accounts and their balances, the clock with what is to come, every
// transfer, and the truth about crimes, written by those who move the coins.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "ingest/simulate/label_book.h"
#include "ingest/simulate/rng.h"
#include "ingest/simulate/tron/account.h"
#include "ingest/tron/trc20_row.h"

namespace clew::simulate::tron {

using TransferId = std::uint32_t;

struct Transfer {
  std::uint64_t time_ms = 0;  // of its block; each is a transaction of its own
  AccountId from = kNobody, to = kNobody;
  TokenId token = 0;
  std::int64_t amount = 0;
};

// What one crime took, and how that moved on until it was cashed in or the world ended.
struct Case {
  std::string what, laundering;
  TokenId token = 0;
  std::int64_t amount = 0;       // that victims paid
  std::vector<TransferId> path;  // in order of time
  std::vector<AccountId> victims, ends;
};

class World {
 public:
  // Times are seconds since 1970.
  World(std::uint64_t seed, std::int64_t begin);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  AccountId open(Role role);
  // One whose address begins and ends like another's.
  AccountId open_like(Role role, AccountId model);

  // Nothing if the amount is not above zero or `from` has less.
  std::optional<TransferId> pay(AccountId from, AccountId to, TokenId token, std::int64_t amount);
  TransferId mint(AccountId to, TokenId token, std::int64_t amount);
  // A transfer of nothing, which anybody can have written between any two.
  TransferId feign(AccountId from, AccountId to, TokenId token);

  CaseId open_case(std::string what, std::string laundering, TokenId token);
  // A launderer has a part in it; `take` and `launder` say so themselves.
  void join(CaseId number, AccountId account);
  // A victim pays what the case then launders.
  std::optional<TransferId> take(CaseId number, AccountId victim, AccountId to,
                                 std::int64_t amount);
  // Part of the crime moves on; `end` if that is where it leaves the launderers' hands.
  std::optional<TransferId> launder(CaseId number, AccountId from, AccountId to,
                                    std::int64_t amount, bool end = false);

  using Action = std::function<void()>;
  void in(std::int64_t delay, Action action) { at(now_ + delay, std::move(action)); }
  void at(std::int64_t time, Action action);
  // Lets everything happen that is due before `time`.
  void run_until(std::int64_t time);
  // Forgets what was still to come, with those who would have done it.
  void stop() { due_ = {}; }
  std::int64_t now() const { return now_; }

  Account& operator[](AccountId account) { return accounts_[account]; }
  const Account& operator[](AccountId account) const { return accounts_[account]; }
  std::int64_t balance(AccountId account, TokenId token) const {
    return accounts_[account].balances[token];
  }
  AccountId accounts() const { return static_cast<AccountId>(accounts_.size()); }
  const std::vector<Transfer>& transfers() const { return transfers_; }
  const std::vector<Case>& cases() const { return cases_; }
  const Case& case_at(CaseId number) const { return cases_[number]; }
  const providers::TokenInfo& token(TokenId token) const { return tokens_[token]; }

  std::string text(AccountId account) const;  // "T..."
  Hash256 transaction(TransferId transfer) const;
  providers::Trc20Row row(TransferId transfer) const;

  Rng rng;
  LabelBook labels{"TRX", "TRX"};

 private:
  struct Due {
    std::int64_t time;
    std::uint64_t order;
    Action action;
    bool operator<(const Due& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  Hash256 derive(std::string_view what, std::uint64_t number) const;
  AccountId add(Role role, const chain::Account& address);
  TransferId write(AccountId from, AccountId to, TokenId token, std::int64_t amount);

  std::uint64_t seed_;
  std::int64_t now_;
  std::uint64_t order_ = 0;
  std::vector<Account> accounts_;
  std::vector<Transfer> transfers_;
  std::vector<Case> cases_;
  std::vector<providers::TokenInfo> tokens_;
  std::priority_queue<Due> due_;
};

}  // namespace clew::simulate::tron
