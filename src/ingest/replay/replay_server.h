// A node made of a simulated world or of recorded answers, on a port of this machine: JSON-RPC over
// HTTP and WebSocket on every path.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ingest/replay/faults.h"
#include "ingest/replay/world_chain.h"
#include "net/server.h"

namespace clew::replay {

struct ReplayOptions {
  // A world's folder, or files of recorded answers.
  std::vector<std::string> sources;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  unsigned threads = 1;
  // Blocks revealed each second; 0: none, but those that clew_advance asks for.
  double blocks_per_second = 0;
  bool whole = true;  // all of the best chain is there from the start
  WorldOptions world;
  std::set<std::string> without;  // methods that the node does not have
  FaultPlan faults;
};

class ReplayServer {
 public:
  // usage if there are no sources, data or io if they cannot be read or the port be had.
  static Result<std::unique_ptr<ReplayServer>> start(const ReplayOptions& options,
                                                     FileSystem& files = real_files());
  virtual ~ReplayServer() = default;  // stops

  virtual std::uint16_t port() const = 0;
  virtual std::string url(std::string_view scheme = "http") const = 0;
  // Reveals up to so many blocks more; how many there were. An error if one cannot be read.
  virtual Result<std::size_t> advance(std::size_t steps) = 0;
  // The chain becomes the best one (branch 0) or a branch, up to the block `head`.
  virtual Result<void> show(std::uint32_t branch, std::uint64_t head) = 0;
  // Reveals blocks at their pace until `stop` becomes true.
  virtual Result<void> run(const std::atomic<bool>& stop) = 0;
};

}  // namespace clew::replay
