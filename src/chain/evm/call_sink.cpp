#include "chain/evm/call_sink.h"

#include <algorithm>

#include "chain/evm/rpc_fields.h"

namespace clew::evm {

void CallSink::start(Calls& out, bool with_data) {
  out_ = &out;
  with_data_ = with_data;
  out.clear();
  data_.clear();
  logs_.clear();
}

std::uint32_t CallSink::add(std::uint32_t tx, std::uint32_t depth) {
  Call& call = out_->calls.emplace_back();
  call.tx = tx;
  call.depth = depth;
  return size() - 1;
}

Result<CallSink::Extent> CallSink::append(std::string_view text, std::string_view key) {
  if (!text.starts_with("0x")) return fail_field(key, "does not begin with \"0x\"");
  text.remove_prefix(2);
  if (text.size() % 2 != 0) return fail_field(key, "an odd number of digits");
  const Extent extent{out_->bytes.size(), text.size() / 2};
  out_->bytes.resize(extent.offset + extent.size);
  if (!hex_into(text, out_->bytes.data() + extent.offset)) {
    return fail_field(key, "not hexadecimal");
  }
  return extent;
}

Result<void> CallSink::add_data(std::uint32_t place, CallData part, std::string_view text) {
  if (!with_data_) return {};
  CLEW_TRY(extent, append(text, part == CallData::input ? "input" : "output"));
  data_.push_back({place, part, extent});
  return {};
}

Result<void> CallSink::add_log(std::uint32_t place, const StatedLog& stated) {
  CLEW_TRY(extent, append(stated.data, "data"));
  PlacedLog& log = logs_.emplace_back();
  log.log = {place, stated.log};
  log.data = extent;
  log.position = stated.position;
  log.index = stated.index;
  return {};
}

void CallSink::finish() {
  for (const PlacedData& data : data_) {
    Call& call = out_->calls[data.call];
    (data.part == CallData::input ? call.input : call.output) = view(data.extent);
  }
  complete_calls(out_->calls);
  place_logs();
  for (PlacedLog& placed : logs_) {
    if (out_->calls[placed.log.call].undone) continue;
    placed.log.log.data = view(placed.data);
    out_->logs.push_back(placed.log);
  }
}

void CallSink::place_logs() {
  if (logs_.empty()) return;
  const auto& calls = out_->calls;
  ends_.resize(calls.size());
  for (std::uint32_t i = size(); i-- > 0;) {
    std::uint32_t end = i + 1;
    while (end < size() && calls[end].depth > calls[i].depth)
      end = ends_[end];
    ends_[i] = end;
  }
  std::ranges::stable_sort(logs_, {}, [](const PlacedLog& log) {
    return std::pair(log.log.call, log.position.value_or(0));
  });
  std::uint32_t child = 0;
  std::uint64_t position = 0;
  const PlacedLog* last = nullptr;
  for (PlacedLog& log : logs_) {
    const std::uint32_t call = log.log.call;
    if (last == nullptr || last->log.call != call) {
      child = call + 1;
      position = 0;
    }
    for (; position < log.position.value_or(0) && child < ends_[call]; ++position)
      child = ends_[child];
    log.next_call = child;
    log.depth = calls[call].depth;
    last = &log;
  }
  const bool has_positions =
      std::ranges::all_of(logs_, [](const PlacedLog& log) { return log.position.has_value(); });
  const bool by_index = !has_positions && std::ranges::all_of(logs_, [](const PlacedLog& log) {
    return log.index.has_value();
  });
  std::ranges::stable_sort(logs_, {}, [&](const PlacedLog& log) {
    const std::uint32_t tx = calls[log.log.call].tx;
    return by_index ? std::tuple(tx, *log.index, 0u)
                    : std::tuple(tx, std::uint64_t{log.next_call}, kCallDepthMax - log.depth);
  });
}

}  // namespace clew::evm
