#include "ingest/simulate/ethereum/abi.h"

#include <algorithm>

#include "base/keccak.h"

namespace clew::simulate::ethereum {

Word word(const evm::Address& address) {
  Word result{};
  std::ranges::copy(address, result.end() - address.size());
  return result;
}

Hash256 signature_hash(std::string_view signature) {
  return keccak256(as_bytes(signature));
}

void append_word(Bytes& data, const Word& value) {
  data.insert(data.end(), value.begin(), value.end());
}

void append_array(Bytes& data, std::span<const Word> items) {
  append_word(data, word(items.size()));
  for (const Word& item : items)
    append_word(data, item);
}

Bytes words(std::initializer_list<Word> values) {
  Bytes data;
  data.reserve(values.size() * sizeof(Word));
  for (const Word& value : values)
    append_word(data, value);
  return data;
}

Bytes call_data(const Hash256& method, std::initializer_list<Word> arguments) {
  constexpr std::size_t kSelector = 4;
  Bytes data;
  data.reserve(kSelector + arguments.size() * sizeof(Word));
  data.insert(data.end(), method.begin(), method.begin() + kSelector);
  for (const Word& argument : arguments)
    append_word(data, argument);
  return data;
}

std::uint64_t input_gas(ByteView input) {
  constexpr std::uint64_t kZeroByte = 4, kOtherByte = 16;
  const auto zeros = static_cast<std::uint64_t>(std::ranges::count(input, 0));
  return zeros * kZeroByte + (input.size() - zeros) * kOtherByte;
}

const Events& events() {
  static const Events kEvents = [] {
    const auto hash = signature_hash;
    Events e;
    e.transfer = hash("Transfer(address,address,uint256)");
    e.approval = hash("Approval(address,address,uint256)");
    e.approval_for_all = hash("ApprovalForAll(address,address,bool)");
    e.deposit = hash("Deposit(address,uint256)");
    e.withdrawal = hash("Withdrawal(address,uint256)");
    e.pair_created = hash("PairCreated(address,address,address,uint256)");
    e.mint = hash("Mint(address,uint256,uint256)");
    e.burn = hash("Burn(address,uint256,uint256,address)");
    e.sync = hash("Sync(uint112,uint112)");
    e.swap = hash("Swap(address,uint256,uint256,uint256,uint256,address)");
    e.transfer_single = hash("TransferSingle(address,address,address,uint256,uint256)");
    e.transfer_batch = hash("TransferBatch(address,address,address,uint256[],uint256[])");
    e.mixer_deposit = hash("Deposit(bytes32,uint32,uint256)");
    e.mixer_withdrawal = hash("Withdrawal(address,bytes32,address,uint256)");
    e.sale = hash("Sale(address,address,address,uint256,uint256)");
    e.ownership = hash("OwnershipTransferred(address,address)");
    return e;
  }();
  return kEvents;
}

namespace {

void add_token_methods(Methods& m) {
  const auto hash = signature_hash;
  m.transfer = hash("transfer(address,uint256)");
  m.transfer_from = hash("transferFrom(address,address,uint256)");
  m.approve = hash("approve(address,uint256)");
  m.mint = hash("mint(address,uint256)");
  m.burn = hash("burn(uint256)");
  m.deposit = hash("deposit()");
  m.withdraw = hash("withdraw(uint256)");
  m.balance_of = hash("balanceOf(address)");
  m.safe_transfer_from = hash("safeTransferFrom(address,address,uint256)");
  m.safe_transfer_single = hash("safeTransferFrom(address,address,uint256,uint256,bytes)");
  m.safe_transfer_batch = hash("safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)");
  m.set_approval_for_all = hash("setApprovalForAll(address,bool)");
  m.mint_batch = hash("mintBatch(address,uint256[],uint256[],bytes)");
}

void add_market_methods(Methods& m) {
  const auto hash = signature_hash;
  m.create_pair = hash("createPair(address,address)");
  m.initialize = hash("initialize(address,address)");
  m.pair_mint = hash("mint(address)");
  m.pair_swap = hash("swap(uint256,uint256,address,bytes)");
  m.get_reserves = hash("getReserves()");
  m.add_liquidity =
      hash("addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)");
  m.swap_ether_for_tokens = hash("swapExactETHForTokens(uint256,address[],address,uint256)");
  m.swap_tokens_for_ether =
      hash("swapExactTokensForETH(uint256,uint256,address[],address,uint256)");
  m.swap_tokens_for_tokens =
      hash("swapExactTokensForTokens(uint256,uint256,address[],address,uint256)");
}

}  // namespace

const Methods& methods() {
  static const Methods kMethods = [] {
    const auto hash = signature_hash;
    Methods m;
    add_token_methods(m);
    add_market_methods(m);
    m.disperse_ether = hash("disperseEther(address[],uint256[])");
    m.disperse_token = hash("disperseToken(address,address[],uint256[])");
    m.mixer_deposit = hash("deposit(bytes32)");
    m.mixer_withdraw = hash("withdraw(bytes,bytes32,bytes32,address,address,uint256,uint256)");
    m.verify_proof = hash("verifyProof(bytes,uint256[6])");
    m.buy = hash("buy(address,uint256)");
    m.split = hash("split(address[])");
    m.create_wallet = hash("createWallet(bytes32)");
    m.sweep = hash("sweep()");
    m.destroy = hash("destroy(address)");
    m.drain = hash("drain(address,address,uint256)");
    m.claim = hash("claim()");
    m.open_channel = hash("open(address)");
    m.execute = hash("execute(address,uint256,bytes)");
    m.post_batch = hash("appendBatch(uint256,bytes32)");
    return m;
  }();
  return kMethods;
}

}  // namespace clew::simulate::ethereum
