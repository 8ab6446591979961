#include "ingest/live/fetch_window.h"

#include <algorithm>

namespace clew::ingest {

FetchWindow::FetchWindow(LiveSource& source, std::uint64_t first, std::uint64_t last, Limits limits)
    : source_(source), limits_(limits), next_to_fetch_(first), next_to_take_(first), last_(last) {
  const auto threads = std::min<std::uint64_t>(std::max(limits.threads, 1u), last - first + 1);
  for (std::uint64_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { work(); });
}

FetchWindow::~FetchWindow() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  taken_.notify_all();
  for (auto& thread : threads_)
    thread.join();
}

// The block that is taken next may always be fetched, however full the window is.
bool FetchWindow::may_begin() const {
  if (next_to_fetch_ == next_to_take_) return true;
  const auto ahead = next_to_fetch_ - next_to_take_;
  const auto running = ahead - waiting_.size();
  const auto expected =
      waiting_bytes_ + static_cast<std::uint64_t>(mean_bytes_ * static_cast<double>(running + 1));
  return ahead < limits_.blocks_max && expected <= limits_.bytes_max;
}

void FetchWindow::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    taken_.wait(lock, [&] { return ended_ || next_to_fetch_ > last_ || may_begin(); });
    if (ended_ || next_to_fetch_ > last_) return;
    const auto number = next_to_fetch_++;
    lock.unlock();
    auto block = source_.fetch(number);
    lock.lock();
    if (block) {
      const auto bytes = static_cast<double>((*block)->bytes);
      mean_bytes_ = mean_bytes_ == 0 ? bytes : mean_bytes_ * 0.9 + bytes * 0.1;
      waiting_bytes_ += (*block)->bytes;
    } else {
      ended_ = true;  // blocks after it are of no use; those before are still being fetched
    }
    waiting_.emplace(number, std::move(block));
    // Others are not waited for yet; to be woken for them costs as much as to read a small block.
    if (number == next_to_take_) fetched_.notify_one();
  }
}

Result<std::unique_ptr<LiveBlock>> FetchWindow::next() {
  std::unique_lock lock(mutex_);
  const auto number = next_to_take_;
  // Fetches are begun in order, so one that failed ends only what comes after it.
  fetched_.wait(lock, [&] { return waiting_.contains(number); });
  const auto found = waiting_.find(number);
  auto block = std::move(found->second);
  waiting_.erase(found);
  if (block) waiting_bytes_ -= (*block)->bytes;
  ++next_to_take_;
  lock.unlock();
  taken_.notify_all();
  return block;
}

}  // namespace clew::ingest
