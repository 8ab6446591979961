// Two threads that work on one stream: what one makes, in batches, the other takes in the same
// order. Worth it where both have as much to do as many batches take to hand over, which is some
// microseconds each.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace clew {

template <class T>
class Pipeline {
 public:
  using Batch = std::vector<T>;

  // At most `batches_max`, at least one, wait to be taken.
  explicit Pipeline(std::size_t batches_max) : batches_max_(batches_max) {}

  // Calls make() in a thread of its own, where put() is to be called, and take(const Batch&) here
  // for each batch. Returns when all were taken, and throws what either of them threw.
  template <class Make, class Take>
  void run(Make&& make, Take&& take);

  // Hands over the batch and leaves an empty one. Waits while there are too many, and then until
  // half of them were taken: threads that wake each other for every batch get little else done.
  void put(Batch& batch);

 private:
  struct Abandoned {};  // thrown by put(): nobody takes any more
  bool next(Batch& batch);

  const std::size_t batches_max_;
  std::mutex mutex_;
  // That a batch was put or taken, or an end reached: only one of the two threads can be waiting.
  std::condition_variable changed_;
  std::deque<Batch> waiting_;
  std::vector<Batch> spare_;
  bool made_ = false, abandoned_ = false;
  std::exception_ptr error_;  // of make()
};

template <class T>
template <class Make, class Take>
void Pipeline<T>::run(Make&& make, Take&& take) {
  const std::jthread maker([&] {
    std::exception_ptr error;
    try {
      make();
    } catch (const Abandoned&) {
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    made_ = true;
    error_ = error;
    changed_.notify_one();
  });
  try {
    for (Batch batch; next(batch);)
      take(std::as_const(batch));
  } catch (...) {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_one();
    throw;
  }
  if (error_) std::rethrow_exception(error_);
}

template <class T>
void Pipeline<T>::put(Batch& batch) {
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= batches_max_)
    changed_.wait(lock, [&] { return abandoned_ || waiting_.size() <= batches_max_ / 2; });
  if (abandoned_) throw Abandoned();
  waiting_.push_back(std::exchange(batch, {}));
  if (!spare_.empty()) {
    batch.swap(spare_.back());
    spare_.pop_back();
  }
  changed_.notify_one();
}

// Gives back the batch before and waits for the next; false after the last.
template <class T>
bool Pipeline<T>::next(Batch& batch) {
  batch.clear();
  std::unique_lock lock(mutex_);
  if (batch.capacity() > 0) spare_.push_back(std::move(batch));
  changed_.wait(lock, [&] { return made_ || !waiting_.empty(); });
  if (waiting_.empty()) return false;
  batch = std::move(waiting_.front());
  waiting_.pop_front();
  if (waiting_.size() <= batches_max_ / 2) changed_.notify_one();
  return true;
}

}  // namespace clew
