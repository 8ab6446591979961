// News of new blocks, which a Bitcoin node publishes over ZeroMQ (Bitcoin Core, doc/zmq.md; option
// zmqpubhashblock). Publishers drop what they cannot deliver, so this only shortens the wait
// between two looks at the head; it never replaces them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace clew::ingest {

class BlockNotices {
 public:
  // Endpoints as ZeroMQ writes them: tcp://127.0.0.1:28332, ipc:///path. usage if one is malformed.
  // Nobody needs to be there yet: connections are made and renewed in the background.
  static Result<std::unique_ptr<BlockNotices>> open(const std::vector<std::string>& endpoints);
  ~BlockNotices();

  // Whether a notice came within so many seconds; all that came are taken.
  bool wait(double seconds);

 private:
  struct Impl;
  explicit BlockNotices(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clew::ingest
