#include "ingest/problem.h"

#include <utility>

namespace clew::ingest {

std::string to_text(const Problem& problem) {
  std::string text;
  if (!problem.file.empty()) text += problem.file + ": ";
  if (problem.offset) text += "byte " + std::to_string(*problem.offset) + ": ";
  return text + problem.reason;
}

void ProblemLog::add(Problem problem) {
  if (++counts_[problem.file] <= kPerFileMax) problems_.push_back(std::move(problem));
}

void ProblemLog::add(const std::string& file, std::uint64_t offset, std::string reason) {
  add({ErrorKind::data, file, offset, std::move(reason)});
}

void ProblemLog::add(const std::string& file, Error error) {
  add({error.kind, file, std::nullopt, std::move(error.message)});
}

std::vector<Problem> ProblemLog::take() {
  for (const auto& [file, count] : counts_) {
    if (count <= kPerFileMax) continue;
    problems_.push_back({ErrorKind::data, file, std::nullopt,
                         "and " + std::to_string(count - kPerFileMax) + " more problems"});
  }
  counts_.clear();
  return std::exchange(problems_, {});
}

}  // namespace clew::ingest
