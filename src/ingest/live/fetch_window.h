// Blocks of a range of numbers, fetched by several threads ahead of their use and handed out in
// order.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "ingest/live/live_chain.h"

namespace clew::ingest {

class FetchWindow {
 public:
  struct Limits {
    unsigned threads = 8;
    // Of blocks that wait for their turn. The size of those to come is guessed from those before.
    std::uint64_t bytes_max = std::uint64_t{128} << 20;
    std::uint64_t blocks_max = 256;
  };

  // Begins to fetch [first, last]. Both must outlive the window.
  FetchWindow(LiveSource& source, std::uint64_t first, std::uint64_t last, Limits limits);
  ~FetchWindow();  // waits for the fetches that run
  FetchWindow(const FetchWindow&) = delete;

  // The next block in order, or why it could not be had; then the window is at its end. Not to be
  // called after `last`.
  Result<std::unique_ptr<LiveBlock>> next();

 private:
  using Fetched = Result<std::unique_ptr<LiveBlock>>;
  void work();
  bool may_begin() const;

  LiveSource& source_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable fetched_, taken_;
  std::map<std::uint64_t, Fetched> waiting_;
  std::uint64_t next_to_fetch_, next_to_take_, last_;
  std::uint64_t waiting_bytes_ = 0;
  double mean_bytes_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace clew::ingest
