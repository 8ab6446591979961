// One transaction while its script runs: the calls it makes, the logs they leave, the assets that
// move, the gas that goes. No code is executed: scripts write what the code of real contracts would
// have left behind.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "chain/evm/call.h"
#include "chain/evm/receipt.h"
#include "ingest/simulate/ethereum/abi.h"
#include "ingest/simulate/ethereum/loot_book.h"
#include "ingest/simulate/ethereum/state.h"

namespace clew::simulate::ethereum {

// Within the bytes of a block's effects.
struct Extent {
  std::size_t offset = 0, size = 0;
};

struct CallDraft {
  std::uint32_t tx = 0, depth = 0;
  evm::CallKind kind{};
  AccountId from = kNobody, to = kNobody;
  U256 value{};
  // What the transaction had spent when the call began and ended, without its intrinsic gas.
  std::uint64_t spent_before = 0, spent_after = 0;
  Extent input, output;
  std::string error;
  bool undone = false;
  std::uint32_t parent =
      0;  // place of the caller among the block's calls; its own if there is none
};

struct LogDraft {
  std::uint32_t tx = 0;
  std::uint32_t call = 0, calls_before = 0;  // as in StoredLog
  AccountId account = kNobody;
  std::uint8_t topic_count = 0;
  std::array<Hash256, evm::Log::kTopicsMax> topics;
  Extent data;
};

// Of all transactions of a block so far.
struct Effects {
  Bytes bytes;
  std::vector<CallDraft> calls;
  std::vector<LogDraft> logs;
  std::vector<Move> moves;

  void clear();
  Extent append(ByteView data);
  ByteView view(const Extent& extent) const {
    return ByteView(bytes).subspan(extent.offset, extent.size);
  }
};

struct Message {
  evm::CallKind kind = evm::CallKind::call;
  AccountId to = kNobody;
  U256 value{};
  ByteView input{};
};

class Execution {
 public:
  Execution(State& state, Effects& effects, LootBook& loot, std::uint32_t tx, AccountId sender);

  State& state() { return state_; }
  AccountId sender() const { return sender_; }  // of the transaction
  AccountId self() const;                       // whose balance and storage the code at hand has
  AccountId caller() const;                     // who called it
  const U256& value() const;                    // sent with the call

  // A call by self(), with its ether. What follows happens within it, until leave().
  void enter(const Message& message);
  void leave(ByteView output = {});
  // A call that will fail: nothing moves, and no log stays, until leave_failed().
  void enter_failing(const Message& message);
  void leave_failed(std::string error, ByteView output = {});
  // self() ends and leaves its ether.
  void self_destruct(AccountId to);

  void log(std::initializer_list<Hash256> topics, ByteView data);
  // Tokens move as the last log says.
  void move(chain::TransferKind kind, AssetId asset, AccountId from, AccountId to,
            const U256& value);
  void spend(std::uint64_t gas) { spent_ += gas; }
  std::uint64_t spent() const { return spent_; }
  std::size_t depth() const { return frames_.size(); }
  // Whether nothing of what happens now will remain.
  bool failing() const { return failing_ != 0; }

 private:
  struct Frame {
    std::uint32_t call;  // place in effects
    AccountId self, caller;
    U256 value;
    bool fails;
  };
  void begin(const Message& message, bool fails);
  void end(ByteView output, std::string error);

  State& state_;
  Effects& effects_;
  LootBook& loot_;
  std::uint32_t tx_;
  AccountId sender_;
  std::size_t first_call_;
  std::vector<Frame> frames_;
  unsigned failing_ = 0;  // frames that fail
  std::uint64_t spent_ = 0;
};

}  // namespace clew::simulate::ethereum
