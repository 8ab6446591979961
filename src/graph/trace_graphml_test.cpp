#include "graph/trace_graphml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/trace_world_test.h"

namespace clew::graph {
namespace {

using test::World;
using testing::HasSubstr;
using testing::Not;

GraphNames names() {
  GraphNames names;
  names.address = [](AddressId id) { return "addr" + std::to_string(id); };
  names.transaction = [](TxIndex tx) { return "tx" + std::to_string(tx); };
  names.label = [](AddressId id) { return id == 2 ? std::string("<Bob> & \"sons\"") : ""; };
  return names;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

TraceResult traced(const World& world, TraceDirection direction, OutputId origin) {
  TraceOptions options;
  options.policy = TaintPolicy::haircut;
  options.direction = direction;
  options.keep_outputs = true;
  const std::vector<TraceOrigin> origins = {{origin, 0}};
  return trace(world, origins, options).value();
}

TEST(TraceGraphmlTest, EveryOutputIsAnEdgeFromItsTransactionAndOneToItsSpender) {
  World w;
  const auto a = w.mine({{100, 1}});
  const auto b = w.pay({w.out(a)}, {{60, 2}, {30, kNoAddress}});
  w.pay({w.out(b)}, {{60, 1}});
  const auto file = write_graphml(w, traced(w, TraceDirection::forward, 0), names());
  // Nodes: 3 transactions, addresses 1 and 2, the output without address, the fees.
  EXPECT_EQ(file.nodes, 7u);
  EXPECT_EQ(count(file.text, "<node "), 7u);
  // Edges: 2 for the origin, 2 for b:0, 1 each for b:1, the fee and the last output.
  EXPECT_EQ(file.edges, 7u);
  EXPECT_EQ(count(file.text, "<edge "), 7u);
  EXPECT_EQ(count(file.text, "</edge>"), 7u);
  EXPECT_THAT(file.text, HasSubstr("&lt;Bob&gt; &amp; &quot;sons&quot;"));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"outpoint\">tx1:1</data>"));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"end\">unspent</data>"));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"outputs_left_out\">0</data>"));
  EXPECT_EQ(file.outputs_left_out, 0u);
}

TEST(TraceGraphmlTest, BackwardEdgesRunWithTheMoneyToo) {
  World w;
  const auto a = w.add({{kNone, 50, 3}}, {{50, 1}});
  const auto file = write_graphml(w, traced(w, TraceDirection::backward, w.out(a)), names());
  EXPECT_THAT(file.text, HasSubstr("source=\"a3\" target=\"t0\""));
  EXPECT_THAT(file.text, HasSubstr("source=\"t0\" target=\"a1\""));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"end\">outside</data>"));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"value\">50</data>"));
}

TEST(TraceGraphmlTest, WhatIsOutsideHasItsOutpointAndAnUnknownValueIsNone) {
  World w;
  const auto a = w.add({{kNone, kUnknownValue, 3}}, {{50, 1}});
  auto shown = names();
  shown.outside = [](InputId input) { return "spent by " + std::to_string(input); };
  const auto file = write_graphml(w, traced(w, TraceDirection::backward, w.out(a)), shown);
  EXPECT_THAT(file.text, HasSubstr("<data key=\"outpoint\">spent by 0</data>"));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"value_at_least\">50</data>"));
  EXPECT_EQ(count(file.text, "<data key=\"value\">"), 1u);  // of the output, not of the input
}

TEST(TraceGraphmlTest, TheLargestAmountsStayAndTheRestIsCounted) {
  World w;
  const auto a = w.mine({{100, 1}});
  w.pay({w.out(a)}, {{10, 2}, {60, 3}, {30, 4}});
  const auto file = write_graphml(w, traced(w, TraceDirection::forward, 0), names(), 2);
  EXPECT_EQ(file.outputs_left_out, 2u);
  EXPECT_THAT(file.text, HasSubstr("addr3"));
  EXPECT_THAT(file.text, Not(HasSubstr("addr4")));
  EXPECT_THAT(file.text, HasSubstr("<data key=\"outputs_left_out\">2</data>"));
}

TEST(TraceGraphmlTest, HostileTextStaysWellFormed) {
  EXPECT_EQ(xml_text("a<b>&'\""), "a&lt;b&gt;&amp;&apos;&quot;");
  EXPECT_EQ(xml_text("z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x8e\xb2\n"),
            "z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x8e\xb2\n");
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(xml_text(std::string_view("\0", 1)), bad);
  EXPECT_EQ(xml_text("\x1b[31m"), bad + "[31m");
  EXPECT_EQ(xml_text("\xff\xc3"), bad + bad);
  EXPECT_EQ(xml_text("\xc0\xaf"), bad + bad);            // overlong
  EXPECT_EQ(xml_text("\xed\xa0\x80"), bad + bad + bad);  // surrogate
  EXPECT_EQ(xml_text("\xef\xbf\xbf"), bad + bad + bad);  // U+FFFF
  EXPECT_EQ(xml_text("\xf4\x90\x80\x80"), bad + bad + bad + bad);
}

}  // namespace
}  // namespace clew::graph
