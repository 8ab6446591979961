// Batches that several threads make and one takes in order. Whoever takes makes some as well while
// the one that is due is not ready, so that all processors are busy whichever of the two is more
// work. Worth it where a batch is some ten microseconds or more.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace clew {

template <class Batch>
class OrderedBatches {
 public:
  // `helpers` threads beside the calling one; at most `ahead_max` batches, at least one, are made
  // ahead of the one that is taken. Batches are kept and used again.
  OrderedBatches(std::size_t helpers, std::size_t ahead_max)
      : helpers_(helpers), slots_(std::max<std::size_t>(1, ahead_max)) {}

  // For each number below `count`: make(number, Batch&) in any of the threads, several at a time,
  // then take(number, Batch&) here and in order, until it returns false. Throws what take() throws,
  // and what make() threw once the batches before were taken.
  template <class Make, class Take>
  void run(std::size_t count, Make&& make, Take&& take);

 private:
  struct Slot {
    Batch batch;
    bool ready = false;
    std::exception_ptr error;  // of make()
  };
  using Lock = std::unique_lock<std::mutex>;

  Slot& slot(std::size_t number) { return slots_[number % slots_.size()]; }
  bool room() const { return next_ < std::min(count_, taken_ + slots_.size()); }
  template <class Make>
  void make_next(Lock& lock, Make& make);
  template <class Make>
  void help(Make& make);
  template <class Make>
  Slot& due(Make& make);
  void release();
  void end();

  const std::size_t helpers_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable due_ready_, room_made_;
  std::size_t count_ = 0, next_ = 0, taken_ = 0;  // next_: to be made
};

template <class Batch>
template <class Make, class Take>
void OrderedBatches<Batch>::run(std::size_t count, Make&& make, Take&& take) {
  for (auto& each : slots_)
    each.ready = false, each.error = nullptr;
  count_ = count;
  next_ = taken_ = 0;
  std::vector<std::jthread> threads;
  struct End {
    OrderedBatches& batches;
    ~End() { batches.end(); }
  } const at_the_end{*this};  // before the threads are joined, whatever is thrown
  for (std::size_t i = 0; i < helpers_; ++i)
    threads.emplace_back([&] { help(make); });
  while (taken_ < count) {
    auto& ready = due(make);
    if (ready.error) std::rethrow_exception(ready.error);
    if (!take(taken_, ready.batch)) return;
    release();
  }
}

// Makes a batch of the next number, for which there must be room.
template <class Batch>
template <class Make>
void OrderedBatches<Batch>::make_next(Lock& lock, Make& make) {
  const auto number = next_++;
  auto& made = slot(number);
  lock.unlock();
  try {
    make(number, made.batch);
  } catch (...) {
    made.error = std::current_exception();
  }
  lock.lock();
  made.ready = true;
  if (number == taken_) due_ready_.notify_one();
}

template <class Batch>
template <class Make>
void OrderedBatches<Batch>::help(Make& make) {
  Lock lock(mutex_);
  while (next_ < count_) {
    if (room())
      make_next(lock, make);
    else
      room_made_.wait(lock);
  }
}

template <class Batch>
template <class Make>
typename OrderedBatches<Batch>::Slot& OrderedBatches<Batch>::due(Make& make) {
  Lock lock(mutex_);
  auto& wanted = slot(taken_);
  while (!wanted.ready) {
    if (room())
      make_next(lock, make);
    else
      due_ready_.wait(lock);
  }
  return wanted;
}

// Helpers that found no room are woken when half of it is free: threads that wake each other for
// every batch get little else done.
template <class Batch>
void OrderedBatches<Batch>::release() {
  const Lock lock(mutex_);
  slot(taken_).ready = false;
  ++taken_;
  if (next_ - taken_ <= slots_.size() / 2) room_made_.notify_all();
}

template <class Batch>
void OrderedBatches<Batch>::end() {
  const Lock lock(mutex_);
  count_ = 0;
  room_made_.notify_all();
}

}  // namespace clew
