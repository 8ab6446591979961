// Keccak-256 of many messages, one in each lane of a vector of 64-bit words. Lanes do not wait for
// each other: a lane whose message has ended takes the next one, so lengths may be mixed freely.
// Long messages begin first, as one that begins last ends alone.
//
// Ops is that of keccak_round.h, and more:
//   Word: the vector; kLanes: its 64-bit words;
//   zero_where(word, kept): keeps lane i of `word` if kept[i] is all ones, zeroes it if 0;
//   load(blocks, out): out[w] = word w of each lane's block of 136 bytes, for the 17 words.
// It must live in an unnamed namespace, as all that is here does, for the reason given there.
#pragma once

#include <cstring>

#include "base/keccak_kernel.h"
#include "base/keccak_round.h"

namespace clew::keccak_detail {
namespace {

// A message on its way through a lane: its whole blocks, then one with its end and the padding.
class Lane {
 public:
  void start(const ByteView& message, std::size_t index) {
    next_ = message.data();
    left_ = message.size();
    index_ = index;
    if (left_ < kRate) pad();
  }
  const std::uint8_t* block() const { return left_ < kRate ? end_ : next_; }
  std::size_t index() const { return index_; }
  const std::uint8_t* next() const { return next_; }
  std::size_t left() const { return left_; }
  // Goes on to the block behind block(); false if that was the last.
  bool advance() {
    if (left_ < kRate) return false;
    next_ += kRate;
    left_ -= kRate;
    if (left_ < kRate) pad();
    return true;
  }

 private:
  void pad() {
    std::memset(end_, 0, kRate);
    if (left_ != 0) std::memcpy(end_, next_, left_);
    end_[left_] = 0x01;
    end_[kRate - 1] |= 0x80;
  }

  const std::uint8_t* next_;
  std::size_t left_, index_;
  std::uint8_t end_[kRate];
};

// The order in which messages begin: those of one class of length after the other, the longest
// class first; a class ends at four times the length it begins at.
class Order {
 public:
  Order(const ByteView* messages, std::size_t count) : messages_(messages), count_(count) {
    std::size_t longest = 0;
    for (std::size_t i = 0; i < count; ++i)
      longest = messages[i].size() > longest ? messages[i].size() : longest;
    if (longest < kLong) return;
    for (least_ = kLong; least_ <= longest / 4;)
      least_ *= 4;
  }
  // False if all have begun.
  bool next(std::size_t& index) {
    for (;;) {
      while (at_ < count_) {
        index = at_++;
        const std::size_t size = messages_[index].size();
        if (size >= least_ && size < end_) return true;
      }
      if (least_ == 0) return false;
      end_ = least_;
      least_ = least_ == kLong ? 0 : least_ / 4;
      at_ = 0;
    }
  }

 private:
  static constexpr std::size_t kLong = 8 * kRate;  // what is shorter is of one class

  const ByteView* messages_;
  std::size_t count_, at_ = 0;
  std::size_t least_ = 0, end_ = ~std::size_t{0};  // the class
};

template <class Ops>
class Batch {
 public:
  Batch(const ByteView* messages, std::size_t count, Hash256* out)
      : messages_(messages), order_(messages, count), out_(out) {
    for (std::size_t i = 0; i < kLanes; ++i)
      begin_next(i);
  }

  void run() {
    while (active_ > 1)
      step();
    for (std::size_t i = 0; i < kLanes; ++i)
      if (blocks_[i] != kIdle) finish_alone(i);
  }

 private:
  using Word = typename Ops::Word;
  static constexpr std::size_t kLanes = Ops::kLanes;
  static constexpr std::uint8_t kIdle[kRate] = {};

  void begin_next(std::size_t i) {
    kept_[i] = 0;
    std::size_t index = 0;
    if (!order_.next(index)) {
      blocks_[i] = kIdle;
      return;
    }
    lanes_[i].start(messages_[index], index);
    blocks_[i] = lanes_[i].block();
    ++active_;
  }

  // One block of each lane. The blocks of the next step are laid out before the permutation, which
  // does not depend on them, so that both overlap and padding has left the store buffer when read.
  void step() {
    Word fed[kRateWords];
    Ops::load(blocks_, fed);
    for (std::size_t w = 0; w < kWords; ++w)
      state_[w] = Ops::zero_where(state_[w], kept_);
    for (std::size_t w = 0; w < kRateWords; ++w)
      state_[w] = Ops::xor2(state_[w], fed[w]);
    Hash256* ended[kLanes] = {};
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (blocks_[i] == kIdle) continue;
      if (lanes_[i].advance()) {
        blocks_[i] = lanes_[i].block();
        kept_[i] = ~std::uint64_t{0};
      } else {
        ended[i] = out_ + lanes_[i].index();
        --active_;
        begin_next(i);
      }
    }
    permute<Ops>(state_);
    for (std::size_t i = 0; i < kLanes; ++i)
      if (ended[i] != nullptr) copy_words(i, kDigest / 8, ended[i]->data());
  }

  // The first words of lane i's state.
  void copy_words(std::size_t i, std::size_t words, std::uint8_t* to) const {
    const auto* from = reinterpret_cast<const std::uint8_t*>(state_) + 8 * i;
    for (std::size_t w = 0; w < words; ++w)
      std::memcpy(to + 8 * w, from + 8 * kLanes * w, 8);
  }

  void finish_alone(std::size_t i) {
    std::uint64_t state[kWords] = {};
    if (kept_[i] != 0) copy_words(i, kWords, reinterpret_cast<std::uint8_t*>(state));
    finish_with_bmi2(state, lanes_[i].next(), lanes_[i].left(), out_[lanes_[i].index()].data());
  }

  Word state_[kWords] = {};
  Lane lanes_[kLanes];
  const std::uint8_t* blocks_[kLanes];
  std::uint64_t kept_[kLanes];
  const ByteView* messages_;
  Order order_;
  Hash256* out_;
  std::size_t active_ = 0;
};

}  // namespace
}  // namespace clew::keccak_detail
