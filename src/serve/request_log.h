// One line of JSON a request, for those who run the server. Holds no secret, no header and no part
// of a body: who asked is the key's id, what was asked is the route's pattern.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace clew::serve {

struct LogLine {
  double date = 0;                          // seconds since 1970
  std::string_view id, method, route, key;  // key: empty if nobody's
  int status = 0;                           // 0: no answer was given
  double seconds = 0;
  std::size_t bytes = 0;            // of the answer's body
  std::string_view problem, cause;  // empty if it was answered
};

// For several threads at once. A line that cannot be written is lost, and the request goes on.
class RequestLog {
 public:
  // Appends to a file; to standard error if `path` is empty.
  static Result<std::unique_ptr<RequestLog>> open(const std::string& path);
  ~RequestLog();
  void write(const LogLine& line);
  // What went wrong beside any request.
  void trouble(double date, std::string_view what, std::string_view cause);

 private:
  explicit RequestLog(int fd) : fd_(fd) {}
  void append(std::string text);
  const int fd_;
  std::mutex mutex_;
};

// "2020-09-13T12:26:40.123Z"
std::string time_text(double date);

}  // namespace clew::serve
