#include "ingest/replay/log_filter.h"

#include <algorithm>

#include "base/keccak.h"
#include "ingest/replay/params.h"

namespace clew::replay {
namespace {

bool has_bits(const evm::Bloom& bloom, ByteView value) {
  evm::Bloom bits{};
  evm::add_to_bloom(bits, keccak256(value));
  for (std::size_t i = 0; i < bits.size(); ++i)
    if ((bloom[i] & bits[i]) != bits[i]) return false;
  return true;
}

// One value or a list of several; null is none.
template <class Value, class Read>
tl::expected<std::vector<Value>, RpcError> read_any(const Json& value, Read read) {
  std::vector<Value> values;
  const auto add = [&](const Json& one) -> tl::expected<void, RpcError> {
    auto read_one = read(one);
    if (!read_one) return tl::unexpected(std::move(read_one).error());
    values.push_back(*read_one);
    return {};
  };
  if (value.is_null()) return values;
  if (!value.is_array()) {
    if (auto done = add(value); !done) return tl::unexpected(std::move(done).error());
    return values;
  }
  for (const Json& one : value)
    if (auto done = add(one); !done) return tl::unexpected(std::move(done).error());
  return values;
}

}  // namespace

tl::expected<LogFilter, RpcError> LogFilter::read(const Json& filter) {
  LogFilter result;
  auto addresses = read_any<evm::Address>(field(filter, "address"), read_address);
  if (!addresses) return tl::unexpected(std::move(addresses).error());
  result.addresses_ = std::move(*addresses);
  const Json& topics = field(filter, "topics");
  if (topics.is_null()) return result;
  if (!topics.is_array() || topics.size() > evm::Log::kTopicsMax)
    return refuse(kInvalidParams, "invalid argument: up to four topics expected");
  for (const Json& position : topics) {
    auto any = read_any<Hash256>(position, read_hash);
    if (!any) return tl::unexpected(std::move(any).error());
    result.topics_.push_back(std::move(*any));
  }
  return result;
}

bool LogFilter::matches(const evm::Log& log) const {
  const auto among = [](const auto& values, const auto& value) {
    return values.empty() || std::ranges::find(values, value) != values.end();
  };
  if (!among(addresses_, log.address) || topics_.size() > log.topic_count) return false;
  for (std::size_t i = 0; i < topics_.size(); ++i)
    if (!among(topics_[i], log.topics[i])) return false;
  return true;
}

bool LogFilter::may_match(const evm::Bloom& bloom) const {
  const auto any = [&](const auto& values) {
    return values.empty() ||
           std::ranges::any_of(values, [&](const auto& value) { return has_bits(bloom, value); });
  };
  return any(addresses_) && std::ranges::all_of(topics_, any);
}

}  // namespace clew::replay
