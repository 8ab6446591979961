#include <array>

#include "ingest/replay/block_text.h"
#include "ingest/replay/falsify.h"
#include "ingest/replay/methods.h"
#include "ingest/replay/params.h"

namespace clew::replay {
namespace {

constexpr Fault kBlockFaults[] = {Fault::wrong_parent, Fault::changed_block};
constexpr Fault kReceiptFaults[] = {Fault::swapped_receipts, Fault::changed_receipts,
                                    Fault::missing_logs};

template <Detail detail>
void render_one(JsonText& json, const BlockFacts& facts) {
  append_block(json, facts, detail);
}

Reply get_block(WorldChain& chain, const Json& params, Faults& faults) {
  const auto entry = chain.find_block(view_for(chain, faults), param(params, 0));
  if (!entry) return tl::unexpected(entry.error());
  if (*entry == nullptr) return "null";
  const bool full = param(params, 1) == true;
  return render_block(chain, **entry, {full ? "full" : "hashes", kBlockFaults}, faults,
                      full ? render_one<Detail::full> : render_one<Detail::hashes>);
}

Reply get_block_receipts(WorldChain& chain, const Json& params, Faults& faults) {
  const auto entry = chain.find_block(view_for(chain, faults), param(params, 0));
  if (!entry) return tl::unexpected(entry.error());
  if (*entry == nullptr) return "null";
  return render_block(chain, **entry, {"receipts", kReceiptFaults}, faults, append_receipts);
}

// Something about one transaction, out of its block.
template <class Write>
Reply about_transaction(WorldChain& chain, const Json& params, Write write) {
  const auto place = chain.find_transaction(param(params, 0));
  if (!place) return tl::unexpected(place.error());
  if (place->entry == nullptr) return "null";
  BlockFacts facts;
  if (const auto loaded = load_facts(chain.store(), *place->entry, facts); !loaded)
    return refuse(kServerError, loaded.error().message);
  std::string text;
  JsonText json(text);
  write(json, facts, place->position);
  return text;
}

Reply get_transaction(WorldChain& chain, const Json& params, Faults&) {
  return about_transaction(chain, params, append_transaction);
}

Reply get_receipt(WorldChain& chain, const Json& params, Faults&) {
  return about_transaction(chain, params, append_receipt);
}

Reply get_raw_transaction(WorldChain& chain, const Json& params, Faults&) {
  return about_transaction(chain, params,
                           [](JsonText& json, const BlockFacts& facts, std::size_t tx) {
                             json.hex(facts.block.transactions[tx].raw);
                           });
}

// A raw form of a block: `write` gets the facts.
template <class Write>
Reply raw_form(WorldChain& chain, const Json& params, Faults& faults, Write write) {
  const auto entry = chain.find_block(view_for(chain, faults), param(params, 0));
  if (!entry) return tl::unexpected(entry.error());
  if (*entry == nullptr) return refuse(kServerError, "block not found");
  BlockFacts facts;
  if (const auto loaded = load_facts(chain.store(), **entry, facts); !loaded)
    return refuse(kServerError, loaded.error().message);
  std::string text;
  JsonText json(text);
  write(json, facts);
  return text;
}

Reply get_raw_block(WorldChain& chain, const Json& params, Faults& faults) {
  return raw_form(chain, params, faults,
                  [](JsonText& json, const BlockFacts& facts) { json.hex(facts.stored.raw); });
}

Reply get_raw_header(WorldChain& chain, const Json& params, Faults& faults) {
  return raw_form(chain, params, faults, [](JsonText& json, const BlockFacts& facts) {
    json.hex(evm::encode_header(facts.block.header));
  });
}

Reply get_raw_receipts(WorldChain& chain, const Json& params, Faults& faults) {
  return raw_form(chain, params, faults, [](JsonText& json, const BlockFacts& facts) {
    json.open_array();
    for (const ByteView receipt : facts.stored.receipts)
      json.hex(receipt);
    json.close_array();
  });
}

Reply get_block_number(WorldChain& chain, const Json&, Faults& faults) {
  return "\"" + U256(view_for(chain, faults).head).to_quantity() + "\"";
}

constexpr Method kMethods[] = {
    {"eth_getBlockByNumber", get_block},
    {"eth_getBlockByHash", get_block},
    {"eth_getBlockReceipts", get_block_receipts},
    {"eth_getTransactionByHash", get_transaction},
    {"eth_getTransactionReceipt", get_receipt},
    {"eth_getRawTransactionByHash", get_raw_transaction},
    {"debug_getRawTransaction", get_raw_transaction},
    {"debug_getRawBlock", get_raw_block},
    {"debug_getRawHeader", get_raw_header},
    {"debug_getRawReceipts", get_raw_receipts},
    {"eth_blockNumber", get_block_number},
};

}  // namespace

std::span<const Method> block_methods() {
  return kMethods;
}

Reply render_block(WorldChain& chain, const world::IndexEntry& entry, const Rendering& rendering,
                   Faults& faults, Render render) {
  std::string key(rendering.form);
  key.append(reinterpret_cast<const char*>(entry.hash.data()), entry.hash.size());
  std::optional<Fault> fault;
  for (const Fault one : rendering.faults)
    if (!fault && faults.strikes(one)) fault = one;
  if (!fault) {
    if (const auto known = chain.cache().find(key)) return *known;
  }
  BlockFacts facts;
  if (const auto loaded = load_facts(chain.store(), entry, facts); !loaded)
    return refuse(kServerError, loaded.error().message);
  if (fault) falsify(facts, *fault, faults);
  std::string text;
  JsonText json(text);
  render(json, facts);
  if (!fault) chain.cache().add(key, std::make_shared<const std::string>(text));
  return text;
}

View view_for(const WorldChain& chain, Faults& faults) {
  View view = chain.view();
  if (faults.strikes(Fault::stale_head))
    view.head -= std::min<std::uint64_t>(view.head, faults.plan().stale_blocks);
  return view;
}

}  // namespace clew::replay
