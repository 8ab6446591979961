#include "serve/request_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "base/json_text.h"

namespace clew::serve {

std::string time_text(double date) {
  const auto seconds = static_cast<time_t>(std::floor(date));
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40], whole[32];
  std::strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &parts);
  const int milliseconds = static_cast<int>((date - std::floor(date)) * 1000);
  const int size = std::snprintf(text, sizeof text, "%s.%03dZ", whole, milliseconds);
  return {text, static_cast<std::size_t>(size)};
}

Result<std::unique_ptr<RequestLog>> RequestLog::open(const std::string& path) {
  if (path.empty()) return std::unique_ptr<RequestLog>(new RequestLog(STDERR_FILENO));
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return fail(ErrorKind::io, "the log file " + path + ": " + std::strerror(errno));
  return std::unique_ptr<RequestLog>(new RequestLog(fd));
}

RequestLog::~RequestLog() {
  if (fd_ != STDERR_FILENO) ::close(fd_);
}

void RequestLog::write(const LogLine& line) {
  std::string text;
  JsonText json(text);
  const auto put = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    json.key(key);
    json.string(value);
  };
  json.open_object();
  put("time", time_text(line.date));
  put("id", line.id);
  put("method", line.method);
  put("route", line.route);
  if (line.status != 0) {
    json.key("status");
    json.number(static_cast<std::uint64_t>(line.status));
  }
  char milliseconds[32];
  std::snprintf(milliseconds, sizeof milliseconds, "%.3f", line.seconds * 1000);
  json.key("ms");
  json.raw(milliseconds);
  if (line.status != 0) {
    json.key("bytes");
    json.number(line.bytes);
  }
  put("key", line.key);
  put("problem", line.problem);
  put("cause", line.cause);
  json.close_object();
  append(std::move(text));
}

void RequestLog::trouble(double date, std::string_view what, std::string_view cause) {
  std::string text;
  JsonText json(text);
  json.open_object();
  json.key("time");
  json.string(time_text(date));
  json.key("trouble");
  json.string(what);
  json.key("cause");
  json.string(cause);
  json.close_object();
  append(std::move(text));
}

void RequestLog::append(std::string text) {
  text += '\n';
  const std::lock_guard lock(mutex_);
  // One write a line: with O_APPEND, lines of several processes do not mix.
  while (::write(fd_, text.data(), text.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace clew::serve
