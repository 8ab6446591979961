#include "ledger/account/fan.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "base/ordered_batches.h"
#include "ledger/account/segment_set.h"

namespace clew::account {

namespace {

// What one thread reads at a time: so many tasks in one segment. If they have more postings than
// this, as an exchange's address may have millions, they are read again where they are visited:
// memory stays bounded.
constexpr std::size_t kPartTasks = 4096;
constexpr std::uint64_t kPartPostings = 1 << 17;
constexpr std::size_t kPartsAhead = 32;
// At so many, whoever visits the transfers has more to do than all who read them.
constexpr std::size_t kHelpersMax = 3;

struct Part {
  std::optional<FanReader> reader;
  std::vector<FanEdge> edges;
  bool complete = false;
};

std::size_t helpers() {
  const std::size_t processors = std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(processors, 2, kHelpersMax + 1) - 1;
}

}  // namespace

bool Fan::read(std::span<const FanTask> tasks, const Visit& visit) {
  if (tasks.size() >= options_.beside_from) return read_beside(tasks, visit);
  for (std::uint32_t segment = 0; segment < set_.by_height().size(); ++segment)
    if (!read_part(segment, tasks, visit)) return false;
  return true;
}

bool Fan::read_part(std::uint32_t segment, std::span<const FanTask> tasks, const Visit& visit) {
  const bool complete = reader_.read(*set_.by_height()[segment], segment, tasks, left(), visit);
  passed_ += reader_.passed();
  return complete;
}

bool Fan::read_beside(std::span<const FanTask> tasks, const Visit& visit) {
  const auto parts = (tasks.size() + kPartTasks - 1) / kPartTasks;  // in each segment
  const auto segment_of = [&](std::size_t number) {
    return static_cast<std::uint32_t>(number / parts);
  };
  const auto tasks_of = [&](std::size_t number) {
    const auto begin = number % parts * kPartTasks;
    return tasks.subspan(begin, std::min(kPartTasks, tasks.size() - begin));
  };
  const auto make = [&](std::size_t number, Part& part) {
    if (!part.reader) part.reader.emplace(options_.side);
    part.edges.clear();
    part.complete =
        part.reader->read(*set_.by_height()[segment_of(number)], segment_of(number),
                          tasks_of(number), kPartPostings, [&](std::span<const FanEdge> edges) {
                            part.edges.insert(part.edges.end(), edges.begin(), edges.end());
                          });
  };
  bool complete = true;
  const auto take = [&](std::size_t number, const Part& part) {
    if (!part.complete || part.reader->passed() > left())
      return complete = read_part(segment_of(number), tasks_of(number), visit);
    passed_ += part.reader->passed();
    const std::span<const FanEdge> edges = part.edges;
    for (std::size_t i = 0; i < edges.size(); i += FanReader::kEdges)
      visit(edges.subspan(i, std::min(FanReader::kEdges, edges.size() - i)));
    return true;
  };
  OrderedBatches<Part> batches(helpers(), kPartsAhead);
  batches.run(set_.by_height().size() * parts, make, take);
  return complete;
}

AssetId Fan::asset(const FanEdge& edge) const {
  return set_.by_height()[edge.segment]->transfer_asset[static_cast<std::uint32_t>(edge.transfer)];
}
void Fan::prefetch_asset(const FanEdge& edge) const {
  set_.by_height()[edge.segment]->transfer_asset.prefetch(
      static_cast<std::uint32_t>(edge.transfer));
}

}  // namespace clew::account
