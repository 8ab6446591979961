#include "detect/coinjoin_partition.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace clew::detect {
namespace {

constexpr std::size_t kInputsMax = 200;       // bounds the recursion
constexpr std::uint32_t kStepsMax = 100'000;  // inputs looked at in one try; about 0.2 ms
constexpr std::size_t kShareSizes[] = {1, 2, 3, 6, kInputsMax};

// Depth-first over targets (largest first) and, for each, over the inputs that make up its share.
class Search {
 public:
  Search(const PartitionProblem& problem, std::size_t share_max)
      : inputs_(problem.inputs.begin(), problem.inputs.end()),
        targets_(problem.targets.begin(), problem.targets.end()),
        used_(inputs_.size(), false),
        below_(problem.below),
        above_(problem.above),
        free_(inputs_.size()),
        share_max_(share_max) {
    std::sort(inputs_.begin(), inputs_.end(), std::greater<>());
    std::sort(targets_.begin(), targets_.end(), std::greater<>());
  }

  bool run(std::size_t left_out) { return serve(0, left_out); }
  bool gave_up() const { return steps_ > kStepsMax; }

 private:
  bool serve(std::size_t target, std::size_t left_out) {
    if (target == targets_.size()) return left_out == 0 && free_ > 0;
    if (targets_.size() - target < left_out || free_ == 0) return false;
    if (extend(target, left_out, 0, 0, 0)) return true;
    return left_out > 0 && !gave_up() && serve(target + 1, left_out - 1);
  }

  // The share of `target` holds `size` inputs worth `sum`; others are tried from `start` on.
  bool extend(std::size_t target, std::size_t left_out, std::size_t start, std::int64_t sum,
              std::size_t size) {
    if (size > 0 && sum >= targets_[target] - below_ && serve(target + 1, left_out)) return true;
    if (size == share_max_) return false;
    const std::int64_t room = targets_[target] + above_ - sum;
    std::int64_t refused = -1;  // an equal input in the same place leads to the same result
    for (std::size_t i = start; i < inputs_.size() && !gave_up(); ++i) {
      ++steps_;
      if (used_[i] || inputs_[i] > room || inputs_[i] == refused) continue;
      used_[i] = true;
      --free_;
      if (extend(target, left_out, i + 1, sum + inputs_[i], size + 1)) return true;
      used_[i] = false;
      ++free_;
      refused = inputs_[i];
    }
    return false;
  }

  std::vector<std::int64_t> inputs_, targets_;
  std::vector<bool> used_;
  std::int64_t below_, above_;
  std::size_t free_, share_max_;
  std::uint32_t steps_ = 0;
};

}  // namespace

Partition divide_inputs(const PartitionProblem& problem) {
  if (problem.inputs.size() > kInputsMax || problem.targets.size() > kInputsMax)
    return Partition::undecided;
  if (problem.targets.size() < problem.left_out ||
      problem.inputs.size() <= problem.targets.size() - problem.left_out)
    return Partition::impossible;
  bool complete = false;
  for (const std::size_t share_max : kShareSizes) {
    Search search(problem, share_max);
    if (search.run(problem.left_out)) return Partition::found;
    complete = !search.gave_up();
    if (complete && share_max >= problem.inputs.size()) break;
  }
  return complete ? Partition::impossible : Partition::undecided;
}

}  // namespace clew::detect
