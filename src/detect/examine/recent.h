// The most recently used of some things, by key, as many as their sizes allow.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace clew::examine {

template <class Key, class Value>
class Recent {
 public:
  explicit Recent(std::size_t size_max) : size_max_(size_max) {}

  // The value, made if it is not there; it is now the most recently used.
  Value& at(const Key& key) {
    const auto found = places_.find(key);
    if (found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
    } else {
      entries_.push_front({key, Value(), 0});
      places_[key] = entries_.begin();
    }
    return entries_.front().value;
  }
  // What the value takes up now. Makes room by letting others go, the least recently used first.
  void resize(const Key& key, std::size_t size) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    size_ += size - found->second->size;
    found->second->size = size;
    while (size_ > size_max_ && entries_.size() > 1) {
      size_ -= entries_.back().size;
      places_.erase(entries_.back().key);
      entries_.pop_back();
    }
  }
  std::size_t count() const { return entries_.size(); }
  std::size_t size() const { return size_; }

 private:
  struct Entry {
    Key key;
    Value value;
    std::size_t size;
  };
  const std::size_t size_max_;
  std::size_t size_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::map<Key, typename std::list<Entry>::iterator> places_;
};

}  // namespace clew::examine
