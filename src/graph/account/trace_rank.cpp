#include "graph/account/trace_rank.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <unordered_map>

#include "graph/account/moments.h"
#include "graph/account/trace_run.h"

namespace clew::account {
namespace {

// As near as a double comes.
double number_of(const U256& value) {
  double sum = 0;
  for (std::size_t i = 4; i-- > 0;)
    sum = sum * 18446744073709551616.0 + static_cast<double>(value.limbs()[i]);
  return sum;
}

// Residue that came by a transfer, of one asset.
using Chips = std::map<std::pair<AssetId, TransferId>, double>;

struct Node {
  Chips chips;
  double residue = 0, rank = 0;
  std::uint32_t hops = 0;
  bool stopped = false;
};

// One transfer of the address at work.
struct Edge {
  TransferId transfer = 0;
  AddressId other = kNoAddress;
  bool sends = false;
  double value = 0;
};

class Ranker {
 public:
  Ranker(const Snapshot& snapshot, const RankOptions& options)
      : snapshot_(snapshot),
        options_(options),
        span_(span_of(snapshot, options.window)),
        zero_(zero_address(snapshot)),
        work_(work_options_),
        swaps_(snapshot, work_options_, zero_, work_) {
    work_options_.edges_max = options.edges_max;
  }

  Result<void> begin(std::span<const TraceOrigin> origins);
  RankResult run();

 private:
  void lay(AddressId address, AssetId asset, TransferId at, double value, std::uint32_t hops);
  void push(AddressId address);
  bool read_edges(AddressId address, const Chips& chips);
  void spread(AddressId address, AssetId asset, const std::vector<Edge>& edges,
              std::span<const std::pair<TransferId, double>> chips, bool ahead);
  void send(AddressId from, AssetId asset, const Edge& edge, double value);
  RankResult result();

