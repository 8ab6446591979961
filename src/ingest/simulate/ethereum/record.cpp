#include "ingest/simulate/ethereum/record.h"

#include "chain/evm/rlp_reader.h"
#include "chain/evm/rlp_writer.h"

namespace clew::simulate::ethereum {
namespace {

using evm::RlpReader;
using evm::RlpWriter;

constexpr std::uint64_t kKinds = static_cast<std::uint64_t>(evm::CallKind::self_destruct) + 1;

bool read_call(RlpReader& reader, evm::Call& call) {
  std::uint64_t tx = 0, depth = 0, kind = 0, undone = 0;
  ByteView to, error;
  const std::uint8_t* start = reader.at();
  if (!reader.open("call") || !reader.read_u64(tx, "transaction") ||
      !reader.read_u64(depth, "depth") || !reader.read_u64(kind, "kind") ||
      !reader.read_array(call.from, "from") || !reader.read_bytes(to, "to") ||
      !reader.read_u256(call.value, "value") || !reader.read_u64(call.gas, "gas") ||
      !reader.read_u64(call.gas_used, "gas used") || !reader.read_bytes(call.input, "input") ||
      !reader.read_bytes(call.output, "output") || !reader.read_bytes(error, "error") ||
      !reader.read_u64(undone, "undone") || !reader.close("call")) {
    return false;
  }
  if (tx > 0xffffffff || depth > 0xffffffff || kind >= kKinds || undone > 1 ||
      (!to.empty() && to.size() != sizeof(evm::Address))) {
    return reader.refuse(start, "call: out of range");
  }
  call.tx = static_cast<std::uint32_t>(tx);
  call.depth = static_cast<std::uint32_t>(depth);
  call.kind = static_cast<evm::CallKind>(kind);
  if (!to.empty()) std::memcpy(call.to.emplace().data(), to.data(), to.size());
  call.error.assign(error.begin(), error.end());
  call.undone = undone != 0;
  return true;
}

bool read_balance(RlpReader& reader, StoredBalance& balance) {
  return reader.open("balance") && reader.read_array(balance.contract, "contract") &&
         reader.read_array(balance.holder, "holder") &&
         reader.read_u256(balance.token_id, "token") &&
         reader.read_u256(balance.amount, "amount") && reader.close("balance");
}

// Of a call of the block: the last one begun is the deepest there can be.
bool read_log(RlpReader& reader, StoredBlock& out) {
  std::uint64_t call = 0, before = 0;
  const std::uint8_t* start = reader.at();
  if (!reader.open("log") || !reader.read_u64(call, "call") ||
      !reader.read_u64(before, "calls before") || !reader.close("log")) {
    return false;
  }
  if (before > out.calls.calls.size() || call >= before)
    return reader.refuse(start, "log: of a call that is not there");
  out.logs.push_back({static_cast<std::uint32_t>(call), static_cast<std::uint32_t>(before)});
  return true;
}

bool read_sender(RlpReader& reader, StoredBlock& out) {
  return reader.open("sender") && reader.read_array(out.senders.emplace_back(), "address") &&
         reader.read_u64(out.intrinsic_gas.emplace_back(), "intrinsic gas") &&
         reader.close("sender");
}

template <class Each>
bool read_list(RlpReader& reader, const char* what, Each each) {
  if (!reader.open(what)) return false;
  while (reader.more()) {
    if (!each()) return false;
  }
  return reader.close(what);
}

bool read_parts(RlpReader& reader, StoredBlock& out) {
  return reader.open("record") && reader.read_item(out.raw, "block") &&
         read_list(reader, "receipts",
                   [&] { return reader.read_bytes(out.receipts.emplace_back(), "receipt"); }) &&
         read_list(reader, "senders", [&] { return read_sender(reader, out); }) &&
         read_list(reader, "calls",
                   [&] { return read_call(reader, out.calls.calls.emplace_back()); }) &&
         read_list(reader, "logs", [&] { return read_log(reader, out); }) &&
         read_list(reader, "balances",
                   [&] { return read_balance(reader, out.balances.emplace_back()); }) &&
         reader.close("record") && reader.finish("record");
}

}  // namespace

Result<void> read_record(ByteView record, StoredBlock& out) {
  out.receipts.clear();
  out.senders.clear();
  out.calls.clear();
  out.intrinsic_gas.clear();
  out.logs.clear();
  out.balances.clear();
  RlpReader reader(record);
  if (!read_parts(reader, out)) return fail(reader.error());
  return {};
}

void RecordWriter::add_receipt(ByteView raw) {
  RlpWriter(receipts_).write_bytes(raw);
}

void RecordWriter::add_transaction(const evm::Address& sender, std::uint64_t intrinsic_gas) {
  RlpWriter writer(senders_);
  writer.open();
  writer.write_bytes(sender);
  writer.write_u64(intrinsic_gas);
  writer.close();
}

void RecordWriter::add_call(const evm::Call& call) {
  RlpWriter writer(calls_);
  writer.open();
  writer.write_u64(call.tx);
  writer.write_u64(call.depth);
  writer.write_u64(static_cast<std::uint64_t>(call.kind));
  writer.write_bytes(call.from);
  writer.write_bytes(call.to ? ByteView(*call.to) : ByteView());
  writer.write_u256(call.value);
  writer.write_u64(call.gas);
  writer.write_u64(call.gas_used);
  writer.write_bytes(call.input);
  writer.write_bytes(call.output);
  writer.write_bytes(as_bytes(call.error));
  writer.write_u64(call.undone ? 1 : 0);
  writer.close();
}

void RecordWriter::add_log(const StoredLog& log) {
  RlpWriter writer(logs_);
  writer.open();
  writer.write_u64(log.call);
  writer.write_u64(log.calls_before);
  writer.close();
}

void RecordWriter::add_balance(const StoredBalance& balance) {
  RlpWriter writer(balances_);
  writer.open();
  writer.write_bytes(balance.contract);
  writer.write_bytes(balance.holder);
  writer.write_u256(balance.token_id);
  writer.write_u256(balance.amount);
  writer.close();
}

Bytes RecordWriter::finish() {
  Bytes body;
  body.reserve(block_.size() + receipts_.size() + senders_.size() + calls_.size() + logs_.size() +
               balances_.size() + 64);
  RlpWriter writer(body);
  writer.write_raw(block_);
  for (const Bytes* part : {&receipts_, &senders_, &calls_, &logs_, &balances_}) {
    evm::append_list_prefix(body, part->size());
    writer.write_raw(*part);
  }
  Bytes record;
  evm::append_list_prefix(record, body.size());
  record.insert(record.end(), body.begin(), body.end());
  return record;
}

}  // namespace clew::simulate::ethereum
