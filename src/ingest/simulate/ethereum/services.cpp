#include "ingest/simulate/ethereum/services.h"

#include "base/keccak.h"
#include "chain/evm/rlp_writer.h"
#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

using evm::CallKind;

constexpr std::uint64_t kPlainGas = 21'000, kEnoughGas = 500'000;

// Two arrays as a method's last arguments, of which `before` words come first.
void append_payments(Bytes& input, const World& world, std::span<const Payment> payments,
                     std::size_t before) {
  std::vector<Word> to, values;
  for (const Payment& payment : payments) {
    to.push_back(word(world.address(payment.to)));
    values.push_back(word(payment.value));
  }
  append_word(input, word(std::uint64_t{32 * (before + 2)}));
  append_word(input, word(std::uint64_t{32 * (before + 3 + payments.size())}));
  append_array(input, to);
  append_array(input, values);
}

U256 total(std::span<const Payment> payments) {
  U256 sum{};
  for (const Payment& payment : payments)
    sum = plus(sum, payment.value);
  return sum;
}

void pay_from_contract(Execution& run, AccountId to, const U256& value) {
  run.enter({CallKind::call, to, value, {}});
  run.leave();
}

}  // namespace

void Services::found(Town& town, AccountId creator) {
  World& world = town.world;
  std::uint32_t number = 2;
  for (AccountId* contract : {&disperser_, &splitter_, &refuser_, &inbox_, &delegate_}) {
    *contract = world.open_contract(creator, {PartyKind::shop, number++});
    deploy(world, creator, *contract);
  }
  rollup_ = world.open_account({PartyKind::rollup, 1});
  world.pay(creator, rollup_, from_ether(500));
}