  const Snapshot& snapshot_;
  const RankOptions& options_;
  const TransferSpan span_;
  const AddressId zero_;       // the zero address
  TraceOptions work_options_;  // what finding swaps needs of a trace
  TraceWork work_;
  TraceSwaps swaps_;
  std::unordered_map<AddressId, Node> nodes_;
  std::priority_queue<std::pair<double, AddressId>> queue_;
  std::map<AssetId, std::vector<Edge>> edges_;  // of the address at work
  RankResult result_;
};

Result<void> Ranker::begin(std::span<const TraceOrigin> origins) {
  struct Start {
    AddressId address;
    AssetId asset;
    TransferId at;
    double value;
  };
  std::vector<Start> starts;
  std::map<AssetId, double> sums;
  for (const auto& origin : origins) {
    const auto row = snapshot_.transfer(origin.transfer);
    const bool before = origin.before_of != kNoAddress;
    Start start{before ? origin.before_of : row.to, row.asset,
                before && row.id > 0 ? row.id - 1 : row.id,
                number_of(before ? origin.before : row.value)};
    if (start.address == kNoAddress || start.value == 0) continue;
    sums[start.asset] += start.value;
    starts.push_back(start);
  }
  if (starts.empty())
    return fail(ErrorKind::usage, "a rank needs an origin that somebody received");
  for (const auto& s : starts)
    lay(s.address, s.asset, s.at, s.value / sums[s.asset] / static_cast<double>(sums.size()), 0);
  return {};
}

void Ranker::lay(AddressId address, AssetId asset, TransferId at, double value,
                 std::uint32_t hops) {
  const auto [place, is_new] = nodes_.try_emplace(address);
  auto& node = place->second;
  if (is_new) node.stopped = hops > 0 && options_.stop && options_.stop(address);
  node.hops = is_new ? hops : std::min(node.hops, hops);
  if (node.stopped) {
    node.rank += value;
    return;
  }
  node.chips[{asset, at}] += value;
  node.residue += value;
  if (node.residue > options_.epsilon) queue_.push({node.residue, address});
}

// The transfers of the address of the assets that there is residue of. False if work does not
// suffice.
bool Ranker::read_edges(AddressId address, const Chips& chips) {
  edges_.clear();
  for (const auto& [key, value] : chips)
    edges_[key.first];
  // The nearest in time: half of them from the first residue on, half before the last.
  const auto first = std::min_element(chips.begin(), chips.end(), [](const auto& a, const auto& b) {
    return a.first.second < b.first.second;
  });
  for (const bool back : {true, false}) {
    WalkOptions how{.values = true, .back = back};
    how.from = back ? span_.from : std::max(span_.from, first->first.second);
    how.until = back ? std::min(span_.until, first->first.second) : span_.until;
    auto walk = snapshot_.walk(address, how);
    std::array<Passage, 64> some;
    while (!walk.at_end() && walk.passed() < options_.postings_max / 2) {
      const auto before = walk.passed();
      const auto count = walk.read(some, options_.postings_max / 2 - before);
      if (!work_.spend(walk.passed() - before)) return false;
      for (std::size_t i = 0; i < count; ++i) {
        const auto& p = some[i];
        const auto edges = edges_.find(p.asset);
        if (edges == edges_.end() || p.other == address) continue;
        edges->second.push_back({p.transfer, p.other, p.sends, number_of(p.value)});
      }
    }
  }
  for (auto& [asset, edges] : edges_)
    std::sort(edges.begin(), edges.end(),
              [](const Edge& a, const Edge& b) { return a.transfer < b.transfer; });
  return true;
}

// Where one transfer takes residue to.
void Ranker::send(AddressId from, AssetId asset, const Edge& edge, double value) {
  if (edge.sends && options_.swaps) {
    const auto leg = swaps_.leg_of(snapshot_.transfer(edge.transfer));
    if (leg.deal != nullptr) {
      const auto& [gains, taker] = std::tie(leg.deal->gains, leg.deal->taker);
      for (const auto& gain : gains)
        lay(taker, gain.asset, leg.deal->last, value / static_cast<double>(gains.size()),
            nodes_[from].hops + (taker != from));
      return;
    }
  }
  if (edge.other == kNoAddress || edge.other == zero_)
    nodes_[from].rank += value;
  else
    lay(edge.other, asset, edge.transfer, value, nodes_[from].hops + 1);
}

// Shares out chips (by time) over the transfers after them (before them), by amount. A running sum
// of what each unit of amount carries does all chips in one pass.
void Ranker::spread(AddressId address, AssetId asset, const std::vector<Edge>& edges,
                    std::span<const std::pair<TransferId, double>> chips, bool ahead) {
  std::vector<const Edge*> way;
  for (const auto& edge : edges)
    if (edge.sends == ahead) way.push_back(&edge);
  std::vector<std::pair<TransferId, double>> order(chips.begin(), chips.end());
  if (!ahead) {
    std::reverse(way.begin(), way.end());
    std::reverse(order.begin(), order.end());
  }
  const auto is_past = [ahead](TransferId edge, TransferId chip) {
    return ahead ? edge > chip : edge < chip;
  };
  // Sums of the amounts that are still to come, from each edge on.
  std::vector<double> rest(way.size() + 1);
  for (auto i = way.size(); i-- > 0;)
    rest[i] = rest[i + 1] + way[i]->value;
  double a_unit = 0;
  std::size_t next = 0;
  const auto take = [&](std::size_t i) {
    const auto& [at, value] = order[next++];
    static_cast<void>(at);
    if (rest[i] > 0)
      a_unit += value / rest[i];
    else
      nodes_[address].rank += value;
  };
  for (std::size_t i = 0; i < way.size(); ++i) {
    while (next < order.size() && is_past(way[i]->transfer, order[next].first))
      take(i);
    if (a_unit > 0 && way[i]->value > 0) send(address, asset, *way[i], a_unit * way[i]->value);
  }
  while (next < order.size())
    take(way.size());
}

void Ranker::push(AddressId address) {
  auto& node = nodes_[address];
  const auto chips = std::move(node.chips);
  const auto residue = node.residue;
  node.chips.clear();
  node.residue = 0;
  if (!read_edges(address, chips)) {
    node.rank += residue;
    return;
  }
  ++result_.pushes;
  node.rank += options_.alpha * residue;
  for (const auto& [asset, edges] : edges_) {
    std::vector<std::pair<TransferId, double>> ahead, back;
    for (auto chip = chips.lower_bound({asset, 0}); chip != chips.end(); ++chip) {
      if (chip->first.first != asset) break;
      const auto pushed = (1 - options_.alpha) * chip->second;
      ahead.emplace_back(chip->first.second, pushed * options_.beta);
      back.emplace_back(chip->first.second, pushed * (1 - options_.beta));
    }
    spread(address, asset, edges, ahead, true);
    if (options_.beta < 1) spread(address, asset, edges, back, false);
  }
}

RankResult Ranker::run() {
  while (!queue_.empty() && !work_.exhausted()) {
    const auto [residue, address] = queue_.top();
    queue_.pop();
    // Entries that a later one or a push has overtaken.
    if (const auto& node = nodes_[address]; node.residue != residue) continue;
    push(address);
  }
  return result();
}

RankResult Ranker::result() {
  for (const auto& [address, node] : nodes_)
    result_.addresses.push_back({address, node.rank, node.stopped, node.hops});
  std::sort(result_.addresses.begin(), result_.addresses.end(),
            [](const RankedAddress& a, const RankedAddress& b) {
              return a.rank != b.rank ? a.rank > b.rank : a.address < b.address;
            });
  for (const auto& a : result_.addresses)
    result_.left += nodes_[a.address].residue;
  result_.edges = work_.edges();
  result_.edges_exhausted = work_.exhausted();
  return std::move(result_);
}

}  // namespace

Result<RankResult> rank(const Snapshot& snapshot, std::span<const TraceOrigin> origins,
                        const RankOptions& options) {
  const bool sound = options.alpha > 0 && options.alpha <= 1 && options.beta >= 0 &&
                     options.beta <= 1 && options.epsilon >= 1e-9;
  if (!sound)
    return fail(ErrorKind::usage,
                "alpha is above 0 and at most 1, beta from 0 to 1, epsilon at least 1e-9");
  Ranker ranker(snapshot, options);
  CLEW_CHECK(ranker.begin(origins));
  return ranker.run();
}

}  // namespace clew::account
