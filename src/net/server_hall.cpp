#include "net/server_hall.h"

#include <exception>

namespace clew::net {
namespace {

bool fits(const Route& route, std::string_view path) {
  if (!route.path.ends_with('*')) return path == route.path;
  return path.starts_with(std::string_view(route.path).substr(0, route.path.size() - 1));
}

}  // namespace

void Hall::enter(Session* key, std::weak_ptr<Session> session) {
  const std::lock_guard lock(mutex_);
  sessions_[key] = std::move(session);
}

void Hall::leave(Session* key) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(key);
  if (sessions_.empty()) empty_.notify_all();
}

bool Hall::full() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size() >= options.connections_max;
}

std::vector<std::shared_ptr<Session>> Hall::present() const {
  std::vector<std::shared_ptr<Session>> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, session] : sessions_) {
    if (auto held = session.lock()) all.push_back(std::move(held));
  }
  return all;
}

bool Hall::wait_until_empty(double seconds) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, milliseconds(seconds), [&] { return sessions_.empty(); });
}

void Hall::clear() {
  constexpr double kDropSeconds = 1;
  closing_ = true;
  for (const auto& session : present())
    session->wind_up();
  if (wait_until_empty(options.grace_seconds)) return;
  for (const auto& session : present())
    session->drop();
  wait_until_empty(kDropSeconds);
}

Answer plain_answer(int status) {
  return {.status = status, .content_type = "text/plain", .body = status_text(status) + "\n"};
}

Answer answer_of(const Hall& hall, const Request& request) {
  bool other_method = false;
  for (const Route& route : hall.routes) {
    if (!route.handler || !fits(route, request.path())) continue;
    const bool head = request.method == "HEAD" && route.method == "GET";
    if (!route.method.empty() && route.method != request.method && !head) {
      other_method = true;
      continue;
    }
    try {
      Answer answer = route.handler(request);
      return check_headers(answer.headers) ? std::move(answer) : plain_answer(500);
    } catch (const std::exception&) {
      return plain_answer(500);
    }
  }
  return plain_answer(other_method ? 405 : 404);
}

const WebSocketEvents* websocket_of(const Hall& hall, std::string_view path) {
  for (const Route& route : hall.routes) {
    if (route.websocket && fits(route, path)) return &*route.websocket;
  }
  return nullptr;
}

}  // namespace clew::net
