#include "ingest/simulate/ethereum/block_maker.h"

#include <algorithm>
#include <cassert>

#include "base/keccak.h"
#include "chain/evm/check.h"
#include "chain/evm/rlp_writer.h"
#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/record.h"
#include "ingest/simulate/rng.h"

namespace clew::simulate::ethereum {
namespace {

constexpr std::uint64_t kGasPerBlob = 131'072;
constexpr std::string_view kExtraData = "clew simulate";
// sha256 of nothing: no requests (EIP-7685).
constexpr Hash256 kNoRequests = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

std::vector<ByteView> views(const Bytes& bytes, std::span<const Extent> extents) {
  std::vector<ByteView> result;
  result.reserve(extents.size());
  for (const Extent& extent : extents)
    result.push_back(ByteView(bytes).subspan(extent.offset, extent.size));
  return result;
}

std::vector<Bytes> encode_withdrawals(std::span<const evm::Withdrawal> withdrawals) {
  std::vector<Bytes> result;
  for (const evm::Withdrawal& withdrawal : withdrawals) {
    evm::RlpWriter writer(result.emplace_back());
    evm::write_withdrawal(writer, withdrawal);
  }
  return result;
}

evm::Log view_log(const State& state, const Effects& effects, const LogDraft& draft) {
  evm::Log log;
  log.address = state[draft.account].address;
  log.topic_count = draft.topic_count;
  log.topics = draft.topics;
  log.data = effects.view(draft.data);
  return log;
}

// A call gets 63 of 64 parts of what its caller has left (EIP-150).
std::vector<std::uint64_t> gas_of_calls(const Effects& effects, const BlockMaker& block) {
  std::vector<std::uint64_t> gas(effects.calls.size());
  for (std::size_t i = 0; i < gas.size(); ++i) {
    const CallDraft& call = effects.calls[i];
    const DoneTransaction& tx = block[call.tx];
    if (call.depth == 0) {
      gas[i] = tx.gas_limit - tx.intrinsic_gas;
      continue;
    }
    const CallDraft& parent = effects.calls[call.parent];
    const std::uint64_t spent = call.spent_before - parent.spent_before;
    const std::uint64_t left = gas[call.parent] - std::min(spent, gas[call.parent]);
    gas[i] = std::max(left - left / 64, call.spent_after - call.spent_before);
  }
  return gas;
}

void add_calls(const State& state, const Effects& effects, const BlockMaker& block,
               RecordWriter& record) {
  const std::vector<std::uint64_t> gas = gas_of_calls(effects, block);
  for (std::size_t i = 0; i < effects.calls.size(); ++i) {
    const CallDraft& draft = effects.calls[i];
    evm::Call call;
    call.tx = draft.tx;
    call.depth = draft.depth;
    call.kind = draft.kind;
    call.from = state[draft.from].address;
    const bool creates =
        draft.kind == evm::CallKind::create || draft.kind == evm::CallKind::create2;
    if (!creates || draft.error.empty()) call.to = state[draft.to].address;
    call.value = draft.value;
    call.gas = gas[i];
    call.gas_used = draft.spent_after - draft.spent_before;
    // What a transaction used over what its calls did (a floor for data, all gas of one that ran
    // out) is its outermost call's.
    const DoneTransaction& tx = block[draft.tx];
    if (draft.depth == 0) call.gas_used = tx.gas_used - tx.intrinsic_gas;
    call.input = effects.view(draft.input);
    call.output = effects.view(draft.output);
    call.error = draft.error;
    call.undone = draft.undone;
    record.add_call(call);
  }
}

}  // namespace

U256 next_base_fee(const evm::Header& parent) {
  constexpr std::uint64_t kElasticity = 2, kMostChange = 8;
  const std::uint64_t target = parent.gas_limit / kElasticity;
  const U256 fee = *parent.base_fee;
  if (parent.gas_used == target) return fee;
  if (parent.gas_used > target) {
    const U256 change = share(share(fee, parent.gas_used - target, target), 1, kMostChange);
    return plus(fee, std::max(change, U256(1)));
  }
  return minus(fee, share(share(fee, target - parent.gas_used, target), 1, kMostChange));
}

void BlockMaker::clear() {
  header_ = {};
  header_.uncles_hash = evm::kEmptyUnclesHash;
  header_.extra_data = as_bytes(kExtraData);
  header_.blobs.emplace();
  header_.requests_hash = kNoRequests;
  gas_used_ = blob_gas_used_ = 0;
  transactions_.clear();
  raws_.clear();
  receipts_.clear();
  receipt_extents_.clear();
  blooms_.clear();
}

void BlockMaker::begin_genesis(std::uint64_t time, std::uint64_t gas_limit, const U256& base_fee) {
  clear();
  header_.gas_limit = gas_limit;
  header_.time = time;
  header_.base_fee = base_fee;
}

void BlockMaker::begin(const evm::Header& parent, const Hash256& parent_hash, std::uint64_t time,
                       const Address& beneficiary) {
  const evm::Header before = parent;  // which may be the one that is about to go
  clear();
  header_.parent = parent_hash;
  header_.beneficiary = beneficiary;
  header_.number = before.number + 1;
  header_.gas_limit = before.gas_limit;
  header_.time = time;
  header_.base_fee = next_base_fee(before);
}

void BlockMaker::add(DoneTransaction done, ByteView raw) {
  done.raw = {raws_.size(), raw.size()};
  raws_.insert(raws_.end(), raw.begin(), raw.end());
  gas_used_ += done.gas_used;
  blob_gas_used_ += done.blobs * kGasPerBlob;
  transactions_.push_back(done);
}

// All addresses and topics of a block are hashed together.
void BlockMaker::hash_blooms(const State& state, const Effects& effects) {
  std::vector<ByteView> messages;
  for (const LogDraft& log : effects.logs) {
    messages.emplace_back(state[log.account].address);
    for (std::size_t i = 0; i < log.topic_count; ++i)
      messages.emplace_back(log.topics[i]);
  }
  std::vector<Hash256> digests(messages.size());
  keccak256_many(messages, digests);
  blooms_.assign(transactions_.size(), {});
  std::size_t next = 0;
  for (const LogDraft& log : effects.logs)
    for (std::size_t i = 0; i <= log.topic_count; ++i)
      evm::add_to_bloom(blooms_[log.tx], digests[next++]);
  for (const evm::Bloom& bloom : blooms_)
    for (std::size_t i = 0; i < bloom.size(); ++i)
      header_.logs_bloom[i] |= bloom[i];
}

void BlockMaker::encode_receipts(const State& state, const Effects& effects) {
  hash_blooms(state, effects);
  std::uint64_t gas = 0;
  auto log = effects.logs.begin();
  std::vector<evm::Log> logs;
  for (std::size_t i = 0; i < transactions_.size(); ++i) {
    logs.clear();
    for (; log != effects.logs.end() && log->tx == i; ++log)
      logs.push_back(view_log(state, effects, *log));
    evm::Receipt receipt;
    receipt.type = transactions_[i].type;
    receipt.success = transactions_[i].success;
    receipt.cumulative_gas_used = gas += transactions_[i].gas_used;
    receipt.bloom = blooms_[i];
    const Bytes raw = evm::encode_receipt(receipt, logs);
    receipt_extents_.push_back({receipts_.size(), raw.size()});
    receipts_.insert(receipts_.end(), raw.begin(), raw.end());
  }
  assert(log == effects.logs.end());
}

void BlockMaker::fill_header(std::span<const evm::Withdrawal> withdrawals,
                             std::uint64_t randomness) {
  std::vector<Extent> extents;
  for (const DoneTransaction& tx : transactions_)
    extents.push_back(tx.raw);
  header_.transactions_root = root_.compute(views(raws_, extents));
  header_.receipts_root = root_.compute(views(receipts_, receipt_extents_));
  const auto encoded = encode_withdrawals(withdrawals);
  header_.withdrawals_root = root_.compute(std::vector<ByteView>(encoded.begin(), encoded.end()));
  header_.gas_used = gas_used_;
  header_.blobs->gas_used = blob_gas_used_;
  Rng rng(randomness);
  rng.fill(header_.state_root.data(), header_.state_root.size());
  rng.fill(header_.mix_hash.data(), header_.mix_hash.size());
  rng.fill(header_.blobs->parent_beacon_root.data(), header_.blobs->parent_beacon_root.size());
}

Bytes BlockMaker::encode(std::span<const evm::Withdrawal> withdrawals) const {
  Bytes raw;
  raw.reserve(raws_.size() + 2'048);
  evm::RlpWriter writer(raw);
  writer.open();
  evm::write_header(writer, header_);
  writer.open();
  for (const DoneTransaction& tx : transactions_) {
    const ByteView encoded = ByteView(raws_).subspan(tx.raw.offset, tx.raw.size);
    if (tx.type == evm::TransactionType::legacy) {
      writer.write_raw(encoded);
    } else {
      writer.write_bytes(encoded);
    }
  }
  writer.close();
  writer.write_empty_list();
  writer.open();
  for (const evm::Withdrawal& withdrawal : withdrawals)
    evm::write_withdrawal(writer, withdrawal);
  writer.close();
  writer.close();
  return raw;
}

MadeBlock BlockMaker::finish(State& state, const Effects& effects,
                             std::span<const evm::Withdrawal> withdrawals,
                             std::uint64_t randomness) {
  encode_receipts(state, effects);
  fill_header(withdrawals, randomness);
  hash_ = evm::header_hash(header_);
  const Bytes raw = encode(withdrawals);
  RecordWriter record;
  record.block(raw);
  for (const Extent& extent : receipt_extents_)
    record.add_receipt(ByteView(receipts_).subspan(extent.offset, extent.size));
  for (const DoneTransaction& tx : transactions_)
    record.add_transaction(state[tx.sender].address, tx.intrinsic_gas);
  add_calls(state, effects, *this, record);
  for (const LogDraft& log : effects.logs)
    record.add_log({log.call, log.calls_before});
  for (const Holding& changed : state.take_changes()) {
    const chain::Asset& asset = state.asset(changed.asset);
    record.add_balance({asset.contract, state[changed.account].address, asset.token_id,
                        state.balance(changed.asset, changed.account)});
  }
  MadeBlock made;
  made.number = header_.number;
  made.hash = hash_;
  made.transactions = static_cast<std::uint32_t>(transactions_.size());
  made.logs = static_cast<std::uint32_t>(effects.logs.size());
  made.record = record.finish();
  return made;
}

}  // namespace clew::simulate::ethereum
