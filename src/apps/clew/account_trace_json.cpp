#include "apps/clew/account_amount.h"
#include "apps/clew/account_trace_view.h"

namespace clew::app {
namespace {

using account::TraceEnd;

Json party_json(const AccountView& view, account::AddressId id) {
  return id == account::kNoAddress ? Json(nullptr) : Json(view.address_text(id));
}

Json tx_json(const AccountView& view, account::TransferId transfer) {
  const auto tx = view.snapshot.tx_of_transfer(transfer);
  return tx ? Json(view.hash_text(view.snapshot.tx_hash(*tx))) : Json(nullptr);
}

std::string_view name(account::TraceHopKind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"transfer", "opening", "swap"};
  return kNames[static_cast<std::size_t>(kind)];
}

Json hop_json(const AccountView& view, const account::TraceHop& hop) {
  const auto& s = view.snapshot;
  const auto asset = s.asset(hop.asset);
  const auto block = s.block_of_transfer(hop.transfer);
  Json document = {{"kind", std::string(name(hop.kind))}, {"tx", tx_json(view, hop.transfer)},
                   {"block", s.number_of(block)},         {"time", s.time_of(block)},
                   {"from", party_json(view, hop.from)},  {"to", party_json(view, hop.to)}};
  put_asset(view, asset, document);
  document["value"] = hop.value.to_decimal();
  document["amount"] = hop.amount.to_decimal();
  document["amount_decimal"] = decimal_json(view, asset, hop.amount);
  return document;
}

Json end_json(const AccountTraceView& view, const account::TraceEndPoint& end) {
  const auto& chain = view.chain;
  const auto asset = chain.snapshot.asset(end.asset);
  Json document = {{"reason", std::string(account::name(end.reason))}};
  put_asset(chain, asset, document);
  document["amount"] = end.amount.to_decimal();
  document["amount_decimal"] = decimal_json(chain, asset, end.amount);
  document["worth"] = worth_json(chain, view.prices, asset, end.amount, end.time_last);
  document["tainted"] = end.tainted.to_decimal();
  document["transfers"] = end.transfers;
  document["service"] = nullptr;
  if (account::is_of_party(end.reason)) {
    const auto& service = view.services.list[end.service];
    document["service"] = {{"name", service.name}, {"category", service.category}};
  }
  document["address"] = party_json(chain, end.address);
  document["addresses"] = Json::array();
  for (const auto id : end.addresses)
    document["addresses"].push_back(party_json(chain, id));
  document["first"] = {{"height", end.number_first}, {"time", end.time_first}};
  document["last"] = {{"height", end.number_last}, {"time", end.time_last}};
  auto hops = Json::array();
  for (const auto& hop : end.path.hops)
    hops.push_back(hop_json(chain, hop));
  Json path = {{"amount", end.path.amount.to_decimal()}, {"hops", std::move(hops)}};
  document["paths"] = Json::array();
  document["paths"].push_back(std::move(path));
  return document;
}

Json asset_json(const AccountView& view, const account::TraceAsset& traced) {
  const auto asset = view.snapshot.asset(traced.asset);
  const auto decimals = decimals_of(view, asset);
  Json document;
  put_asset(view, asset, document);
  document["decimals"] = decimals ? Json(*decimals) : Json(nullptr);
  document["started"] = traced.started.to_decimal();
  document["swapped_in"] = traced.swapped_in.to_decimal();
  document["totals"] = Json::object();
  U256 accounted;
  for (std::size_t i = 0; i < account::kTraceEnds; ++i) {
    if (traced.by_reason[i].is_zero()) continue;
    document["totals"][std::string(account::name(static_cast<TraceEnd>(i)))] =
        traced.by_reason[i].to_decimal();
    accounted = U256::wrapping_add(accounted, traced.by_reason[i]);
  }
  document["accounted"] = accounted.to_decimal();
  document["tainted_started"] = traced.tainted_started.to_decimal();
  document["joined"] = traced.joined.to_decimal();
  document["tainted_ended"] = traced.tainted_ended.to_decimal();
  return document;
}

Json swap_json(const AccountView& view, const account::TraceSwap& swap) {
  const auto& s = view.snapshot;
  const auto block = s.block_of_tx(swap.tx);
  const auto side = [&](account::AssetId id, const U256& value, const U256& amount) {
    Json document;
    put_asset(view, s.asset(id), document);
    document["value"] = value.to_decimal();
    document["amount"] = amount.to_decimal();
    return document;
  };
  return {{"tx", view.hash_text(s.tx_hash(swap.tx))},
          {"block", s.number_of(block)},
          {"time", s.time_of(block)},
          {"giver", party_json(view, swap.giver)},
          {"receiver", party_json(view, swap.receiver)},
          {"gave", side(swap.gave, swap.gave_value, swap.gave_amount)},
          {"got", side(swap.got, swap.got_value, swap.got_amount)}};
}

Json before_json(const AccountView& view, const account::BeforeLedger& before) {
  Json document = {{"address", party_json(view, before.address)}};
  put_asset(view, view.snapshot.asset(before.asset), document);
  document["value"] = before.value.to_decimal();
  return document;
}

Json touched_json(const AccountView& view, const account::TracedTransfer& touched) {
  auto document = hop_json(view, touched.hop);
  document["hops"] = touched.hops;
  document["end"] = touched.end == TraceEnd::followed
                        ? Json(nullptr)
                        : Json(std::string(account::name(touched.end)));
  return document;
}

Json origin_json(const AccountTraceView& view) {
  std::uint64_t before = 0;
  for (const auto& origin : view.origin.transfers.list)
    before += origin.before_of != account::kNoAddress;
  return {{"text", view.given.origin},
          {"kind", view.origin.kind},
          {"transfers", view.origin.transfers.list.size() - before},
          {"before", before},
          {"cut", view.origin.transfers.cut}};
}

template <class Items, class Show>
Json list_json(const Items& items, Show show) {
  auto list = Json::array();
  for (const auto& item : items)
    list.push_back(show(item));
  return list;
}

}  // namespace

Json account_trace_json(const AccountTraceView& view) {
  const auto& chain = view.chain;
  const auto& result = view.result;
  Json document = {{"origin", origin_json(view)},
                   {"direction", view.given.backward ? "backward" : "forward"},
                   {"taint", view.given.taint}};
  document["assets"] =
      list_json(result.assets, [&](const auto& a) { return asset_json(chain, a); });
  document["ends"] = list_json(result.ends, [&](const auto& e) { return end_json(view, e); });
  document["swaps"] = list_json(result.swaps, [&](const auto& s) { return swap_json(chain, s); });
  document["before"] =
      list_json(result.before, [&](const auto& b) { return before_json(chain, b); });
  document["transfers_touched"] = result.transfers;
  document["accounts"] = result.accounts;
  document["edges"] = result.edges;
  document["edges_exhausted"] = result.edges_exhausted;
  document["snapshot"] = snapshot_json(chain);
  document["labels"] = view.labels_version;
  if (view.given.outputs)
    document["transfers"] =
        list_json(result.transfers_kept, [&](const auto& t) { return touched_json(chain, t); });
  return document;
}

}  // namespace clew::app
