// Logs and calls of any content as transfers: tokens, what contracts move, and whole blocks with
// fees and rewards. The input is a recipe; what comes out must keep to the contracts of its
// headers.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/keccak.h"
#include "chain/evm/internal_transfers.h"
#include "chain/evm/transfers.h"

namespace {

using namespace clew;
using namespace clew::evm;
using chain::Transfer;
using chain::TransferKind;

void require(bool holds) {
  if (!holds) std::abort();
}

class Recipe {
 public:
  explicit Recipe(ByteView bytes) : bytes_(bytes) {}
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_[0];
    bytes_ = bytes_.subspan(1);
    return first;
  }
  ByteView take(std::size_t size) {
    const ByteView part = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(part.size());
    return part;
  }
  bool empty() const { return bytes_.empty(); }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (const std::uint8_t one : take(byte() % 9))
      value = value << 8 | one;
    return value;
  }
  U256 amount() { return *U256::from_big_endian(take(byte() % 33)); }
  Address account() {
    Address address{};
    address.front() = byte() & 1;
    address.back() = byte() & 7;
    return address;
  }

 private:
  ByteView bytes_;
};

Hash256 topic(Recipe& recipe) {
  static const std::array<Hash256, 6> kKnown = {
      keccak256(as_bytes("Transfer(address,address,uint256)")),
      keccak256(as_bytes("TransferSingle(address,address,address,uint256,uint256)")),
      keccak256(as_bytes("TransferBatch(address,address,address,uint256[],uint256[])")),
      keccak256(as_bytes("Deposit(address,uint256)")),
      keccak256(as_bytes("Withdrawal(address,uint256)")),
      Hash256{}};
  return kKnown[recipe.byte() % kKnown.size()];
}

Log log(Recipe& recipe) {
  Log one{};
  one.address = recipe.account();
  one.topic_count = recipe.byte() % 5;
  for (std::size_t i = 0; i < one.topic_count; ++i)
    one.topics[i] = i == 0 ? topic(recipe) : recipe.amount().to_big_endian();
  one.data = recipe.take(recipe.byte() * (recipe.byte() % 4 == 0 ? 1 : 32));
  return one;
}

ChainParams chain() {
  ChainParams params = chain_params(1);
  for (std::uint8_t i = 0; i < 4; ++i)
    params.wrapped_coins.push_back({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, i});
  return params;
}

void fuzz_logs(Recipe recipe) {
  static const TokenTransferReader reader(chain());
  std::vector<Log> logs;
  std::size_t data = 0;
  while (!recipe.empty() && logs.size() < 64) {
    logs.push_back(log(recipe));
    data += logs.back().data.size();
  }
  std::vector<Transfer> out;
  const std::uint64_t malformed = reader.append(logs, 1, 100, out);
  require(malformed <= logs.size());
  require(out.size() <= logs.size() + data / 32);
  std::uint32_t place = 100;
  for (const Transfer& one : out) {
    require(one.place >= place && one.place < 100 + logs.size());
    require(one.from && one.to && one.tx == 1);
    require(one.asset.contract == logs[one.place - 100].address);
    require(one.kind != TransferKind::erc721 || one.value == U256(1));
    place = one.place;
  }
}

std::vector<Call> calls(Recipe& recipe, std::uint32_t tx) {
  std::vector<Call> all;
  const std::size_t count = 1 + recipe.byte() % 32;
  for (std::size_t i = 0; i < count; ++i) {
    Call& one = all.emplace_back();
    one.tx = tx;
    one.depth = i == 0 ? 0 : 1 + recipe.byte() % (all[i - 1].depth + 1);
    one.kind = static_cast<CallKind>(recipe.byte() % 7);
    one.from = recipe.account();
    one.to = recipe.account();
    one.value = recipe.amount();
    if (recipe.byte() % 8 == 0) one.error = "failed";
    if (one.failed() && one.creates()) one.to.reset();
  }
  complete_calls(all);
  return all;
}

void fuzz_calls(Recipe recipe) {
  const std::vector<Call> all = calls(recipe, 3);
  for (const bool ends_rarely : {false, true}) {
    std::vector<Transfer> out;
    append_internal(all, ends_rarely, out);
    for (const Transfer& one : out) {
      require(one.from && one.tx == 3 && one.asset.is_native());
      require(!one.value.is_zero() && one.place < all.size());
    }
  }
}

void fuzz_block(Recipe recipe) {
  static const TransferReader reader(chain());
  Block block;
  block.header.number = recipe.number();
  block.header.time = recipe.number();
  block.header.difficulty = U256(recipe.byte() & 1);
  if ((recipe.byte() & 1) != 0) block.header.base_fee = recipe.amount();
  if ((recipe.byte() & 1) != 0) block.header.blobs.emplace().excess_gas = recipe.number();
  block.uncle_hashes.resize(recipe.byte() % 3);
  block.uncles.resize(recipe.byte() % 2 == 0 ? block.uncle_hashes.size() : 0);
  for (Header& uncle : block.uncles)
    uncle.number = block.header.number - recipe.byte();
  block.withdrawals.resize(recipe.byte() % 4);
  for (Withdrawal& one : block.withdrawals)
    one.amount = recipe.number();
  Receipts receipts;
  Calls traced;
  std::vector<Address> senders;
  const std::size_t count = recipe.byte() % 5;
  for (std::uint32_t i = 0; i < count; ++i) {
    Transaction& tx = block.transactions.emplace_back();
    tx.max_fee = recipe.amount();
    tx.max_priority_fee = recipe.amount();
    tx.gas_limit = recipe.number();
    tx.value = recipe.amount();
    tx.blob_count = recipe.byte() % 3;
    if ((recipe.byte() & 1) != 0) tx.to = recipe.account();
    senders.push_back(recipe.account());
    Receipt& receipt = receipts.receipts.emplace_back();
    receipt.cumulative_gas_used = recipe.number();
    receipt.success = (recipe.byte() & 1) != 0;
    if (recipe.byte() % 3 == 0) receipt.post_state.emplace();
    receipt.first_log = static_cast<std::uint32_t>(receipts.logs.size());
    receipt.log_count = recipe.byte() % 3;
    for (std::uint32_t k = 0; k < receipt.log_count; ++k)
      receipts.logs.push_back(log(recipe));
    for (Call& call : calls(recipe, i))
      traced.calls.push_back(std::move(call));
  }
  (void)check_calls(block, senders, receipts, traced);
  std::vector<Transfer> out;
  TransferNotes notes;
  const bool has_calls = (recipe.byte() & 1) != 0;
  if (!reader.read({block, senders, receipts, has_calls ? &traced : nullptr, {}}, out, notes))
    return;
  for (const Transfer& one : out) {
    require(one.from || one.to);
    require(one.tx == Transfer::kNoTx || one.tx < count);
    require(!one.asset.is_native() || !one.value.is_zero() || one.kind > TransferKind::internal);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Recipe recipe(ByteView(data + 1, size - 1));
  switch (data[0] % 3) {
    case 0:
      fuzz_logs(recipe);
      break;
    case 1:
      fuzz_calls(recipe);
      break;
    default:
      fuzz_block(recipe);
  }
  return 0;
}
