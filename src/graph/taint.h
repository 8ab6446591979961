// Taint policies: how the value that one transaction takes in is matched with what it pays out.
// Everything here concerns a single transaction and is pure; docs/tracing.md defines each policy.
//
//   poison   every output of a transaction with a tainted input is tainted whole (Möser, Böhme,
//            Breuker, "Towards Risk Scoring of Bitcoin Transactions", FC 2014 Workshops).
//   haircut  every output takes the transaction's share of taint (same paper).
//   fifo     first in, first out: inputs in order pay outputs in order, the fee comes last
//            (Anderson, Shumailov, Ahmed, "Making Bitcoin Legal", Security Protocols 2018).
//   lifo     last in, first out: the last satoshi that came in pays the first output.
//   tiho     taint in, highest out: tainted satoshis pay the outputs of highest value first
//            (Tironsakkul, Maarek, Eross, Just, "Probing the Mystery of Cryptocurrency Theft",
//            arXiv:1906.05754; used in "Tracking Mixed Bitcoins", arXiv:2009.14007).
//
// Picture a line of satoshis, [0, total). The items that value comes from lie on it one after the
// other, and so do the items it goes to; a satoshi goes where it lies. FIFO, LIFO and TIHO differ
// only in how both sides are laid on the line. Traced backward, the outputs are what value comes
// from and the inputs what it goes to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace clew::graph {

// Values are shown to users by name only and may be renumbered.
enum class TaintPolicy : std::uint8_t { poison, haircut, fifo, lifo, tiho };
enum class TraceDirection : std::uint8_t { forward, backward };

std::string_view name(TaintPolicy policy);
std::optional<TaintPolicy> find_policy(std::string_view name);
// FIFO, LIFO and TIHO move identified satoshis; poison and haircut move shares.
constexpr bool moves_segments(TaintPolicy policy) {
  return policy >= TaintPolicy::fifo;
}

// Consecutive traced satoshis of one source: [start, start + length) of an output or of the line.
struct TaintSegment {
  std::int64_t start = 0, length = 0;
  std::uint32_t source = 0;
  std::uint32_t from = 0;  // on the line: number of the traced item it comes from
};

// Where an item lies on the line.
struct TaintSlot {
  std::int64_t start = 0, length = 0;
  std::uint32_t item = 0;
};

// What the kernels need of a transaction. An unknown input value is kUnknownValue.
constexpr std::int64_t kUnknownValue = -1;
// No transaction may move more: far above any chain's money, low enough that sums cannot overflow.
constexpr std::int64_t kMoneyMax = std::int64_t{1} << 62;

// Both sides of a transaction on the line.
struct TaintLine {
  // Of the items that value comes from, by item: where each begins before the policy reorders.
  std::vector<std::int64_t> from_start;
  // What value goes to, ascending and without holes. Forward: outputs, and item output_count for
  // the fee if there is one. Backward: inputs.
  std::vector<TaintSlot> to;
  std::int64_t total = 0;  // value in
  std::int64_t paid = 0;   // value of all outputs
  // What inputs of unknown value brought at least: outputs minus known inputs. They are taken to
  // have brought just that, all of it at the place of the first of them.
  std::int64_t missing = 0;
  std::uint32_t missing_input = 0;
  bool has_unknown = false;

  // False if the amounts cannot be those of a valid transaction: negative, above kMoneyMax, or
  // known inputs that do not cover the outputs. The line is then empty.
  bool lay(std::span<const std::int64_t> inputs, std::span<const std::int64_t> outputs,
           TraceDirection direction, TaintPolicy policy);

 private:
  bool add_up(std::span<const std::int64_t> inputs, std::span<const std::int64_t> outputs);
};

// Lays the segments of traced items on the line, as the policy orders them. Call place() for the
// items' segments in ascending order of item and start; then take().
class TaintPlacer {
 public:
  // `out` is cleared and filled.
  TaintPlacer(const TaintLine& line, TaintPolicy policy, std::vector<TaintSegment>& out);
  void place(std::uint32_t item, std::uint32_t from, const TaintSegment& segment);
  void take();  // brings `out` in ascending order

 private:
  const TaintLine& line_;
  TaintPolicy policy_;
  std::vector<TaintSegment>& out_;
  std::int64_t packed_ = 0;
};

// Walks the slots of a line, cutting the segments placed on it.
class TaintCutter {
 public:
  explicit TaintCutter(std::span<const TaintSegment> line) : line_(line) {}
  // Calls `give(segment)` for each part of a segment inside `slot`, starts counted from the slot's.
  // Slots must come in ascending order.
  template <class Give>
  void cut(const TaintSlot& slot, Give&& give);

 private:
  std::span<const TaintSegment> line_;
  std::size_t next_ = 0;
};

// Splits `amount` over the slots in proportion to their lengths, which add up to `total` >=
// `amount`; shares add up to exactly `amount` and none exceeds its slot. Each share is rounded
// down; the satoshis left go to the largest remainders, the earlier slot first among equals
// (Hamilton's method). `shares` is resized.
void apportion(std::int64_t amount, std::span<const TaintSlot> slots, std::int64_t total,
               std::vector<std::int64_t>& shares);

// floor(a * b / c) without overflow; all non-negative, c > 0 and the quotient fits.
inline std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t c) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::int64_t>(static_cast<Wide>(a) * static_cast<Wide>(b) /
                                   static_cast<Wide>(c));
}

template <class Give>
void TaintCutter::cut(const TaintSlot& slot, Give&& give) {
  const auto end = slot.start + slot.length;
  while (next_ < line_.size() && line_[next_].start < end) {
    const auto& s = line_[next_];
    const auto s_end = s.start + s.length;
    const auto begin = s.start > slot.start ? s.start : slot.start;
    const auto stop = s_end < end ? s_end : end;
    if (stop > begin) give(TaintSegment{begin - slot.start, stop - begin, s.source, s.from});
    if (s_end > end) return;
    ++next_;
  }
}

}  // namespace clew::graph
