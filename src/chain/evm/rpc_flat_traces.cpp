#include "chain/evm/rpc_flat_traces.h"

#include <algorithm>

namespace clew::evm {
namespace {

enum ActionField : std::size_t {
  kCallType,
  kFrom,
  kTo,
  kValue,
  kGas,
  kInput,
  kInit,
  kCreationMethod,
  kEnded,  // the contract that destructs itself
  kHeir,
  kBalance,
  kAuthor,
  kRewardType,
};
constexpr std::array<std::string_view, 13> kActionNames = {
    "callType",  "from",           "to",      "value",         "gas",     "input",
    "init",      "creationMethod", "address", "refundAddress", "balance", "author",
    "rewardType"};

enum ResultField : std::size_t { kGasUsed, kOutput, kCreated, kCode };
constexpr std::array<std::string_view, 4> kResultNames = {"gasUsed", "output", "address", "code"};

enum TraceField : std::size_t { kType, kError, kTransactionHash, kBlockHash };
constexpr std::array<std::string_view, 4> kTraceNames = {"type", "error", "transactionHash",
                                                         "blockHash"};

template <std::size_t N>
Result<void> read_texts(JsonValue value, std::string_view name, FieldTexts<N>& texts) {
  CLEW_TRY(is_null, read_null(value, name));
  if (is_null) return {};
  return for_each_field(value, name, [&](std::string_view key, JsonValue item) -> Result<void> {
    const std::size_t field = texts.find(key);
    if (field == N) return {};
    CLEW_TRY(text, read_text(item, key));
    texts.set(field, text);
    return {};
  });
}

Result<std::uint64_t> read_number(JsonValue value, std::string_view key) {
  std::uint64_t number = 0;
  if (value.get_uint64().get(number)) return fail_type(key, "a number");
  return number;
}

// Fields of one that are not there: an address or amount is missing, a number of gas is 0.
template <std::size_t N>
Result<Address> address_of(const FieldTexts<N>& texts, std::size_t field) {
  if (!texts.has(field)) return fail_missing(texts.name(field));
  Address address;
  CLEW_CHECK(read_fixed(texts.text(field), texts.name(field), address));
  return address;
}
template <std::size_t N>
Result<U256> amount_of(const FieldTexts<N>& texts, std::size_t field) {
  if (!texts.has(field)) return fail_missing(texts.name(field));
  return read_u256(texts.text(field), texts.name(field));
}
template <std::size_t N>
Result<std::uint64_t> gas_of(const FieldTexts<N>& texts, std::size_t field) {
  if (!texts.has(field)) return std::uint64_t{0};
  return read_u64(texts.text(field), texts.name(field));
}

Result<CallKind> kind_of_call(std::string_view text) {
  constexpr std::array<std::string_view, 4> kNames = {"call", "callcode", "delegatecall",
                                                      "staticcall"};
  const auto found = std::ranges::find(kNames, text);
  if (found != kNames.end()) return static_cast<CallKind>(found - kNames.begin());
  return fail(ErrorKind::unsupported, "\"callType\" " + std::string(text) + " is not known");
}

Result<CallKind> kind_of_creation(std::string_view text) {
  if (text.empty() || text == "create") return CallKind::create;
  if (text == "create2") return CallKind::create2;
  return fail(ErrorKind::unsupported, "\"creationMethod\" " + std::string(text) + " is not known");
}

}  // namespace

FlatTraceReader::FlatTraceReader()
    : action_(kActionNames), result_(kResultNames), trace_(kTraceNames) {}

void FlatTraceReader::start(const Block* block) {
  block_ = block;
  next_tx_ = 0;
  grouped_ = false;
  levels_.clear();
}

void FlatTraceReader::start_transaction() {
  grouped_ = group_is_empty_ = true;
  ++next_tx_;
}

Result<void> FlatTraceReader::read(JsonValue traces, CallSink& sink,
                                   std::vector<TracedReward>& rewards) {
  return for_each_element(traces, "trace", "trace",
                          [&](JsonValue item) { return read_trace(item, sink, rewards); });
}

Result<void> FlatTraceReader::finish_transaction() {
  CLEW_CHECK(close_levels(0));
  if (grouped_ && group_is_empty_) return fail(ErrorKind::data, "a transaction without traces");
  return {};
}

Result<void> FlatTraceReader::close_levels(std::size_t depth) {
  for (; levels_.size() > depth; levels_.pop_back()) {
    const Level& level = levels_.back();
    if (level.children == level.announced) continue;
    return fail(ErrorKind::data, "a call at depth " + std::to_string(levels_.size() - 1) + " has " +
                                     std::to_string(level.children) + " calls within, stated are " +
                                     std::to_string(level.announced));
  }
  return {};
}

Result<void> FlatTraceReader::read_trace(JsonValue value, CallSink& sink,
                                         std::vector<TracedReward>& rewards) {
  action_.clear();
  result_.clear();
  trace_.clear();
  address_.clear();
  has_address_ = false;
  position_ = subtraces_ = std::nullopt;
  CLEW_CHECK(for_each_field(
      value, "trace", [&](std::string_view key, JsonValue item) { return read_field(key, item); }));
  if (!trace_.has(kType)) return fail_missing("type");
  const std::string_view type = trace_.text(kType);
  if (type == "reward") return read_reward(rewards);
  CLEW_TRY(depth, enter());
  CLEW_CHECK(check_stated());
  const std::uint32_t place = sink.add(next_tx_ - 1, depth);
  if (trace_.has(kError)) sink.call(place).error = trace_.text(kError);
  if (type == "call") return read_call(sink, place);
  if (type == "create") return read_create(sink, place);
  if (type == "suicide") return read_self_destruct(sink.call(place));
  return fail(ErrorKind::unsupported, "\"type\" " + std::string(type) + " is not known");
}

Result<void> FlatTraceReader::read_field(std::string_view key, JsonValue value) {
  if (key == "action") return read_texts(value, key, action_);
  if (key == "result") return read_texts(value, key, result_);
  if (key == "traceAddress") return read_address(value);
  if (key == "subtraces" || key == "transactionPosition") {
    CLEW_TRY(is_null, read_null(value, key));
    if (is_null) return {};
    CLEW_TRY(number, read_number(value, key));
    (key == "subtraces" ? subtraces_ : position_) = number;
    return {};
  }
  const std::size_t field = trace_.find(key);
  if (field == kTraceNames.size()) return {};
  CLEW_TRY(text, read_text(value, key));
  trace_.set(field, text);
  return {};
}

Result<void> FlatTraceReader::read_address(JsonValue value) {
  has_address_ = true;
  return for_each_element(value, "traceAddress", "step", [&](JsonValue item) -> Result<void> {
    CLEW_TRY(number, read_number(item, "traceAddress"));
    if (address_.size() == kCallDepthMax) {
      return fail_field("traceAddress", "deeper than " + std::to_string(kCallDepthMax));
    }
    address_.push_back(number);
    return {};
  });
}

Result<std::uint32_t> FlatTraceReader::enter() {
  if (!has_address_) return fail_missing("traceAddress");
  if (!subtraces_) return fail_missing("subtraces");
  const std::size_t depth = address_.size();
  bool follows = depth <= levels_.size();
  if (depth == 0) {
    CLEW_CHECK(close_levels(0));
    if (!grouped_) ++next_tx_;
    if (grouped_ && !group_is_empty_) follows = false;
    group_is_empty_ = false;
  } else if (follows) {
    CLEW_CHECK(close_levels(depth));
    // The way there leads through the last call of every level.
    for (std::size_t i = 0; i + 1 < depth; ++i)
      follows = follows && address_[i] + 1 == levels_[i].children;
    follows = follows && address_.back() == levels_.back().children;
    ++levels_.back().children;
  }
  if (!follows) return fail_field("traceAddress", "does not follow the trace before");
  levels_.push_back({0, *subtraces_});
  return static_cast<std::uint32_t>(depth);
}

Result<void> FlatTraceReader::check_hash(std::size_t field, const Hash256& known) const {
  if (!trace_.has(field)) return {};
  Hash256 stated;
  CLEW_CHECK(read_fixed(trace_.text(field), trace_.name(field), stated));
  if (stated == known) return {};
  return fail_field(trace_.name(field),
                    "stated " + to_text(stated) + ", but it should be " + to_text(known));
}

Result<void> FlatTraceReader::check_stated() const {
  if (block_ == nullptr) return {};
  const std::size_t tx = next_tx_ - 1;
  if (tx >= block_->transactions.size()) {
    return fail(ErrorKind::data, "the block has only " +
                                     std::to_string(block_->transactions.size()) + " transactions");
  }
  if (position_ && *position_ != tx) {
    return fail_field("transactionPosition", "stated " + std::to_string(*position_) +
                                                 ", but it should be " + std::to_string(tx));
  }
  CLEW_CHECK(check_hash(kTransactionHash, block_->transaction_hashes[tx]));
  return check_hash(kBlockHash, block_->hash);
}

Result<void> FlatTraceReader::read_reward(std::vector<TracedReward>& rewards) const {
  if (!action_.has(kRewardType)) return fail_missing("rewardType");
  const std::string_view type = action_.text(kRewardType);
  if (type == "withdrawal") return {};  // the block tells them itself
  constexpr std::array<std::string_view, 4> kTypes = {"block", "uncle", "emptyStep", "external"};
  if (std::ranges::find(kTypes, type) == kTypes.end()) {
    return fail(ErrorKind::unsupported, "\"rewardType\" " + std::string(type) + " is not known");
  }
  if (block_ != nullptr) CLEW_CHECK(check_hash(kBlockHash, block_->hash));
  CLEW_TRY(author, address_of(action_, kAuthor));
  CLEW_TRY(value, amount_of(action_, kValue));
  rewards.push_back({author, type == "uncle", value});
  return {};
}

Result<void> FlatTraceReader::read_common(Call& call) const {
  CLEW_TRY(from, address_of(action_, kFrom));
  CLEW_TRY(value, amount_of(action_, kValue));
  CLEW_TRY(gas, gas_of(action_, kGas));
  CLEW_TRY(gas_used, gas_of(result_, kGasUsed));
  call.from = from;
  call.value = value;
  call.gas = gas;
  call.gas_used = gas_used;
  return {};
}

Result<void> FlatTraceReader::read_call(CallSink& sink, std::uint32_t place) const {
  Call& call = sink.call(place);
  CLEW_CHECK(read_common(call));
  if (!action_.has(kCallType)) return fail_missing("callType");
  CLEW_TRY(kind, kind_of_call(action_.text(kCallType)));
  CLEW_TRY(to, address_of(action_, kTo));
  call.kind = kind;
  call.to = to;
  if (action_.has(kInput)) CLEW_CHECK(sink.add_data(place, CallData::input, action_.text(kInput)));
  if (!result_.has(kOutput)) return {};
  return sink.add_data(place, CallData::output, result_.text(kOutput));
}

Result<void> FlatTraceReader::read_create(CallSink& sink, std::uint32_t place) const {
  Call& call = sink.call(place);
  CLEW_CHECK(read_common(call));
  CLEW_TRY(kind, kind_of_creation(action_.text(kCreationMethod)));
  call.kind = kind;
  if (!call.failed()) {
    CLEW_TRY(created, address_of(result_, kCreated));
    call.to = created;
  }
  if (action_.has(kInit)) CLEW_CHECK(sink.add_data(place, CallData::input, action_.text(kInit)));
  // What a reverted creation gives back is told as the output of a call.
  const std::size_t output = result_.has(kCode) ? kCode : kOutput;
  if (!result_.has(output)) return {};
  return sink.add_data(place, CallData::output, result_.text(output));
}

Result<void> FlatTraceReader::read_self_destruct(Call& call) const {
  CLEW_TRY(ended, address_of(action_, kEnded));
  CLEW_TRY(heir, address_of(action_, kHeir));
  CLEW_TRY(balance, amount_of(action_, kBalance));
  call.kind = CallKind::self_destruct;
  call.from = ended;
  call.to = heir;
  call.value = balance;
  return {};
}

}  // namespace clew::evm
