#include "ingest/simulate/ethereum/execution.h"

#include <algorithm>
#include <cassert>

namespace clew::simulate::ethereum {
namespace {

using chain::TransferKind;
using evm::CallKind;

// Costs of the yellow paper, appendix G, and EIP-2929, for accounts and slots not yet touched.
constexpr std::uint64_t kCallGas = 2'600, kValueGas = 9'000, kNewAccountGas = 25'000,
                        kCreateGas = 32'000, kDestroyGas = 5'000, kLogGas = 375, kLogByteGas = 8;

}  // namespace

void Effects::clear() {
  bytes.clear();
  calls.clear();
  logs.clear();
  moves.clear();
}

Extent Effects::append(ByteView data) {
  const Extent extent{bytes.size(), data.size()};
  bytes.insert(bytes.end(), data.begin(), data.end());
  return extent;
}

Execution::Execution(State& state, Effects& effects, LootBook& loot, std::uint32_t tx,
                     AccountId sender)
    : state_(state),
      effects_(effects),
      loot_(loot),
      tx_(tx),
      sender_(sender),
      first_call_(effects.calls.size()) {}

AccountId Execution::self() const {
  return frames_.empty() ? sender_ : frames_.back().self;
}
AccountId Execution::caller() const {
  return frames_.back().caller;
}
const U256& Execution::value() const {
  return frames_.back().value;
}

void Execution::begin(const Message& message, bool fails) {
  const bool creates = message.kind == CallKind::create || message.kind == CallKind::create2;
  if (!frames_.empty()) {
    spend(creates ? kCreateGas : kCallGas);
    if (!message.value.is_zero() && message.kind == CallKind::call)
      spend(kValueGas + (state_[message.to].seen ? 0 : kNewAccountGas));
  }
  CallDraft call;
  call.tx = tx_;
  call.depth = static_cast<std::uint32_t>(frames_.size());
  call.kind = message.kind;
  call.from = self();
  call.to = message.to;
  call.value = message.value;
  call.spent_before = spent_;
  call.input = effects_.append(message.input);
  const auto place = static_cast<std::uint32_t>(effects_.calls.size());
  call.parent = frames_.empty() ? place : frames_.back().call;
  if (fails) ++failing_;
  call.undone = failing();
  effects_.calls.push_back(std::move(call));
  const bool delegated =
      message.kind == CallKind::delegate_call || message.kind == CallKind::call_code;
  const AccountId caller = message.kind == CallKind::delegate_call ? this->caller() : self();
  frames_.push_back({place, delegated ? self() : message.to, caller, message.value, fails});
  if (delegated || message.value.is_zero()) return;
  move(frames_.size() == 1 ? TransferKind::native : TransferKind::internal, kEther,
       effects_.calls[place].from, message.to, message.value);
}

void Execution::end(ByteView output, std::string error) {
  assert(!frames_.empty());
  const Frame frame = frames_.back();
  frames_.pop_back();
  assert(frame.fails == !error.empty());
  CallDraft& call = effects_.calls[frame.call];
  call.spent_after = spent_;
  call.output = effects_.append(output);
  call.error = std::move(error);
  if (frame.fails) --failing_;
}

void Execution::enter(const Message& message) {
  begin(message, false);
}
void Execution::leave(ByteView output) {
  end(output, {});
}
void Execution::enter_failing(const Message& message) {
  begin(message, true);
}
void Execution::leave_failed(std::string error, ByteView output) {
  end(output, std::move(error));
}

void Execution::self_destruct(AccountId to) {
  spend(kDestroyGas);
  CallDraft call;
  call.tx = tx_;
  call.depth = static_cast<std::uint32_t>(frames_.size());
  call.kind = CallKind::self_destruct;
  call.from = self();
  call.to = to;
  call.value = state_.balance(kEther, self());
  call.spent_before = call.spent_after = spent_;
  call.parent = frames_.back().call;
  call.undone = failing();
  effects_.calls.push_back(call);
  if (!call.value.is_zero()) move(TransferKind::internal, kEther, self(), to, call.value);
}

void Execution::log(std::initializer_list<Hash256> topics, ByteView data) {
  spend(kLogGas * (1 + topics.size()) + kLogByteGas * data.size());
  if (failing()) return;
  LogDraft log;
  log.tx = tx_;
  log.call = frames_.back().call;
  log.calls_before = static_cast<std::uint32_t>(effects_.calls.size());
  log.account = self();
  log.topic_count = static_cast<std::uint8_t>(topics.size());
  std::ranges::copy(topics, log.topics.begin());
  log.data = effects_.append(data);
  effects_.logs.push_back(log);
}

void Execution::move(TransferKind kind, AssetId asset, AccountId from, AccountId to,
                     const U256& value) {
  if (failing()) return;
  Move move{kind, asset, from, to, value, tx_, 0};
  if (kind == TransferKind::internal) {
    // Calls of which nothing remains do not count.
    move.place = static_cast<std::uint32_t>(
        std::count_if(effects_.calls.begin() + static_cast<std::ptrdiff_t>(first_call_) + 1,
                      effects_.calls.end(), [](const CallDraft& call) { return !call.undone; }));
  } else if (kind != TransferKind::native) {
    assert(!effects_.logs.empty());
    move.place = static_cast<std::uint32_t>(effects_.logs.size() - 1);
  }
  state_.apply(move);
  loot_.note(state_, move);
  effects_.moves.push_back(move);
}

}  // namespace clew::simulate::ethereum
