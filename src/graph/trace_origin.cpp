#include "graph/trace_origin.h"

#include <algorithm>
#include <charconv>

#include "chain/bitcoin/address.h"

namespace clew::graph {

namespace {

constexpr std::size_t kTxidLength = 64;

Result<Subject> find_transaction(const ledger::Snapshot& snapshot, const Hash256& txid,
                                 std::string_view text) {
  const auto tx = snapshot.find_tx(txid);
  if (!tx)
    return fail(ErrorKind::not_found, "transaction " + std::string(text) + " is not in the ledger");
  return Subject{SubjectKind::transaction, kNone, *tx, kNoAddress};
}

Result<Subject> find_output(const ledger::Snapshot& snapshot, const Hash256& txid,
                            std::string_view text) {
  const auto number = text.substr(kTxidLength + 1);
  std::uint32_t vout = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), vout);
  if (error != std::errc{} || end != number.data() + number.size())
    return fail(ErrorKind::usage, "\"" + std::string(number) + "\" is not an output number");
  CLEW_TRY(subject, find_transaction(snapshot, txid, text.substr(0, kTxidLength)));
  const auto row = snapshot.tx(subject.tx);
  if (vout >= row.output_count)
    return fail(ErrorKind::not_found, "transaction " + std::string(text.substr(0, kTxidLength)) +
                                          " has only " + std::to_string(row.output_count) +
                                          " outputs");
  return Subject{SubjectKind::output, row.first_output + vout, subject.tx, kNoAddress};
}

}  // namespace

Result<Subject> find_subject(const ledger::Snapshot& snapshot, std::string_view text) {
  if (text.size() >= kTxidLength) {
    const auto txid = hash_from_display(text.substr(0, kTxidLength));
    if (txid && text.size() == kTxidLength) return find_transaction(snapshot, *txid, text);
    if (txid && text[kTxidLength] == ':') return find_output(snapshot, *txid, text);
  }
  const auto address = bitcoin::decode_address(text, snapshot.chain());
  if (!address)
    return fail(ErrorKind::usage, "\"" + std::string(text) +
                                      "\" is not an address of this chain, a txid or a txid:vout");
  const auto id = snapshot.find_address(*address);
  if (!id)
    return fail(ErrorKind::not_found, "address " + std::string(text) + " is not in the ledger");
  return Subject{SubjectKind::address, kNone, kNone, *id};
}

Origins origins_of(const FlowGraph& graph, TxIndex tx, const OriginOptions& options) {
  Origins origins;
  const auto shape = graph.shape(tx);
  for (OutputId o = shape.first_output; o < shape.first_output + shape.output_count; ++o)
    if (graph.value(o) != 0)
      origins.outputs.push_back(
          {o, options.apart ? static_cast<std::uint32_t>(origins.outputs.size()) : 0});
  return origins;
}

Origins origins_of(const FlowGraph& graph, std::span<const AddressId> addresses,
                   const OriginOptions& options) {
  struct Found {
    std::uint64_t order;
    OutputId output;
    bool operator<(const Found& other) const {
      return order != other.order ? order < other.order : output < other.output;
    }
  };
  Origins origins;
  std::vector<Found> found;
  for (const auto address : addresses) {
    // An address with more than the limit has its earliest ones within the limit.
    const auto received = graph.received(address, options.window, options.origins_max + 1);
    origins.cut |= received.size() > options.origins_max;
    for (const auto output : received) {
      const auto tx = graph.creator(output);
      if (graph.value(output) != 0) found.push_back({graph.order(tx), output});
    }
  }
  std::sort(found.begin(), found.end());
  if (found.size() > options.origins_max) {
    origins.cut = true;
    found.resize(options.origins_max);
  }
  for (const auto& f : found)
    origins.outputs.push_back(
        {f.output, options.apart ? static_cast<std::uint32_t>(origins.outputs.size()) : 0});
  return origins;
}

}  // namespace clew::graph
