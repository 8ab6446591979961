#include "detect/coinjoin_scan.h"

#include <algorithm>

namespace clew::detect {
namespace {

using bitcoin::AddressKind;
using bitcoin::ScriptType;

// The type of the output that an input spends, as far as its address tells it. A P2PK output has
// the address of its key's P2PKH, so for an origin outside the ledger the two look alike.
std::optional<ScriptType> type_of(AddressKind kind) {
  switch (kind) {
    case AddressKind::p2pkh:
      return ScriptType::p2pkh;
    case AddressKind::p2sh:
      return ScriptType::p2sh;
    case AddressKind::p2wpkh:
      return ScriptType::p2wpkh;
    case AddressKind::p2wsh:
      return ScriptType::p2wsh;
    case AddressKind::p2tr:
      return ScriptType::p2tr;
    case AddressKind::witness_unknown:
      return ScriptType::witness_unknown;
    case AddressKind::multisig:
      return ScriptType::multisig;
  }
  return std::nullopt;
}

std::uint32_t owner_of(ledger::AddressId address) {
  return address == ledger::kNoAddress ? kUnknownOwner : address;
}

}  // namespace

LedgerRecogniser::LedgerRecogniser(const ledger::Snapshot& snapshot)
    : snapshot_(&snapshot),
      mainnet_(snapshot.chain().chain == "bitcoin" && snapshot.chain().network == "main") {
  for (const auto text : kWasabiCoordinators)
    if (const auto address = bitcoin::decode_address(text, snapshot.chain()))
      if (const auto id = snapshot.find_address(*address)) coordinators_.push_back(*id);
}

bool LedgerRecogniser::worth_a_look(const ledger::TxRow& row) {
  if (row.coinbase || !may_be_coinjoin(row.input_count, row.output_count)) return false;
  values_.clear();
  for (std::uint32_t i = 0; i < row.output_count; ++i)
    values_.push_back(snapshot_->value(row.first_output + i));
  return may_be_coinjoin(std::span(values_));
}

void LedgerRecogniser::fill_shape(const ledger::TxRow& row) {
  shape_.clear();
  if (mainnet_) shape_.time = snapshot_->time_of(row.block);
  for (std::uint32_t i = 0; i < row.output_count; ++i) {
    const ledger::OutputId output = row.first_output + i;
    const auto address = snapshot_->output_address(output);
    const bool paid =
        std::find(coordinators_.begin(), coordinators_.end(), address) != coordinators_.end();
    shape_.outputs.push_back(
        {snapshot_->value(output), snapshot_->output_type(output), owner_of(address), paid});
  }
  for (std::uint32_t i = 0; i < row.input_count; ++i) {
    const ledger::InputId id = row.first_input + i;
    const auto address = snapshot_->input_address(id);
    TxShape::Input input{snapshot_->input_value(id), std::nullopt, owner_of(address)};
    if (const auto spent = snapshot_->spent_output(id))
      input.type = snapshot_->output_type(*spent);
    else if (address != ledger::kNoAddress)
      input.type = type_of(snapshot_->address(address).kind);
    shape_.inputs.push_back(input);
  }
}

std::optional<CoinJoin> LedgerRecogniser::recognise(ledger::TxIndex tx) {
  const ledger::TxRow row = snapshot_->tx(tx);
  if (!worth_a_look(row)) return std::nullopt;
  fill_shape(row);
  return detect::recognise(shape_);
}

std::vector<FoundCoinJoin> scan(const ledger::Snapshot& snapshot, ScanOptions options) {
  LedgerRecogniser recogniser(snapshot);
  std::vector<FoundCoinJoin> found;
  for (ledger::TxIndex tx = 0; tx < snapshot.tx_count(); ++tx)
    if (auto verdict = recogniser.recognise(tx))
      if (verdict->confidence >= options.confidence_min) found.push_back({tx, std::move(*verdict)});
  return found;
}

std::vector<ledger::TxIndex> coinjoin_transactions(const ledger::Snapshot& snapshot,
                                                   ScanOptions options) {
  std::vector<ledger::TxIndex> numbers;
  for (const auto& found : scan(snapshot, options))
    numbers.push_back(found.tx);
  return numbers;
}

std::vector<bool> coinjoin_flags(const ledger::Snapshot& snapshot, ScanOptions options) {
  std::vector<bool> flags(snapshot.tx_count(), false);
  for (const auto& found : scan(snapshot, options))
    flags[found.tx] = true;
  return flags;
}

}  // namespace clew::detect
