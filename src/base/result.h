// Expected trouble is a value: Result<T> holds a T or an Error that says what went wrong and where.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace clew {

enum class ErrorKind {
  usage,        // the caller asked for something that makes no sense
  data,         // input does not follow its format
  corrupt,      // a file that we wrote does not match its checksum
  not_found,    // the thing asked for is not in the ledger
  io,           // the operating system refused
  no_space,     // the disk is full
  busy,         // another process holds the lock
  unsupported,  // valid, but not handled by this build
  network,      // a peer cannot be reached, broke off or took too long
  stopped,      // the caller asked to end
};

struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::data;
  std::string message;  // one sentence, no trailing full stop: what and where

  // Prefixes context that the caller knows: "block 17: transaction 3: ...".
  Error within(std::string_view context) && {
    message.insert(0, ": ").insert(0, context);
    return std::move(*this);
  }
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// CLEW_CHECK(expr): returns the error of a Result<void> expression to the caller.
// CLEW_TRY(name, expr): declares `auto name` as the value, or returns the error.
#define CLEW_CHECK(expr)                                                                  \
  do {                                                                                    \
    if (auto clew_r_ = (expr); !clew_r_) return ::clew::fail(std::move(clew_r_).error()); \
  } while (0)
#define CLEW_TRY(name, expr) CLEW_TRY_(name, expr, __LINE__)
#define CLEW_TRY_(name, expr, line) CLEW_TRY__(name, expr, line)
#define CLEW_TRY__(name, expr, line)                                         \
  auto clew_r_##line = (expr);                                               \
  if (!clew_r_##line) return ::clew::fail(std::move(clew_r_##line).error()); \
  auto name = std::move(*clew_r_##line)

}  // namespace clew
