// Collects calls while an answer is read: their data in one buffer, and logs in the order in which
// they were made.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "chain/evm/call.h"

namespace clew::evm {

// What of a call some bytes are.
enum class CallData : std::uint8_t { input, output };

class CallSink {
 public:
  // Empties `out`, which must stay where it is until finish().
  void start(Calls& out, bool with_data);
  // Another call, after all before it in preorder; its place.
  std::uint32_t add(std::uint32_t tx, std::uint32_t depth);
  Call& call(std::uint32_t place) { return out_->calls[place]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(out_->calls.size()); }

  // `text` is "0x...".
  Result<void> add_data(std::uint32_t place, CallData part, std::string_view text);
  // A log of a call. Its position is the number of calls that the call had made before it, its
  // index the number of logs that the transaction had; either may be unknown.
  struct StatedLog {
    Log log;
    std::string_view data;  // as text
    std::optional<std::uint64_t> position, index;
  };
  Result<void> add_log(std::uint32_t place, const StatedLog& stated);

  // Views the data, completes the calls and sorts the logs.
  void finish();

 private:
  struct Extent {
    std::size_t offset, size;
  };
  struct PlacedData {
    std::uint32_t call;
    CallData part;
    Extent extent;
  };
  struct PlacedLog {
    CallLog log;
    Extent data;
    std::optional<std::uint64_t> position, index;
    // When it was made: before this call began, and then before those of shallower calls.
    std::uint32_t next_call = 0, depth = 0;
  };

  Result<Extent> append(std::string_view text, std::string_view key);
  void place_logs();
  ByteView view(const Extent& extent) const {
    return ByteView(out_->bytes).subspan(extent.offset, extent.size);
  }

  Calls* out_ = nullptr;
  bool with_data_ = true;
  std::vector<PlacedData> data_;
  std::vector<PlacedLog> logs_;
  std::vector<std::uint32_t> ends_;  // of each call the place after the last call within it
};

}  // namespace clew::evm
