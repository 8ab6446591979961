#include "graph/trace_graphml.h"

#include <algorithm>
#include <unordered_set>

namespace clew::graph {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Length of the well-formed UTF-8 sequence at the start of `text`, or 0.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  std::size_t length = 1;
  if (first >= 0xf0 && first <= 0xf4)
    length = 4;
  else if (first >= 0xe0 && first < 0xf0)
    length = 3;
  else if (first >= 0xc2 && first < 0xe0)
    length = 2;
  else if (first >= 0x80)
    return 0;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Overlong forms, surrogates, beyond U+10FFFF, and the two non-characters that XML forbids.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f) ||
      (first == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe))
    return 0;
  return length;
}

class Writer {
 public:
  Writer(const FlowGraph& graph, const GraphNames& names) : graph_(graph), names_(names) {}
  GraphFile write(const TraceResult& result, std::uint64_t outputs_max);

 private:
  void add(const TracedOutput& out);
  std::string place_of(const TracedOutput& out);
  std::string transaction(TxIndex tx);
  void node(const std::string& id, std::string_view kind, std::string_view name);
  void data(std::string_view key, std::string_view value);
  void data(std::string_view key, std::int64_t value) { data(key, std::to_string(value)); }
  void edge(const std::string& from, const std::string& to, const TracedOutput& out, TxIndex at);

  const FlowGraph& graph_;
  const GraphNames& names_;
  GraphFile file_;
  std::string nodes_, edges_;
  std::string* sink_ = &nodes_;
  std::unordered_set<std::string> known_;
};

void Writer::data(std::string_view key, std::string_view value) {
  sink_->append("<data key=\"").append(key).append("\">");
  sink_->append(xml_text(value)).append("</data>");
}

void Writer::node(const std::string& id, std::string_view kind, std::string_view name) {
  sink_ = &nodes_;
  sink_->append("<node id=\"").append(id).append("\">");
  data("kind", kind);
  data("name", name);
  ++file_.nodes;
}

std::string Writer::transaction(TxIndex tx) {
  auto id = "t" + std::to_string(tx);
  if (!known_.insert(id).second) return id;
  node(id, "transaction", names_.transaction(tx));
  const auto when = graph_.when(tx);
  data("height", when.height);
  data("time", when.time);
  nodes_.append("</node>\n");
  return id;
}

// The node an output belongs to.
std::string Writer::place_of(const TracedOutput& out) {
  if (out.address != kNoAddress) {
    auto id = "a" + std::to_string(out.address);
    if (!known_.insert(id).second) return id;
    node(id, "address", names_.address(out.address));
    const auto label = names_.label ? names_.label(out.address) : std::string();
    const auto entity = names_.entity ? names_.entity(out.address) : std::string();
    if (!label.empty()) data("label", label);
    if (!entity.empty()) data("entity", entity);
    nodes_.append("</node>\n");
    return id;
  }
  const bool fee = out.end == TraceEnd::fee;
  auto id = fee ? std::string("fee")
                : (out.output != kNone ? "o" + std::to_string(out.output)
                                       : "i" + std::to_string(out.outside));
  if (!known_.insert(id).second) return id;
  node(id, fee ? "fee" : out.output != kNone ? "output" : "outside", fee ? "fees" : "no address");
  nodes_.append("</node>\n");
  return id;
}

void Writer::edge(const std::string& from, const std::string& to, const TracedOutput& out,
                  TxIndex at) {
  sink_ = &edges_;
  sink_->append("<edge id=\"e" + std::to_string(file_.edges++) + "\" source=\"" + from +
                "\" target=\"" + to + "\">");
  data("amount", out.amount);
  data(out.least ? "value_at_least" : "value", out.value);
  if (out.output != kNone) {
    const auto tx = graph_.creator(out.output);
    data("outpoint",
         names_.transaction(tx) + ":" + std::to_string(out.output - graph_.shape(tx).first_output));
  } else if (out.outside != kNone && names_.outside) {
    data("outpoint", names_.outside(out.outside));
  }
  const auto when = graph_.when(at);
  data("edge_height", when.height);
  data("edge_time", when.time);
  data("hops", out.hops);
  if (out.end != TraceEnd::followed) data("end", name(out.end));
  edges_.append("</edge>\n");
}

