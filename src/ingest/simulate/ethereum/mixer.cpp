#include "ingest/simulate/ethereum/mixer.h"

#include <algorithm>

#include "ingest/simulate/ethereum/amount.h"
#include "ingest/simulate/ethereum/tokens.h"
#include "ingest/simulate/ethereum/town.h"

namespace clew::simulate::ethereum {
namespace {

using evm::CallKind;

constexpr std::uint64_t kDepositGas = 900'000, kProofGas = 200'000, kRootGas = 40'000;
constexpr std::uint32_t kRelayers = 3;

Hash256 random_hash(Rng& rng) {
  Hash256 hash;
  rng.fill(hash.data(), hash.size());
  return hash;
}

}  // namespace

void Mixer::found(Town& town, AccountId creator) {
  World& world = town.world;
  const Party party{PartyKind::mixer, 1};
  verifier_ = world.open_contract(creator, party);
  deploy(world, creator, verifier_);
  for (const std::uint64_t tenths : {1, 10, 100, 1'000}) {
    Pool pool;
    pool.contract = world.open_contract(creator, party);
    pool.sum = share(from_ether(tenths), 1, 10);
    deploy(world, creator, pool.contract);
    Label label;
    label.name = "Whirl Mixer";
    label.category = "mixing_service";
    label.actor = name(party);
    world.publish(pool.contract, std::move(label), Ending::mixer);
    pools_.push_back(pool);
  }
  for (std::uint32_t i = 1; i <= kRelayers; ++i) {
    relayers_.push_back(world.open_account({PartyKind::relayer, i}));
    world.pay(creator, relayers_.back(), from_ether(20));
  }
}

void Mixer::mix(Town& town, std::size_t index, AccountId from, AccountId receiver,
                std::uint64_t after, const Then& then) {
  World& world = town.world;
  Pool& pool = pools_[index];
  if (!world.affords(from, pool.sum, kDepositGas * 2)) return;
  Note note;
  note.id = next_note_++;
  note.pool = index;
  note.from = from;
  note.commitment = random_hash(world.rng);
  note.nullifier = random_hash(world.rng);
  note.block = world.number();
  Request request{.sender = from, .to = pool.contract, .value = pool.sum};
  request.input = call_data(methods().mixer_deposit, {note.commitment});
  const Sent sent = world.transact(std::move(request), [&](Execution& run) {
    run.spend(kDepositGas);
    run.log({events().mixer_deposit, note.commitment},
            words({word(std::uint64_t{pool.leaves}), word(world.time())}));
    return Bytes();
  });
  ++pool.leaves;
  note.deposit = sent.hash;
  notes_.push_back(note);
  world.at_block(world.number() + after, [id = note.id, receiver, then](Town& later) {
    Mixer& mixer = later.mixer;
    const auto found = std::ranges::find(mixer.notes_, id, &Note::id);
    mixer.withdraw(later, *found, receiver, then);
  });
}

std::string Mixer::line(const World& world, const Note& note) const {
  const Pool& pool = pools_[note.pool];
  return evm::to_text(note.deposit) + "," + std::to_string(note.block) + "," +
         world.text(pool.contract) + "," + pool.sum.to_decimal() + "," + world.text(note.from) +
         "," + name(world.state[note.from].party);
}

// A copy of the note, which goes.
void Mixer::withdraw(Town& town, const Note& taken, AccountId receiver, const Then& then) {
  World& world = town.world;
  const Note note = taken;
  const Pool& pool = pools_[note.pool];
  const AccountId relayer = world.rng.pick(relayers_);
  const U256 fee = plus(world.gas_cost_most(kProofGas * 2), share(pool.sum, 3, 1'000));
  const auto wait = [&](std::uint64_t blocks) {
    world.at_block(world.number() + blocks, [id = note.id, receiver, then](Town& later) {
      const auto found = std::ranges::find(later.mixer.notes_, id, &Note::id);
      later.mixer.withdraw(later, *found, receiver, then);
    });
  };
  // Gas is too dear for this sum, or for the relayer.
  if (times(fee, 2) > pool.sum || !world.affords(relayer, {}, kProofGas * 3)) return wait(50);
  const Hash256 root = random_hash(world.rng);
  Request request{.sender = relayer, .to = pool.contract};
  request.input = call_data(
      methods().mixer_withdraw,
      {word(std::uint64_t{224}), root, note.nullifier, word(world.address(receiver)),
       word(world.address(relayer)), word(fee), word(std::uint64_t{0}), word(std::uint64_t{256})});
  for (int i = 0; i < 8; ++i)
    append_word(request.input, random_hash(world.rng));
  const Sent sent = world.transact(std::move(request), [&](Execution& run) {
    Bytes proof = call_data(methods().verify_proof, {root, note.nullifier});
    run.enter({CallKind::static_call, verifier_, {}, proof});
    run.spend(kProofGas);
    run.leave(words({word(std::uint64_t{1})}));
    run.spend(kRootGas);
    run.enter({CallKind::call, receiver, minus(pool.sum, fee), {}});
    run.leave();
    run.enter({CallKind::call, relayer, fee, {}});
    run.leave();
    run.log({events().mixer_withdrawal, word(world.address(relayer))},
            words({word(world.address(receiver)), note.nullifier, word(fee)}));
    return Bytes();
  });
  world.truth.mixer.push_back(line(world, note) + "," + evm::to_text(sent.hash) + "," +
                              std::to_string(world.number()) + "," + world.text(receiver) + "," +
                              world.text(relayer) + "," + fee.to_decimal());
  std::erase_if(notes_, [&](const Note& one) { return one.id == note.id; });
  if (then) then(town, receiver);
}

void Mixer::settle(World& world) const {
  for (const Note& note : notes_)
    world.truth.mixer.push_back(line(world, note) + ",,,,,");
}

}  // namespace clew::simulate::ethereum
