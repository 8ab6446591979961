#include "ingest/simulate/ethereum/tokens.h"

#include "base/keccak.h"
#include "ingest/simulate/ethereum/amount.h"

namespace clew::simulate::ethereum {
namespace {

using chain::TransferKind;
using evm::CallKind;

constexpr std::uint64_t kSetGas = 22'100, kResetGas = 5'000, kReadGas = 2'100, kCodeGas = 1'200;
constexpr std::uint64_t kDeployedByteGas = 200;

Bytes yes() {
  return words({word(std::uint64_t{1})});
}

U256 unit(unsigned decimals) {
  U256 value(1);
  for (unsigned i = 0; i < decimals; ++i)
    value = times(value, 10);
  return value;
}

// Runs `code` as the token's, which may be somewhere else.
template <class Code>
void run_code(Execution& run, const Token& token, ByteView input, ByteView output, Code code) {
  if (token.implementation == kNobody) return code();
  run.spend(kReadGas);
  run.enter({CallKind::delegate_call, token.implementation, run.value(), input});
  code();
  run.leave(output);
}

// A call of the token's method by the code at hand.
template <class Code>
void call(Execution& run, const Token& token, const Bytes& input, const Bytes& output, Code code,
          const U256& value = {}) {
  run.enter({CallKind::call, token.contract, value, input});
  run_code(run, token, input, output, code);
  run.leave(output);
}

template <class Code>
Sent transact(World& world, const Token& token, Request request, const Bytes& output, Code code) {
  request.to = token.contract;
  const Bytes input = request.input;
  return world.transact(std::move(request), [&](Execution& run) {
    run_code(run, token, input, output, [&] { code(run); });
    return output;
  });
}

void emit_wrap(Execution& run, const Token& token, AccountId owner, const U256& value) {
  run.spend(kResetGas + kCodeGas);
  run.log({events().deposit, word(run.state()[owner].address)}, words({word(value)}));
  run.move(TransferKind::erc20, token.asset, kZeroAccount, owner, value);
}

// The token ceases, and its contract pays.
void emit_unwrap(Execution& run, const Token& token, AccountId owner, const U256& value) {
  run.spend(kResetGas + kCodeGas);
  run.log({events().withdrawal, word(run.state()[owner].address)}, words({word(value)}));
  run.move(TransferKind::erc20, token.asset, owner, kZeroAccount, value);
  run.enter({CallKind::call, owner, value, {}});
  run.leave();
}

}  // namespace

U256 Token::worth(const U256& wei) const {
  return share(share(wei, 1'000'000, micro_ether), unit(decimals), from_ether(1));
}
U256 Token::in_ether(const U256& amount) const {
  return share(share(amount, from_ether(1), unit(decimals)), micro_ether, 1'000'000);
}

Bytes code_of(const World& world, AccountId contract) {
  const Hash256 seed = keccak256(world.address(contract));
  Bytes code = {0x60, 0x80, 0x60, 0x40, 0x52, 0x34, 0x80, 0x15};
  for (unsigned i = 0; i < 3u + seed[0] % 12u; ++i)
    code.insert(code.end(), seed.begin(), seed.end());
  return code;
}

void emit_transfer(Execution& run, const Token& token, AccountId from, AccountId to,
                   const U256& value) {
  const bool first = run.state().balance(token.asset, to).is_zero();
  run.spend(kCodeGas + kResetGas + (first ? kSetGas : kResetGas));
  const State& state = run.state();
  run.log({events().transfer, word(state[from].address), word(state[to].address)},
          words({word(value)}));
  run.move(TransferKind::erc20, token.asset, from, to, value);
}

void call_transfer(Execution& run, const Token& token, AccountId to, const U256& value) {
  const AccountId from = run.self();
  const Bytes input = call_data(methods().transfer, {word(run.state()[to].address), word(value)});
  call(run, token, input, yes(), [&] { emit_transfer(run, token, from, to, value); });
}

void call_transfer_from(Execution& run, const Token& token, AccountId from, AccountId to,
                        const U256& value) {
  const State& state = run.state();
  const Bytes input = call_data(methods().transfer_from,
                                {word(state[from].address), word(state[to].address), word(value)});
  call(run, token, input, yes(), [&] {
    run.spend(kReadGas + kResetGas);
    emit_transfer(run, token, from, to, value);
  });
}

void call_balance_of(Execution& run, const Token& token, AccountId holder) {
  const Bytes input = call_data(methods().balance_of, {word(run.state()[holder].address)});
  const Bytes output = words({word(run.state().balance(token.asset, holder))});
  run.enter({CallKind::static_call, token.contract, {}, input});
  run_code(run, token, input, output, [&] { run.spend(kReadGas); });
  run.leave(output);
}

void call_deposit(Execution& run, const Token& token, const U256& value) {
  const AccountId owner = run.self();
  call(
      run, token, call_data(methods().deposit), {}, [&] { emit_wrap(run, token, owner, value); },
      value);
}

void call_withdraw(Execution& run, const Token& token, const U256& value) {
  const AccountId owner = run.self();
  call(run, token, call_data(methods().withdraw, {word(value)}), {},
       [&] { emit_unwrap(run, token, owner, value); });
}

Sent deploy(World& world, AccountId creator, AccountId contract, const Deployment& body) {
  const Bytes code = code_of(world, contract);
  Bytes init = {0x60, 0x80, 0x60, 0x40, 0x52};
  init.insert(init.end(), code.begin(), code.end());
  Request request{.sender = creator, .to = contract, .input = init, .creates = true};
  return world.transact(std::move(request), [&](Execution& run) {
    run.spend(kDeployedByteGas * 20 * code.size());
    if (body) body(run);
    return code;
  });
}

Token create_token(World& world, AccountId creator, const TokenPlan& plan) {
  Token token;
  token.name = plan.name;
  token.symbol = plan.symbol;
  token.decimals = plan.decimals;
  token.micro_ether = plan.micro_ether;
  const Party party = world.state[creator].party;
  if (plan.proxy) {
    token.implementation = world.open_contract(creator, party);
    deploy(world, creator, token.implementation);
  }
  token.contract = world.open_contract(creator, party);
  token.asset = world.state.add_asset(token.contract);
  deploy(world, creator, token.contract, [&](Execution& run) {
    emit_transfer(run, token, kZeroAccount, creator, times(unit(plan.decimals), plan.supply));
  });
  return token;
}

Token open_wrapped_ether(World& world, Party party) {
  Address address;
  hex_into("c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", address.data());
  Token token;
  token.name = "Wrapped Ether";
  token.symbol = "WETH";
  token.micro_ether = 1'000'000;
  token.wrapped_ether = true;
  token.contract = world.open_contract_at(address, party);
  token.asset = world.state.add_asset(token.contract);
  world.state[token.contract].exchanges = true;
  return token;
}

Sent send_token(World& world, const Token& token, AccountId from, AccountId to, const U256& value,
                std::uint32_t begins_trail) {
  Request request{.sender = from, .begins_trail = begins_trail};
  request.input = call_data(methods().transfer, {word(world.address(to)), word(value)});
  return transact(world, token, std::move(request), yes(),
                  [&](Execution& run) { emit_transfer(run, token, from, to, value); });
}

Sent send_token_from(World& world, const Token& token, AccountId spender, AccountId from,
                     AccountId to, const U256& value, std::uint32_t begins_trail) {
  Request request{.sender = spender, .begins_trail = begins_trail};
  request.input = call_data(methods().transfer_from,
                            {word(world.address(from)), word(world.address(to)), word(value)});
  return transact(world, token, std::move(request), yes(), [&](Execution& run) {
    run.spend(kReadGas + kResetGas);
    emit_transfer(run, token, from, to, value);
  });
}

Sent approve(World& world, const Token& token, AccountId owner, AccountId spender,
             const U256& value) {
  Request request{.sender = owner};
  request.input = call_data(methods().approve, {word(world.address(spender)), word(value)});
  return transact(world, token, std::move(request), yes(), [&](Execution& run) {
    run.spend(kSetGas + kCodeGas);
    run.log({events().approval, word(world.address(owner)), word(world.address(spender))},
            words({word(value)}));
  });
}

Sent wrap(World& world, const Token& token, AccountId from, const U256& value) {
  Request request{.sender = from, .value = value, .input = call_data(methods().deposit)};
  return transact(world, token, std::move(request), {},
                  [&](Execution& run) { emit_wrap(run, token, from, value); });
}

Sent unwrap(World& world, const Token& token, AccountId from, const U256& value) {
  Request request{.sender = from};
  request.input = call_data(methods().withdraw, {word(value)});
  return transact(world, token, std::move(request), {},
                  [&](Execution& run) { emit_unwrap(run, token, from, value); });
}

}  // namespace clew::simulate::ethereum
