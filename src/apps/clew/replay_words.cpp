#include "apps/clew/replay_words.h"

#include <charconv>

namespace clew::app {

Result<ListenAddress> read_listen(const std::string& text) {
  ListenAddress out;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const auto [last, code] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (port.empty() || colon == 0 || code != std::errc() || last != port.data() + port.size())
    return fail(ErrorKind::usage, "--listen " + text + ": not an ADDRESS:PORT");
  out.address = text.substr(0, colon);
  if (out.address.starts_with('[') && out.address.ends_with(']'))
    out.address = out.address.substr(1, out.address.size() - 2);
  return out;
}

Result<FaultWords> read_fault(const std::string& text) {
  FaultWords out;
  const std::size_t equals = text.find('=');
  out.name = text.substr(0, equals);
  if (equals == std::string::npos) return out;
  const char *begin = text.data() + equals + 1, *end = text.data() + text.size();
  const auto [last, code] = std::from_chars(begin, end, out.chance);
  if (code != std::errc() || last != end || !(out.chance >= 0 && out.chance <= 1))
    return fail(ErrorKind::usage, "--fault " + text + ": the chance must be 0 to 1");
  return out;
}

}  // namespace clew::app
