// Texts that were rendered, up to a number of bytes; those not asked for longest go first. May be
// used from several threads.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace clew::replay {

class TextCache {
 public:
  explicit TextCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Null if it is not there.
  std::shared_ptr<const std::string> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = texts_.find(key);
    if (found == texts_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second.place);
    return found->second.text;
  }
  void add(const std::string& key, std::shared_ptr<const std::string> text) {
    const std::lock_guard lock(mutex_);
    if (texts_.contains(key)) return;
    bytes_ += text->size();
    order_.push_front(key);
    texts_[key] = {std::move(text), order_.begin()};
    while (bytes_ > bytes_max_ && order_.size() > 1) {
      const auto oldest = texts_.find(order_.back());
      bytes_ -= oldest->second.text->size();
      texts_.erase(oldest);
      order_.pop_back();
    }
  }

 private:
  struct Entry {
    std::shared_ptr<const std::string> text;
    std::list<std::string>::iterator place;
  };

  std::mutex mutex_;
  std::size_t bytes_max_, bytes_ = 0;
  std::list<std::string> order_;  // latest first
  std::map<std::string, Entry> texts_;
};

}  // namespace clew::replay
