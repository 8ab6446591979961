// What could not be ingested, and why. Problems are gathered while the rest goes on: what is good
// is kept, and the caller ends with an error all the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace clew::ingest {

struct Problem {
  ErrorKind kind = ErrorKind::data;
  std::string file;  // empty if it concerns no single file
  std::optional<std::uint64_t>
      offset;  // bytes from the start of the file, or of what it unpacks to
  std::string reason;
};
std::string to_text(const Problem& problem);  // "blk00000.dat: byte 293: ..."

// A hostile file can hold millions of mistakes: of each file the first few are kept, the rest are
// counted and told in one line.
class ProblemLog {
 public:
  static constexpr std::size_t kPerFileMax = 20;

  void add(Problem problem);
  void add(const std::string& file, std::uint64_t offset, std::string reason);
  void add(const std::string& file, Error error);
  bool empty() const { return problems_.empty(); }
  std::vector<Problem> take();

 private:
  std::vector<Problem> problems_;
  std::map<std::string, std::size_t> counts_;
};

}  // namespace clew::ingest