bool Services::disperse(Town& town, AccountId from, std::span<const Payment> payments) {
  World& world = town.world;
  const U256 sum = total(payments);
  if (!world.affords(from, sum, kEnoughGas + 60'000 * payments.size())) return false;
  Request request{.sender = from, .to = disperser_, .value = sum};
  request.input = call_data(methods().disperse_ether);
  append_payments(request.input, world, payments, 0);
  world.transact(std::move(request), [&](Execution& run) {
    for (const Payment& payment : payments)
      pay_from_contract(run, payment.to, payment.value);
    return Bytes();
  });
  return true;
}

bool Services::disperse_tokens(Town& town, const Token& token, AccountId from,
                               std::span<const Payment> payments) {
  World& world = town.world;
  const U256 sum = total(payments);
  if (world.state.balance(token.asset, from) < sum ||
      !world.affords(from, {}, kEnoughGas + 80'000 * payments.size()))
    return false;
  approve(world, token, from, disperser_, sum);
  Request request{.sender = from, .to = disperser_};
  request.input = call_data(methods().disperse_token, {word(world.address(token.contract))});
  append_payments(request.input, world, payments, 1);
  world.transact(std::move(request), [&](Execution& run) {
    call_transfer_from(run, token, from, disperser_, sum);
    for (const Payment& payment : payments)
      call_transfer(run, token, payment.to, payment.value);
    return Bytes();
  });
  return true;
}

void Services::split(Town& town, AccountId from, std::span<const AccountId> to, const U256& value) {
  World& world = town.world;
  const U256 part = divide(value, to.size() + 1)->quotient;
  if (part.is_zero() || !world.affords(from, value, kEnoughGas)) return;
  std::vector<Word> receivers;
  for (const AccountId receiver : to)
    receivers.push_back(word(world.address(receiver)));
  receivers.push_back(word(world.address(refuser_)));
  Request request{.sender = from, .to = splitter_, .value = value};
  request.input = call_data(methods().split, {word(std::uint64_t{32})});
  append_array(request.input, receivers);
  world.transact(std::move(request), [&](Execution& run) {
    for (const AccountId receiver : to)
      pay_from_contract(run, receiver, part);
    run.enter_failing({CallKind::call, refuser_, part, {}});
    run.spend(200);
    run.leave_failed("execution reverted");
    pay_from_contract(run, from, minus(value, times(part, to.size())));
    return Bytes();
  });
}

void Services::open_wallet(Town& town, AccountId owner, const U256& value) {
  World& world = town.world;
  if (!world.affords(owner, value, kEnoughGas * 2)) return;
  const AccountId wallet = world.open_contract(owner, world.state[owner].party);
  const Bytes code = code_of(world, wallet);
  Request request{.sender = owner, .to = wallet, .value = value, .input = code, .creates = true};
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(200 * 20 * code.size());
    return code;
  });
  world.at_block(world.number() + 10 + world.rng.below(200), [owner, wallet](Town& later) {
    World& w = later.world;
    if (!w.affords(owner, {}, kEnoughGas)) return;
    Request end{.sender = owner, .to = wallet};
    end.input = call_data(methods().destroy, {word(w.address(owner))});
    w.transact(std::move(end), [&](Execution& run) {
      run.self_destruct(owner);
      return Bytes();
    });
  });
}

void Services::list_access(Town& town, const Token& token, AccountId from, AccountId to) {
  World& world = town.world;
  const U256 held = world.state.balance(token.asset, from);
  if (held.is_zero() || token.implementation != kNobody || from == to ||
      !world.affords(from, {}, kEnoughGas))
    return;
  const U256 value = share(held, 1, 10);
  Request request{.sender = from, .to = token.contract};
  request.type = evm::TransactionType::access_list;
  request.access_list =
      evm::encode_access_list({{world.address(token.contract), {word(world.address(from))}}});
  request.input = call_data(methods().transfer, {word(world.address(to)), word(value)});
  world.transact(std::move(request), [&](Execution& run) {
    emit_transfer(run, token, from, to, value);
    return words({word(std::uint64_t{1})});
  });
}

// The account lends itself the code of a contract (EIP-7702).
void Services::delegate(Town& town, AccountId account) {
  World& world = town.world;
  if (!world.affords(account, {}, kEnoughGas)) return;
  Request request{.sender = account, .to = account};
  request.type = evm::TransactionType::set_code;
  request.authorizations =
      evm::encode_authorizations({world.authorize(account, world.address(delegate_))});
  world.transact(std::move(request));
  ++world.state[account].nonce;  // which the authorization takes too
}

void Services::post_blobs(Town& town) {
  World& world = town.world;
  if (!world.affords(rollup_, from_ether(1), kEnoughGas)) return;
  const std::uint32_t count = 1 + static_cast<std::uint32_t>(world.rng.below(3));
  std::vector<Hash256> hashes(count);
  for (Hash256& hash : hashes) {
    world.rng.fill(hash.data(), hash.size());
    hash[0] = 1;  // the version of KZG commitments (EIP-4844)
  }
  Request request{.sender = rollup_, .to = inbox_};
  request.type = evm::TransactionType::blob;
  request.blobs = count;
  request.blob_hashes = evm::encode_blob_hashes(hashes);
  request.input = call_data(methods().post_batch, {word(world.number()), keccak256(hashes[0])});
  world.transact(std::move(request), [&](Execution& run) {
    run.spend(30'000);
    return Bytes();
  });
}

void Services::fail_token_transfer(Town& town, const Token& token, AccountId from, AccountId to) {
  World& world = town.world;
  if (!world.affords(from, {}, kEnoughGas)) return;
  const U256 value = plus(world.state.balance(token.asset, from), U256(1));
  Request request{.sender = from, .to = token.contract, .error = "execution reverted"};
  request.input = call_data(methods().transfer, {word(world.address(to)), word(value)});
  world.transact(std::move(request), [&](Execution& run) {
    emit_transfer(run, token, from, to, value);
    return Bytes();
  });
}

void Services::run_out_of_gas(Town& town, AccountId from) {
  World& world = town.world;
  const U256 value = from_gwei(1'000'000);
  if (!world.affords(from, value, kEnoughGas)) return;
  Request request{.sender = from, .to = splitter_, .value = value, .error = "out of gas"};
  request.burns_limit = true;
  request.input = call_data(methods().split, {word(std::uint64_t{32}), word(std::uint64_t{0})});
  world.transact(std::move(request), [&](Execution& run) {
    run.enter({CallKind::call, from, U256(1'000), {}});
    run.leave();
    run.spend(kPlainGas);
    return Bytes();
  });
}

}  // namespace clew::simulate::ethereum
