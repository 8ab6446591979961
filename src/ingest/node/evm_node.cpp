#include "ingest/node/evm_node.h"

#include "base/clock.h"
#include "chain/evm/rpc_answer.h"
#include "ingest/node/rpc_subscription.h"

namespace clew::ingest {
namespace {

constexpr std::int64_t kMethodNotFound = -32601;
constexpr const char* kNoSuchMethod = "it has no such method";

Result<std::uint64_t> read_number(JsonValue value, std::string_view key) {
  CLEW_TRY(text, evm::read_text(value, key));
  return evm::read_u64(text, key);
}

// One node being asked one thing after another.
class Probe {
 public:
  explicit Probe(RpcClient& node) : node_(node) {}

  // Calls read(result) with the answer's result.
  template <class Read>
  Result<void> ask(const RpcCall& call, Read read) {
    auto answers = node_.call(call);
    if (!answers) return fail(answers.error().error());
    const RpcEnvelope& answer = (*answers)[0];
    if (answer.error) return fail(refusal(*answer.error));
    if (auto done = answer_.read(answer.text, read); !done)
      return fail(std::move(done).error().within(call.method));
    return {};
  }

  Result<std::uint64_t> number(const RpcCall& call) {
    std::uint64_t number = 0;
    CLEW_CHECK(ask(call, [&](JsonValue value) -> Result<void> {
      CLEW_TRY(read, read_number(value, "result"));
      number = read;
      return {};
    }));
    return number;
  }

  Result<std::string> text(const RpcCall& call) {
    std::string text;
    CLEW_CHECK(ask(call, [&](JsonValue value) -> Result<void> {
      CLEW_TRY(read, evm::read_text(value, "result"));
      text = read;
      return {};
    }));
    return text;
  }

  // Of the block with a tag; nothing if the node knows no such tag, or no such block yet.
  std::optional<std::uint64_t> height_of(const char* tag) {
    std::optional<std::uint64_t> height;
    const RpcCall call{"eth_getBlockByNumber", "[\"" + std::string(tag) + "\",false]"};
    const auto asked = ask(call, [&](JsonValue block) {
      return for_each_field(block, "block",
                            [&](std::string_view key, JsonValue value) -> Result<void> {
                              if (key != "number") return {};
                              CLEW_TRY(read, read_number(value, key));
                              height = read;
                              return {};
                            });
    });
    return asked ? height : std::nullopt;
  }

  // Whether the answer to a call is a list, as that of all traces and receipts is.
  // Twice, as one failure may be chance, and what a node cannot do is not asked of it ever again.
  Ability lists(const RpcCall& call) {
    const Ability first = try_list(call);
    return first || first.why_not == kNoSuchMethod ? first : try_list(call);
  }

  Ability try_list(const RpcCall& call) {
    const double begin = real_clock().now();
    const auto asked = ask(call, [](JsonValue value) -> Result<void> {
      simdjson::ondemand::array array;
      if (value.get_array().get(array)) return fail_type("result", "an array");
      std::size_t size = 0;
      if (const auto code = array.count_elements().get(size)) return fail_json("result", code);
      return {};
    });
    return {asked.has_value(), asked ? "" : asked.error().message, real_clock().now() - begin};
  }

  Ability batches() {
    const RpcCall calls[] = {{"eth_chainId"}, {"eth_blockNumber"}};
    const auto answers = node_.call(calls);
    if (!answers) return {false, answers.error().message};
    for (std::size_t i = 0; i < answers->size(); ++i) {
      if (const auto& error = (*answers)[i].error) return {false, error->message};
    }
    return {.there = true};
  }

 private:
  static Error refusal(const RpcError& error) {
    if (error.code == kMethodNotFound) return {ErrorKind::unsupported, kNoSuchMethod};
    return {ErrorKind::unsupported, error.message};
  }

  RpcClient& node_;
  evm::RpcAnswer answer_;
};

Ability probe_new_heads(std::string_view url, const RpcOptions& options) {
  auto subscription = RpcSubscription::open(url, options);
  return {subscription.has_value(), subscription ? "" : subscription.error().message};
}

std::string as_websocket(std::string_view url) {
  std::string out(url);
  if (url.starts_with("http")) out.replace(0, 4, "ws");
  return out;
}

}  // namespace

Result<EvmNode> probe_evm_node(RpcClient& node, std::string_view url, const RpcOptions& options,
                               std::string_view socket_url, const ProbeWishes& wishes) {
  const Ability unasked{.why_not = "not asked for"};
  Probe probe(node);
  EvmNode found;
  found.url = node.url().shown();
  const auto named = [&](Error error, const char* what) {
    return fail(std::move(error).within(found.url + ": " + what));
  };
  auto chain = probe.number({"eth_chainId"});
  if (!chain) return named(chain.error(), "no chain id");
  found.chain_id = *chain;
  auto head = probe.number({"eth_blockNumber"});
  if (!head) return named(head.error(), "no newest block");
  found.head = *head;
  found.client = probe.text({"web3_clientVersion"}).value_or("");
  found.finalized = probe.height_of("finalized");
  found.safe = probe.height_of("safe");
  found.batches = probe.batches();
  // By its tag: a number may be gone by now, when the chain has changed its mind.
  const std::string block = R"("latest")";
  found.block_receipts = probe.lists({"eth_getBlockReceipts", "[" + block + "]"});
  found.trace_block =
      wishes.trace_block ? probe.lists({"trace_block", "[" + block + "]"}) : unasked;
  const RpcCall trace{"debug_traceBlockByNumber", "[" + block + R"(,{"tracer":"callTracer"}])"};
  found.debug_trace = wishes.debug_trace ? probe.lists(trace) : unasked;
  const auto socket = socket_url.empty() ? as_websocket(url) : std::string(socket_url);
  found.new_heads = wishes.new_heads ? probe_new_heads(socket, options) : unasked;
  return found;
}

}  // namespace clew::ingest