void Writer::add(const TracedOutput& out) {
  const auto place = place_of(out);
  if (out.created_by != kNone) edge(transaction(out.created_by), place, out, out.created_by);
  if (out.spent_by != kNone) edge(place, transaction(out.spent_by), out, out.spent_by);
}

constexpr std::string_view kHead =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="kind" for="node" attr.name="kind" attr.type="string"/>
<key id="name" for="node" attr.name="name" attr.type="string"/>
<key id="label" for="node" attr.name="label" attr.type="string"/>
<key id="entity" for="node" attr.name="entity" attr.type="string"/>
<key id="height" for="node" attr.name="height" attr.type="long"/>
<key id="time" for="node" attr.name="time" attr.type="long"/>
<key id="edge_height" for="edge" attr.name="height" attr.type="long"/>
<key id="edge_time" for="edge" attr.name="time" attr.type="long"/>
<key id="amount" for="edge" attr.name="amount" attr.type="long"/>
<key id="value" for="edge" attr.name="value" attr.type="long"/>
<key id="value_at_least" for="edge" attr.name="value_at_least" attr.type="long"/>
<key id="outpoint" for="edge" attr.name="outpoint" attr.type="string"/>
<key id="hops" for="edge" attr.name="hops" attr.type="long"/>
<key id="end" for="edge" attr.name="end" attr.type="string"/>
<key id="outputs_left_out" for="graph" attr.name="outputs_left_out" attr.type="long"/>
<graph id="trace" edgedefault="directed">
)";

GraphFile Writer::write(const TraceResult& result, std::uint64_t outputs_max) {
  std::vector<std::uint32_t> chosen(result.outputs.size());
  for (std::uint32_t i = 0; i < chosen.size(); ++i)
    chosen[i] = i;
  if (chosen.size() > outputs_max) {
    std::stable_sort(chosen.begin(), chosen.end(), [&](std::uint32_t a, std::uint32_t b) {
      return result.outputs[a].amount > result.outputs[b].amount;
    });
    file_.outputs_left_out = chosen.size() - outputs_max;
    chosen.resize(outputs_max);
    std::sort(chosen.begin(), chosen.end());
  }
  for (const auto i : chosen)
    add(result.outputs[i]);
  file_.text = kHead;
  sink_ = &file_.text;
  data("outputs_left_out", static_cast<std::int64_t>(file_.outputs_left_out));
  file_.text.append("\n").append(nodes_).append(edges_).append("</graph>\n</graphml>\n");
  return std::move(file_);
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto length = utf8_length(text.substr(i));
    const char c = text[i];
    if (length == 0 || (length == 1 && static_cast<unsigned char>(c) < 0x20 && c != '\t' &&
                        c != '\n' && c != '\r'))
      out += kReplacement;
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&apos;";
    else
      out += text.substr(i, length);
    i += std::max<std::size_t>(length, 1);
  }
  return out;
}

GraphNames ledger_names(const ledger::Snapshot& snapshot) {
  GraphNames names;
  names.address = [&snapshot](AddressId id) { return snapshot.address_text(id); };
  names.transaction = [&snapshot](TxIndex tx) { return to_display(snapshot.txid(tx)); };
  names.outside = [&snapshot](InputId input) {
    const auto outpoint = snapshot.outpoint(input);
    return to_display(outpoint.txid) + ":" + std::to_string(outpoint.vout);
  };
  return names;
}

GraphFile write_graphml(const FlowGraph& graph, const TraceResult& result, const GraphNames& names,
                        std::uint64_t outputs_max) {
  return Writer(graph, names).write(result, outputs_max);
}

}  // namespace clew::graph
