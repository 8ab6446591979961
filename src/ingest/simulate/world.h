// What all actors share: the wallets, the block under construction, the clock, the price of block
// space, and the books of truth. Whatever moves in the world moves through send().
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "chain/bitcoin/params.h"
#include "ingest/simulate/block_assembler.h"
#include "ingest/simulate/coin.h"
#include "ingest/simulate/key_ring.h"
#include "ingest/simulate/label_book.h"
#include "ingest/simulate/rng.h"
#include "ingest/simulate/simulate.h"
#include "ingest/simulate/text_file.h"
#include "ingest/simulate/trails.h"
#include "ingest/simulate/wallet.h"

namespace clew::simulate {

// Something worth a line in truth/events.json.
struct Event {
  std::uint32_t height = 0;
  std::uint32_t time = 0;
  std::string_view what;
  Hash256 txid{};
};

struct Sent {
  Hash256 txid{};
  std::vector<Coin> coins;  // one an output, in order
};

class World {
 public:
  explicit World(const Options& options);

  const Options& options() const { return options_; }
  std::uint32_t traffic() const;                    // transactions aimed at per block
  std::uint32_t height() const { return height_; }  // of the block under construction
  std::uint32_t time() const { return time_; }
  std::uint32_t fee_rate() const { return fee_rate_; }  // satoshi a virtual byte
  bool block_full() const { return assembler_.full(); }
  std::size_t block_transactions() const { return assembler_.size(); }

  // Wallets and addresses.
  WalletId open_wallet(Owner owner, Habits habits);
  Wallet& wallet(WalletId id) { return wallets_[id]; }
  // A new address of a wallet, by its habits or with a scheme of its own.
  Spot fresh(WalletId id, Role role);
  Spot fresh(WalletId id, Role role, Scheme scheme);
  // Where a wallet wants to be paid: a fresh address, or its only one.
  Spot receiving(WalletId id);
  // Gives the address a public label; `service`: traces end there.
  void publish(Spot& spot, Label label, bool service);

  // Transactions. The inputs must come out of wallets or former Sents, and hold at least what the
  // outputs take; both are checked, because a mistake here would make a false world.
  Sent send(Draft draft);
  // Pays from a wallet's coins with change by its habits; nothing if they do not suffice.
  // `inputs_wanted`: use at least so many coins, if there are so many.
  std::optional<Sent> pay(WalletId from, std::vector<Payment> outputs, std::string_view note = {},
                          std::size_t inputs_wanted = 1);
  // Fee at the current rate for spending these coins into these outputs.
  std::int64_t fee(std::span<const Coin> inputs, std::span<const Payment> outputs) const;
  // Runs `step` when the block of that height is under construction (now, if it is past).
  void at_height(std::uint32_t height, std::function<void()> step);

  // The loop of simulate.cpp.
  void begin_block();
  void run_agenda();
  // Closes the block with a coinbase that pays `miner`, and returns it.
  Bytes finish_block(Spot miner, std::string_view tag);
  // A competing block on `previous` with the first `transactions` of the current block.
  AssembledBlock stale_block(const Hash256& previous, std::uint32_t height, Spot miner,
                             std::size_t transactions);
  void adopt_genesis();

  // Truth.
  Trails& trails() { return trails_; }
  const Trails& trails() const { return trails_; }
  const LabelBook& labels() const { return labels_; }
  Summary& summary() { return summary_; }
  const Summary& summary() const { return summary_; }
  std::string address_text(const Spot& spot) const;
  void tell(std::string_view what, const Hash256& txid) {
    events_.push_back({height_, time_, what, txid});
  }
  const std::vector<Event>& events() const { return events_; }
  // Lines for truth/wallets.csv and truth/coinjoins.csv, since they were last taken.
  std::vector<std::string> take_address_lines() { return std::exchange(address_lines_, {}); }
  std::vector<std::string> take_coinjoin_lines() { return std::exchange(coinjoin_lines_, {}); }

  Rng rng;

 private:
  void note_address(const Spot& spot);
  void mature_coinbases();
  void change_fee_rate();
  void order_change(Draft& draft, const Wallet& wallet, Payment change);

  Options options_;
  const bitcoin::ChainParams& chain_;
  KeyRing keys_;
  BlockAssembler assembler_;
  std::deque<Wallet> wallets_;
  LabelBook labels_;
  Trails trails_;
  Summary summary_;
  std::uint32_t height_ = 0;
  std::uint32_t time_ = 0;
  std::uint32_t fee_rate_ = 8;
  Hash256 tip_{};
  std::uint64_t next_key_ = 1;
  std::vector<bool> paid_keys_;  // keys whose address has been paid
  std::deque<Coin> immature_;    // coinbases, oldest first
  std::multimap<std::uint32_t, std::function<void()>> agenda_;
  std::vector<std::string> address_lines_, coinjoin_lines_;
  std::vector<Event> events_;
};

}  // namespace clew::simulate
