#include "graph/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clew::graph {
namespace {

using bitcoin::ScriptType;
using testing::ElementsAre;
using testing::IsEmpty;

InputFacts from(AddressId address, std::int64_t value, ScriptType type = ScriptType::p2pkh) {
  return {address, value, type, false};
}
OutputFacts to(AddressId address, std::int64_t value, ScriptType type = ScriptType::p2pkh) {
  OutputFacts output;
  output.address = address;
  output.value = value;
  output.type = type;
  output.fresh = output.used_once = true;
  return output;
}
OutputFacts data_carrier() {
  return to(ledger::kNoAddress, 0, ScriptType::op_return);
}
OutputFacts spent(OutputFacts output, SpendFacts by) {
  output.spend = by;
  return output;
}
TxFacts tx(std::vector<InputFacts> inputs, std::vector<OutputFacts> outputs) {
  TxFacts facts;
  facts.inputs = std::move(inputs);
  facts.outputs = std::move(outputs);
  return facts;
}

class OneTimeChange : public testing::Test {
 protected:
  TxFacts payment = tx({from(1, 90'001)}, {to(2, 50'000), to(3, 40'001)});
  std::vector<std::uint32_t> found() { return change_candidates(Rule::one_time_change, payment); }
};

TEST_F(OneTimeChange, is_the_uneven_output_to_an_address_used_once) {
  EXPECT_THAT(found(), ElementsAre(1));
  EXPECT_THAT(change_to_join(Rule::one_time_change, payment), ElementsAre(1));
}
TEST_F(OneTimeChange, needs_the_inputs_script_type) {
  payment.outputs[1].type = ScriptType::p2sh;
  EXPECT_THAT(found(), IsEmpty());
}
TEST_F(OneTimeChange, needs_inputs_of_one_type) {
  payment.inputs.push_back(from(4, 90'000, ScriptType::p2wpkh));
  EXPECT_THAT(found(), IsEmpty());
}
TEST_F(OneTimeChange, is_smaller_than_every_input) {
  payment.inputs.push_back(from(4, 40'001));
  EXPECT_THAT(found(), IsEmpty());
  payment.inputs.back().value = 40'002;
  EXPECT_THAT(found(), ElementsAre(1));
}
TEST_F(OneTimeChange, does_not_go_to_an_address_seen_before_or_used_again) {
  payment.outputs[1].fresh = false;
  EXPECT_THAT(found(), IsEmpty());
  payment.outputs[1].fresh = true;
  payment.outputs[1].used_once = false;
  EXPECT_THAT(found(), IsEmpty());
}
TEST_F(OneTimeChange, is_one_output_of_two_to_ten) {
  payment.outputs[0].value = 50'001;
  EXPECT_THAT(found(), IsEmpty());  // two candidates
  payment.outputs.erase(payment.outputs.begin());
  EXPECT_THAT(found(), IsEmpty());  // one output
  for (AddressId i = 10; i < 19; ++i)
    payment.outputs.push_back(to(i, 1000));
  EXPECT_THAT(found(), ElementsAre(0));
  payment.outputs.push_back(to(20, 1000));
  EXPECT_THAT(found(), IsEmpty());  // eleven
}
TEST_F(OneTimeChange, is_not_an_address_that_is_paid_twice) {
  payment.outputs[0] = to(3, 50'000);
  EXPECT_THAT(found(), IsEmpty());
}
TEST_F(OneTimeChange, is_not_claimed_when_an_input_is_unknown) {
  payment.inputs.push_back(InputFacts{4, std::nullopt, ScriptType::p2pkh, false});
  EXPECT_THAT(found(), IsEmpty());
  payment.inputs.back() = InputFacts{4, 90'000, std::nullopt, false};
  EXPECT_THAT(found(), IsEmpty());
}

TEST(DirectChange, is_every_output_to_an_address_of_the_inputs) {
  const TxFacts facts = tx({from(1, 10), from(2, 10)}, {to(2, 4), to(3, 4), to(1, 4)});
  EXPECT_THAT(change_to_join(Rule::direct_change, facts), ElementsAre(0, 2));
  EXPECT_THAT(change_candidates(Rule::address_reuse, facts), ElementsAre(0, 2));
  EXPECT_THAT(change_to_join(Rule::address_reuse, facts), IsEmpty());  // not unique
}

TEST(DirectChange, takes_no_input_without_address_for_an_output_without_address) {
  const TxFacts facts =
      tx({from(ledger::kNoAddress, 10)}, {to(ledger::kNoAddress, 4, ScriptType::nonstandard)});
  EXPECT_THAT(change_candidates(Rule::direct_change, facts), IsEmpty());
}

TEST(MultiInputChange, follows_what_is_spent_together_elsewhere) {
  const TxFacts facts = tx({from(1, 10)}, {to(2, 4), to(3, 4)});
  EXPECT_THAT(change_candidates(Rule::multi_input_change, facts), IsEmpty());
  ChangeOptions options;
  options.together = [](AddressId a, AddressId b) { return a == 1 && b == 3; };
  EXPECT_THAT(change_candidates(Rule::multi_input_change, facts, options), ElementsAre(1));
}

TEST(PeelingChain, continues_in_one_input_and_two_outputs) {
  TxFacts facts = tx({from(1, 10)}, {to(2, 1), to(3, 8)});
  EXPECT_THAT(change_candidates(Rule::peeling_chain, facts), IsEmpty());  // no neighbour like it
  facts.inputs[0].origin_peels = true;
  EXPECT_THAT(change_candidates(Rule::peeling_chain, facts), ElementsAre(0, 1));  // both unspent
  facts.outputs[0] = spent(facts.outputs[0], {false, false, {}});
  facts.outputs[1] = spent(facts.outputs[1], {false, true, {}});
  EXPECT_THAT(change_to_join(Rule::peeling_chain, facts), ElementsAre(1));
  facts.inputs[0].origin_peels = false;
  EXPECT_THAT(change_to_join(Rule::peeling_chain, facts), ElementsAre(1));  // the next one is
  facts.outputs.push_back(to(4, 1));
  EXPECT_THAT(change_candidates(Rule::peeling_chain, facts), IsEmpty());
}

TEST(PowerOfTenValue, leaves_out_round_outputs_and_data) {
  const TxFacts facts =
      tx({from(1, 9)}, {to(2, 3'000'000), to(3, 3'000'001), data_carrier(), to(4, 0)});
  EXPECT_THAT(change_candidates(Rule::power_of_ten_value, facts), ElementsAre(1));
  EXPECT_THAT(change_candidates(Rule::power_of_ten_value, facts, {.power_of_ten_digits = 7}),
              ElementsAre(0, 1));
  EXPECT_THAT(change_candidates(Rule::power_of_ten_value, facts, {.power_of_ten_digits = 99}),
              ElementsAre(0, 1));
  EXPECT_THAT(change_candidates(Rule::power_of_ten_value, facts, {.power_of_ten_digits = -1}),
              IsEmpty());
}

TEST(OptimalChange, is_below_every_input) {
  TxFacts facts = tx({from(1, 10), from(2, 5)}, {to(3, 5), to(4, 4)});
  EXPECT_THAT(change_candidates(Rule::optimal_change, facts), ElementsAre(1));
  facts.inputs[0].value.reset();
  EXPECT_THAT(change_candidates(Rule::optimal_change, facts), IsEmpty());
}

TEST(AddressType, is_that_of_all_inputs) {
  TxFacts facts =
      tx({from(1, 10), from(2, 5)}, {to(3, 5, ScriptType::p2sh), to(4, 4), data_carrier()});
  EXPECT_THAT(change_candidates(Rule::address_type, facts), ElementsAre(1));
  facts.inputs[1].type = ScriptType::p2sh;
  EXPECT_THAT(change_candidates(Rule::address_type, facts), IsEmpty());
}

TEST(Locktime, is_used_by_the_spender_as_by_this_transaction) {
  TxFacts facts = tx({from(1, 10)}, {spent(to(2, 1), {true, false, {}}),
                                     spent(to(3, 1), {false, false, {}}), to(4, 1)});
  EXPECT_THAT(change_candidates(Rule::locktime, facts), ElementsAre(1, 2));
  facts.lock_time = 500;
  EXPECT_THAT(change_candidates(Rule::locktime, facts), ElementsAre(0, 2));
}

TEST(ClientBehavior, is_a_fresh_address) {
  TxFacts facts = tx({from(1, 10)}, {to(2, 1), to(3, 1), data_carrier()});
  facts.outputs[0].fresh = false;
  EXPECT_THAT(change_to_join(Rule::client_change_address_behavior, facts), ElementsAre(1));
}

TEST(Legacy, is_the_one_fresh_output_below_every_input) {
  TxFacts facts = tx({from(1, 10)}, {to(2, 1), to(3, 1)});
  EXPECT_THAT(change_candidates(Rule::legacy, facts), IsEmpty());
  facts.outputs[0].fresh = false;
  EXPECT_THAT(change_candidates(Rule::legacy, facts), ElementsAre(1));
  facts.outputs[0] = data_carrier();
  EXPECT_THAT(change_candidates(Rule::legacy, facts), IsEmpty());  // one payment is no change
}

TEST(Legacy, leaves_out_what_is_built_like_a_coinjoin) {
  TxFacts facts = tx({from(1, 100), from(2, 100)}, {to(3, 50), to(4, 50), to(5, 40)});
  EXPECT_TRUE(has_coinjoin_structure(facts));
  facts.outputs[0].fresh = facts.outputs[1].fresh = false;
  EXPECT_THAT(change_candidates(Rule::legacy, facts), IsEmpty());
  facts.outputs[0].value = facts.outputs[1].value = 546;
  EXPECT_FALSE(has_coinjoin_structure(facts));
  facts.outputs[0].value = 545;
  EXPECT_THAT(change_candidates(Rule::legacy, facts), ElementsAre(2));
}

TEST(FixedFee, is_spent_at_the_same_rate) {
  TxFacts facts = tx({from(1, 10)}, {spent(to(2, 1), {false, false, 1000}),
                                     spent(to(3, 1), {false, false, 1001})});
  EXPECT_THAT(change_candidates(Rule::fixed_fee, facts), IsEmpty());  // own rate unknown
  facts.fee_rate = 1001;
  EXPECT_THAT(change_candidates(Rule::fixed_fee, facts), ElementsAre(1));
}

TEST(Change, has_no_candidates_in_a_coinbase_or_without_inputs) {
  TxFacts facts = tx({}, {to(2, 1), to(3, 1)});
  for (const RuleInfo& one : all_rules()) {
    EXPECT_THAT(change_candidates(one.rule, facts), IsEmpty()) << one.name;
  }
  facts.inputs = {from(1, 10)};
  facts.coinbase = true;
  for (const RuleInfo& one : all_rules()) {
    EXPECT_THAT(change_candidates(one.rule, facts), IsEmpty()) << one.name;
  }
}

TEST(Change, joins_no_output_without_address) {
  const TxFacts facts =
      tx({from(1, 10)}, {to(ledger::kNoAddress, 1, ScriptType::nonstandard), to(3, 20)});
  EXPECT_THAT(change_candidates(Rule::optimal_change, facts), ElementsAre(0));
  EXPECT_THAT(change_to_join(Rule::optimal_change, facts), IsEmpty());
}

}  // namespace
}  // namespace clew::graph
