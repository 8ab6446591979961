#include "chain/evm/token_transfers.h"

#include <algorithm>

#include "base/keccak.h"

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;

constexpr std::size_t kWord = 32;

struct Topics {
  Hash256 transfer = keccak256(as_bytes("Transfer(address,address,uint256)"));
  Hash256 single = keccak256(as_bytes("TransferSingle(address,address,address,uint256,uint256)"));
  Hash256 batch = keccak256(as_bytes("TransferBatch(address,address,address,uint256[],uint256[])"));
  Hash256 deposit = keccak256(as_bytes("Deposit(address,uint256)"));
  Hash256 withdrawal = keccak256(as_bytes("Withdrawal(address,uint256)"));
};

const Topics& topics() {
  static const Topics kTopics;
  return kTopics;
}

// Whether a log's arguments are exactly so many words, wherever they are.
bool has_arguments(const Log& log, std::size_t count) {
  return log.data.size() % kWord == 0 && log.topic_count - 1 + log.data.size() / kWord == count;
}

// There must be so many.
ByteView argument(const Log& log, std::size_t i) {
  const std::size_t indexed = log.topic_count - 1u;
  if (i < indexed) return log.topics[i + 1];
  return log.data.subspan((i - indexed) * kWord, kWord);
}

Address address_in(ByteView word) {
  Address address;
  std::copy_n(word.end() - std::tuple_size_v<Address>, address.size(), address.begin());
  return address;
}

U256 number_in(ByteView word) {
  return *U256::from_big_endian(word);
}

// A dynamic array of words in ABI data: where its elements begin, and how many there are.
struct Array {
  std::size_t offset = 0, count = 0;
};
std::optional<Array> array_at(ByteView data, std::size_t head) {
  const auto offset = number_in(data.subspan(head * kWord, kWord)).to_u64();
  if (!offset || *offset > data.size() - kWord) return std::nullopt;
  const auto count = number_in(data.subspan(*offset, kWord)).to_u64();
  const std::size_t begin = *offset + kWord;
  if (!count || *count > (data.size() - begin) / kWord) return std::nullopt;
  return Array{begin, static_cast<std::size_t>(*count)};
}

// The log must have three indexed arguments: the operator, the sender and the receiver.
bool append_batch(const Log& log, Transfer transfer, std::vector<Transfer>& out) {
  if (log.data.size() < 2 * kWord) return false;
  const auto ids = array_at(log.data, 0), values = array_at(log.data, 1);
  if (!ids || !values || ids->count != values->count) return false;
  for (std::size_t i = 0; i < ids->count; ++i) {
    transfer.asset.token_id = number_in(log.data.subspan(ids->offset + i * kWord, kWord));
    transfer.value = number_in(log.data.subspan(values->offset + i * kWord, kWord));
    out.push_back(transfer);
  }
  return true;
}

bool append_multi_token(const Log& log, bool batch, Transfer transfer, std::vector<Transfer>& out) {
  if (log.topic_count != 4) return false;
  transfer.kind = TransferKind::erc1155;
  transfer.from = address_in(log.topics[2]);
  transfer.to = address_in(log.topics[3]);
  if (batch) return append_batch(log, transfer, out);
  if (log.data.size() != 2 * kWord) return false;
  transfer.asset.token_id = number_in(log.data.first(kWord));
  transfer.value = number_in(log.data.last(kWord));
  out.push_back(transfer);
  return true;
}

// Whether a log is the Transfer event of what `transfer` says.
bool tells(const Log& log, const Transfer& transfer) {
  return log.topic_count > 0 && log.topics[0] == topics().transfer &&
         log.address == transfer.asset.contract && has_arguments(log, 3) &&
         address_in(argument(log, 0)) == transfer.from &&
         address_in(argument(log, 1)) == transfer.to &&
         number_in(argument(log, 2)) == transfer.value;
}

std::vector<Address> sorted(std::vector<Address> addresses) {
  std::ranges::sort(addresses);
  return addresses;
}

}  // namespace

TokenTransferReader::TokenTransferReader(const ChainParams& chain)
    : wrapped_coins_(sorted(chain.wrapped_coins)), unindexed_nfts_(sorted(chain.unindexed_nfts)) {}

std::uint64_t TokenTransferReader::append(std::span<const Log> logs, std::uint32_t tx,
                                          std::uint32_t first_place,
                                          std::vector<Transfer>& out) const {
  std::uint64_t malformed = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    if (logs[i].topic_count == 0) continue;
    Transfer transfer;
    transfer.tx = tx;
    transfer.place = first_place + static_cast<std::uint32_t>(i);
    transfer.asset.contract = logs[i].address;
    if (append_log(logs, i, transfer, out) == Outcome::malformed) ++malformed;
  }
  return malformed;
}

TokenTransferReader::Outcome TokenTransferReader::append_log(std::span<const Log> logs,
                                                             std::size_t i, Transfer transfer,
                                                             std::vector<Transfer>& out) const {
  const Log& log = logs[i];
  const Hash256& topic = log.topics[0];
  const Topics& known = topics();
  if (topic == known.transfer) return append_plain(log, transfer, out);
  if (topic == known.single || topic == known.batch) {
    const bool good = append_multi_token(log, topic == known.batch, transfer, out);
    return good ? Outcome::added : Outcome::malformed;
  }
  if (topic != known.deposit && topic != known.withdrawal) return Outcome::nothing;
  if (!std::ranges::binary_search(wrapped_coins_, log.address)) return Outcome::nothing;
  return append_wrapped(logs, i, topic == known.deposit, transfer, out);
}

TokenTransferReader::Outcome TokenTransferReader::append_plain(const Log& log, Transfer transfer,
                                                               std::vector<Transfer>& out) const {
  if (!has_arguments(log, 3)) return Outcome::malformed;
  transfer.from = address_in(argument(log, 0));
  transfer.to = address_in(argument(log, 1));
  const U256 number = number_in(argument(log, 2));
  if (log.topic_count == 4 || std::ranges::binary_search(unindexed_nfts_, log.address)) {
    transfer.kind = TransferKind::erc721;
    transfer.asset.token_id = number;
    transfer.value = U256(1);
  } else {
    transfer.kind = TransferKind::erc20;
    transfer.value = number;
  }
  out.push_back(transfer);
  return Outcome::added;
}

TokenTransferReader::Outcome TokenTransferReader::append_wrapped(std::span<const Log> logs,
                                                                 std::size_t i, bool mint,
                                                                 Transfer transfer,
                                                                 std::vector<Transfer>& out) const {
  const Log& log = logs[i];
  if (!has_arguments(log, 2)) return Outcome::malformed;
  const Address account = address_in(argument(log, 0));
  transfer.kind = TransferKind::erc20;
  transfer.from = mint ? Address{} : account;
  transfer.to = mint ? account : Address{};
  transfer.value = number_in(argument(log, 1));
  if (i > 0 && tells(logs[i - 1], transfer)) return Outcome::nothing;
  if (i + 1 < logs.size() && tells(logs[i + 1], transfer)) return Outcome::nothing;
  out.push_back(transfer);
  return Outcome::added;
}

}  // namespace clew::evm
