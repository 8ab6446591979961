// What a contract moves, from the message that is its parameter.
#include "chain/tron/contract.h"

#include <array>
#include <utility>

#include "chain/tron/address.h"

namespace clew::tron {
namespace {

constexpr std::array<std::pair<ContractType, std::string_view>, 8> kNames = {{
    {ContractType::account_create, "AccountCreateContract"},
    {ContractType::transfer, "TransferContract"},
    {ContractType::transfer_asset, "TransferAssetContract"},
    {ContractType::participate_asset_issue, "ParticipateAssetIssueContract"},
    {ContractType::withdraw_balance, "WithdrawBalanceContract"},
    {ContractType::create_smart_contract, "CreateSmartContract"},
    {ContractType::trigger_smart_contract, "TriggerSmartContract"},
    {ContractType::shielded_transfer, "ShieldedTransferContract"},
}};

// Numbers of the fields of each contract's message; 0: it has none.
struct Fields {
  std::uint32_t owner = 1, to = 0, amount = 0, input = 0;
};

Fields fields_of(ContractType type) {
  switch (type) {
    case ContractType::transfer:
      return {.to = 2, .amount = 3};
    case ContractType::transfer_asset:  // the amount is of a token
      return {.owner = 2, .to = 3};
    case ContractType::participate_asset_issue:
      return {.to = 2, .amount = 4};
    case ContractType::account_create:
      return {.to = 2};
    case ContractType::trigger_smart_contract:
      return {.to = 2, .amount = 3, .input = 4};
    case ContractType::shielded_transfer:  // what comes from or goes to the pool is not followed
      return {};
    default:
      return {};
  }
}

Result<std::uint64_t> amount_of(std::int64_t value) {
  if (value < 0) return fail(ErrorKind::data, "an amount is below zero");
  return static_cast<std::uint64_t>(value);
}

// CreateSmartContract has the value in the message of the new contract, its field 2.
Result<void> read_new_contract(ByteView message, Transaction& tx) {
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number != 5) continue;
    CLEW_TRY(amount, amount_of(reader.signed_number(field)));
    tx.amount = amount;
  }
  return reader.finish();
}

}  // namespace

std::string name(ContractType type) {
  for (const auto& [known, text] : kNames)
    if (known == type) return std::string(text);
  return "contract " + std::to_string(static_cast<std::uint32_t>(type));
}

std::optional<ContractType> contract_type(std::string_view name) {
  for (const auto& [known, text] : kNames)
    if (text == name) return known;
  return std::nullopt;
}

Result<void> read_contract(ContractType type, ByteView parameter, Transaction& tx) {
  const auto wanted = fields_of(type);
  ProtoReader reader(parameter);
  for (ProtoField field; reader.next(field);) {
    if (field.number == wanted.owner || (field.number == wanted.to && wanted.to != 0)) {
      // Contracts that are not read have anything in the fields of others.
      const auto account =
          field.wire == ProtoField::Wire::bytes ? account_of(field.bytes) : std::nullopt;
      (field.number == wanted.owner ? tx.owner : tx.to) = account;
    } else if (field.number == wanted.amount && wanted.amount != 0) {
      CLEW_TRY(amount, amount_of(reader.signed_number(field)));
      tx.amount = amount;
    } else if (field.number == wanted.input && wanted.input != 0) {
      const auto bytes = reader.bytes(field);
      tx.input.assign(bytes.begin(), bytes.end());
    } else if (type == ContractType::create_smart_contract && field.number == 2) {
      CLEW_CHECK(read_new_contract(reader.bytes(field), tx));
    }
  }
  return reader.finish();
}

}  // namespace clew::tron
