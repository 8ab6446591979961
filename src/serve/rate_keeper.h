// What keys have left of their rates, kept beside them so that it outlives the server however that
// ends.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "serve/rate_limit.h"
#include "serve/request_log.h"
#include "sqlite/database.h"

namespace clew::serve {

// Writes once a second and at its end, on a thread and through a connection of its own: no answer
// waits. A kill forgets a second at most; a power cut may forget more, as nothing is synced for it.
// What cannot be written is in the log, and the rates hold all the same as long as the server runs.
class RateKeeper {
 public:
  // `path`: the database of keys, which there is. Gives the limit what is kept. All must outlive
  // the keeper.
  static Result<std::unique_ptr<RateKeeper>> start(const std::string& path, RateLimit& limit,
                                                   RequestLog& log, Clock& clock);
  ~RateKeeper();

  Result<void> write();  // now

 private:
  RateKeeper(RateLimit& limit, RequestLog& log, Clock& clock)
      : limit_(limit), log_(log), clock_(clock) {}
  Result<void> read();
  void work(const std::stop_token& stopped);
  void write_or_log();

  RateLimit& limit_;
  RequestLog& log_;
  Clock& clock_;
  std::mutex mutex_;  // of the database and what is to be written
  std::unique_ptr<sqlite::Database> database_;
  std::map<std::string, double> unwritten_;  // key to when its bucket will be full
  bool failing_ = false;
  std::mutex pause_mutex_;
  std::condition_variable_any pause_;
  std::jthread thread_;
};

}  // namespace clew::serve
