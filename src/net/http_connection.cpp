#include "net/http_connection.h"

#include <poll.h>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "net/client_stream.h"

namespace clew::net {
namespace {

namespace http = boost::beast::http;

constexpr std::uint32_t kHeadMax = 64 << 10;
constexpr int kInterimMax = 8;
constexpr std::size_t kReadSize = 64 << 10;  // Beast reads no more at once, and less unasked

// Large answers that are on their way at the same time share what one alone may have: of many
// connections to a node that never ends, each would take as much.
constexpr std::size_t kLarge = 32 << 20;
constexpr std::size_t kLargeTogether = 256 << 20;
std::atomic<std::size_t> large_bytes = 0;

// Collects a body as it arrives, with room behind it (kBodySlack).
struct SlackBody {
  using value_type = std::string;
  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(http::header<kIsRequest, Fields>&, value_type& body) : body_(body) {}
    reader(const reader&) = delete;
    reader& operator=(const reader&) = delete;
    ~reader() { large_bytes -= taken_; }

    void init(const boost::optional<std::uint64_t>& length, error_code& code) {
      code = {};  // the parser has compared the length with the limit
      if (length) body_.reserve(std::min(static_cast<std::size_t>(*length), kLarge) + kBodySlack);
    }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& code) {
      code = {};
      std::size_t size = 0;
      for (const auto part : boost::beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(part.data()), part.size());
        size += part.size();
      }
      if (body_.size() > kLarge && !take(body_.size() - taken_))
        code = boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);
      return size;
    }
    void finish(error_code& code) {
      code = {};
      if (body_.capacity() < body_.size() + kBodySlack) body_.reserve(body_.size() + kBodySlack);
    }

   private:
    bool take(std::size_t more) {
      taken_ += more;
      return (large_bytes += more) <= kLargeTogether + kLarge;
    }

    value_type& body_;
    std::size_t taken_ = 0;  // of large_bytes
  };
};

using Parser = http::response_parser<SlackBody>;

Response to_response(Parser& parser) {
  auto& message = parser.get();
  Response response{static_cast<int>(message.result_int()), {}, std::move(message.body())};
  for (const auto& field : message)
    response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  return response;
}

tl::unexpected<Error> answer_failure(const error_code& code, std::size_t bytes_max) {
  if (code == http::error::body_limit) {
    return fail(ErrorKind::data,
                "the answer is longer than " + std::to_string(bytes_max) + " bytes");
  }
  if (code == boost::system::errc::not_enough_memory)
    return fail(ErrorKind::data, "the answer is too large beside others that are on their way");
  if (code == http::error::header_limit)
    return fail(ErrorKind::data, "the answer's header is too long");
  if (code == http::error::end_of_stream)
    return fail(ErrorKind::network, "the server closed without an answer");
  if (code == http::error::partial_message)
    return fail(ErrorKind::network, "the server closed in the middle of its answer");
  if (code.category() == http::make_error_code(http::error::bad_version).category())
    return fail(ErrorKind::data, "the answer is not HTTP: " + code.message());
  return transport_failure("reading the answer", code);
}

class Connection final : public HttpConnection {
 public:
  explicit Connection(std::shared_ptr<asio::ssl::context> tls) : tls_(std::move(tls)) {
    buffer_.reserve(kReadSize);
  }

  Result<void> connect(const Url& url, const Deadline& deadline) {
    return stream_.connect(url, tls_.get(), deadline);
  }

  Result<Response> exchange(const Exchange& exchange, const Deadline& deadline) override {
    keeps_ = false;
    unanswered_ = true;
    CLEW_CHECK(write(exchange, deadline));
    for (int interim = 0; interim <= kInterimMax; ++interim) {
      Parser parser;
      parser.header_limit(kHeadMax);
      parser.body_limit(exchange.answer_bytes_max);
      parser.skip(!exchange.answer_has_body);
      CLEW_CHECK(read(parser, exchange, deadline));
      // 1xx announces an answer to come.
      if (parser.get().result_int() / 100 == 1) continue;
      keeps_ = parser.keep_alive();
      return to_response(parser);
    }
    return fail(ErrorKind::data, "interim answers without end");
  }

  bool unanswered() const override { return unanswered_; }

  bool reusable() const override { return keeps_ && buffer_.size() == 0; }

  bool still_usable() override {
    if (!reusable()) return false;
    pollfd poll_for{stream_.socket().native_handle(), POLLIN, 0};
    return ::poll(&poll_for, 1, 0) == 0;
  }

 private:
  Result<void> write(const Exchange& exchange, const Deadline& deadline) {
    const std::array<asio::const_buffer, 2> buffers{
        asio::buffer(exchange.head.data(), exchange.head.size()),
        asio::buffer(exchange.body.data(), exchange.body.size())};
    std::optional<error_code> done;
    asio::async_write(stream_, buffers, [&](error_code code, std::size_t) { done = code; });
    CLEW_CHECK(run_until_done(io_, stream_, done, deadline));
    // A server that refuses may answer and close before it has read all.
    if (*done && *done != asio::error::broken_pipe && *done != asio::error::connection_reset)
      return transport_failure("sending the request", *done);
    return {};
  }

  Result<void> read(Parser& parser, const Exchange& exchange, const Deadline& deadline) {
    std::optional<error_code> done;
    http::async_read(stream_, buffer_, parser, [&](error_code code, std::size_t) { done = code; });
    auto waited = run_until_done(io_, stream_, done, deadline);
    if (parser.got_some()) unanswered_ = false;
    CLEW_CHECK(waited);
    if (*done) return answer_failure(*done, exchange.answer_bytes_max);
    return {};
  }

  std::shared_ptr<asio::ssl::context> tls_;
  asio::io_context io_{1};
  ClientStream stream_{io_};
  boost::beast::flat_buffer buffer_;
  bool keeps_ = false, unanswered_ = false;
};

class Connector final : public HttpConnector {
 public:
  Connector(Url url, std::shared_ptr<asio::ssl::context> tls)
      : url_(std::move(url)), tls_(std::move(tls)) {}

  Result<std::unique_ptr<HttpConnection>> connect(const Deadline& deadline) override {
    auto connection = std::make_unique<Connection>(tls_);
    CLEW_CHECK(connection->connect(url_, deadline));
    return connection;
  }

 private:
  Url url_;
  std::shared_ptr<asio::ssl::context> tls_;
};

}  // namespace

Result<std::unique_ptr<HttpConnector>> make_http_connector(const Url& url,
                                                           const std::string& ca_file) {
  std::shared_ptr<asio::ssl::context> tls;
  if (url.secure()) {
    CLEW_TRY(made, client_tls(ca_file));
    tls = std::move(made);
  }
  return std::make_unique<Connector>(url, std::move(tls));
}

}  // namespace clew::net
