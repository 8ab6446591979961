// `clew block` and `clew tx`.
#include <charconv>
#include <iostream>

#include "apps/clew/account_view.h"
#include "apps/clew/commands.h"
#include "apps/clew/completeness.h"
#include "apps/clew/count_text.h"
#include "apps/clew/show_account.h"
#include "detect/coinjoin_scan.h"

namespace clew::app {
namespace {

using ledger::Snapshot;

constexpr std::uint32_t kShownMax = 20;

Result<ledger::BlockIndex> find_block(const Snapshot& s, const std::string& which) {
  if (const auto hash = hash_from_display(which)) {
    if (const auto index = s.find_block(*hash)) return *index;
    return fail(ErrorKind::not_found, "block " + which + " is not in this ledger");
  }
  std::uint32_t height = 0;
  const auto [end, code] = std::from_chars(which.data(), which.data() + which.size(), height);
  if (code != std::errc() || end != which.data() + which.size())
    return fail(ErrorKind::usage, "'" + which + "' is neither a block hash nor a height");
  if (const auto index = s.find_block_at(height)) return *index;
  return fail(ErrorKind::not_found, "the ledger has no block at height " + which);
}

Json block_json(const Snapshot& s, const ledger::BlockRow& block) {
  auto txids = Json::array();
  for (auto t = block.first_tx; t < block.first_tx + block.tx_count; ++t)
    txids.push_back(to_display(s.txid(t)));
  return {{"hash", to_display(block.hash)},
          {"height", block.height},
          {"time", block.header.time},
          {"time_iso", time_iso(block.header.time)},
          {"previous", to_display(block.header.previous)},
          {"merkle_root", to_display(block.header.merkle_root)},
          {"version", block.header.version},
          {"bits", block.header.bits},
          {"nonce", block.header.nonce},
          {"size", block.size},
          {"weight", block.weight},
          {"transaction_count", block.tx_count},
          {"transactions", txids},
          {"snapshot", snapshot_json(s)}};
}

struct TransactionView {
  ledger::TxRow row;
  std::optional<std::int64_t> fee;  // nothing for a coinbase and where an input value is unknown
  std::optional<detect::CoinJoin> coinjoin;
};

TransactionView view_of(const Snapshot& s, ledger::TxIndex index) {
  TransactionView view{s.tx(index), 0, {}};
  for (std::uint32_t i = 0; i < view.row.input_count && view.fee; ++i) {
    const auto value = s.input_value(view.row.first_input + i);
    view.fee = value ? std::optional(*view.fee + *value) : std::nullopt;
  }
  for (std::uint32_t o = 0; o < view.row.output_count && view.fee; ++o)
    *view.fee -= s.value(view.row.first_output + o);
  detect::LedgerRecogniser recogniser(s);
  view.coinjoin = recogniser.recognise(index);
  return view;
}

Json address_json(const Snapshot& s, ledger::AddressId id) {
  return id == ledger::kNoAddress ? Json(nullptr) : Json(s.address_text(id));
}

Json input_json(const Snapshot& s, ledger::InputId input, bool coinbase) {
  if (coinbase) return {{"coinbase", true}, {"sequence", s.sequence(input)}};
  const auto outpoint = s.outpoint(input);
  const auto value = s.input_value(input);
  return {{"txid", to_display(outpoint.txid)},
          {"vout", outpoint.vout},
          {"address", address_json(s, s.input_address(input))},
          {"value", value ? Json(*value) : Json(nullptr)},
          {"outside", !s.spent_output(input).has_value()},
          {"sequence", s.sequence(input)}};
}

Json output_json(const Snapshot& s, ledger::OutputId output, std::uint32_t number) {
  const auto spender = s.spender(output);
  return {{"vout", number},
          {"value", s.value(output)},
          {"address", address_json(s, s.output_address(output))},
          {"type", bitcoin::name(s.output_type(output))},
          {"script", to_hex(s.output_script(output))},
          {"spent_by", spender ? Json(to_display(s.txid(*spender))) : Json(nullptr)}};
}

Json transaction_json(const Snapshot& s, const TransactionView& view) {
  const auto& row = view.row;
  const auto block = s.block(row.block);
  Json document = {{"txid", to_display(s.txid(row.index))},
                   {"block", {{"height", block.height}, {"hash", to_display(block.hash)}}},
                   {"time", block.header.time},
                   {"time_iso", time_iso(block.header.time)},
                   {"coinbase", row.coinbase},
                   {"version", row.version},
                   {"lock_time", row.lock_time},
                   {"weight", row.weight},
                   {"vsize", (row.weight + 3) / 4},
                   {"fee", view.fee ? Json(*view.fee) : Json(nullptr)},
                   {"coinjoin", nullptr},
                   {"inputs", Json::array()},
                   {"outputs", Json::array()}};
  if (view.coinjoin)
    document["coinjoin"] = {{"protocol", std::string(detect::name(view.coinjoin->protocol))},
                            {"confidence", view.coinjoin->confidence},
                            {"reason", view.coinjoin->reason}};
  for (std::uint32_t i = 0; i < row.input_count; ++i)
    document["inputs"].push_back(input_json(s, row.first_input + i, row.coinbase));
  for (std::uint32_t o = 0; o < row.output_count; ++o)
    document["outputs"].push_back(output_json(s, row.first_output + o, o));
  document["snapshot"] = snapshot_json(s);
  return document;
}

void print_inputs(const Snapshot& s, const ledger::TxRow& row) {
  for (std::uint32_t i = 0; i < row.input_count; ++i) {
    if (row.coinbase) {
      std::cout << "  from  newly mined\n";
      continue;
    }
    const auto input = row.first_input + i;
    const auto value = s.input_value(input);
    const auto id = s.input_address(input);
    const auto outpoint = s.outpoint(input);
    std::cout << "  from  " << (value ? amount_text(*value, s.chain()) : "unknown amount") << "  "
              << (id == ledger::kNoAddress ? "(no address)" : s.address_text(id)) << "  "
              << to_display(outpoint.txid) << ':' << outpoint.vout
              << (s.spent_output(input) ? "" : "  outside this ledger") << '\n';
  }
}

void print_outputs(const Snapshot& s, const ledger::TxRow& row) {
  for (std::uint32_t o = 0; o < row.output_count; ++o) {
    const auto output = row.first_output + o;
    const auto id = s.output_address(output);
    const auto spender = s.spender(output);
    std::cout << "  to    " << amount_text(s.value(output), s.chain()) << "  "
              << (id == ledger::kNoAddress ? bitcoin::name(s.output_type(output))
                                           : s.address_text(id))
              << "  " << (spender ? "spent by " + to_display(s.txid(*spender)) : "unspent") << '\n';
  }
}

}  // namespace

Result<ExitCode> show_block(const Session& session, const std::string& which) {
  if (const auto on = account_session(session, which)) return show_account_block(*on, which);
  CLEW_TRY(s, session.snapshot());
  CLEW_TRY(index, find_block(s, which));
  const auto block = s.block(index);
  if (session.json) {
    print_json(block_json(s, block));
    return kOk;
  }
  std::cout << "block " << block.height << "  " << to_display(block.hash) << '\n'
            << "  time         " << time_text(block.header.time) << " UTC\n"
            << "  previous     " << to_display(block.header.previous) << '\n'
            << "  merkle root  " << to_display(block.header.merkle_root) << '\n'
            << "  size         " << counted(block.size, "byte") << ", weight "
            << grouped(block.weight) << '\n'
            << "  holds        " << counted(block.tx_count, "transaction") << '\n';
  for (std::uint32_t t = 0; t < std::min(block.tx_count, kShownMax); ++t)
    std::cout << "    " << to_display(s.txid(block.first_tx + t)) << '\n';
  if (block.tx_count > kShownMax)
    std::cout << "    … and " << block.tx_count - kShownMax << " more (--json lists all)\n";
  return kOk;
}

Result<ExitCode> show_transaction(const Session& session, const std::string& txid) {
  if (const auto on = account_session(session, txid)) return show_account_transaction(*on, txid);
  CLEW_TRY(s, session.snapshot());
  const auto hash = hash_from_display(txid);
  if (!hash) return fail(ErrorKind::usage, "'" + txid + "' is not a transaction id");
  const auto index = s.find_tx(*hash);
  if (!index) return fail(ErrorKind::not_found, "transaction " + txid + " is not in this ledger");
  const auto view = view_of(s, *index);
  if (session.json) {
    print_json(transaction_json(s, view));
    return kOk;
  }
  std::cout << "transaction " << txid << '\n'
            << "  block " << s.height_of(view.row.block) << ", "
            << time_text(s.time_of(view.row.block)) << " UTC, " << (view.row.weight + 3) / 4
            << " vbytes";
  if (!view.row.coinbase)
    std::cout << ", fee " << (view.fee ? amount_text(*view.fee, s.chain()) : "unknown");
  std::cout << '\n';
  if (view.coinjoin)
    std::cout << "  CoinJoin (" << detect::name(view.coinjoin->protocol) << ", confidence "
              << view.coinjoin->confidence << "): " << view.coinjoin->reason << '\n';
  print_inputs(s, view.row);
  print_outputs(s, view.row);
  print_untold(s);
  return kOk;
}

}  // namespace clew::app
