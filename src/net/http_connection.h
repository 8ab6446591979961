// One connection of an HTTP client, one exchange after another.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "net/deadline.h"
#include "net/http.h"
#include "net/url.h"

namespace clew::net {

class HttpConnection {
 public:
  struct Exchange {
    std::string_view head, body;  // of the request, as they go out
    bool answer_has_body = true;  // not so of HEAD
    std::size_t answer_bytes_max = 0;
  };

  virtual ~HttpConnection() = default;
  // Sends a request and reads its answer, packed as it came. After an error the connection is of no
  // more use.
  virtual Result<Response> exchange(const Exchange& exchange, const Deadline& deadline) = 0;
  // Whether the last exchange failed before anything of an answer was there.
  virtual bool unanswered() const = 0;
  // Whether another exchange may follow: the server keeps the connection and sent nothing unasked.
  virtual bool reusable() const = 0;
  // The same of now, when it may have closed or spoken since.
  virtual bool still_usable() = 0;
};

// Makes connections to the server of one URL.
class HttpConnector {
 public:
  virtual ~HttpConnector() = default;
  virtual Result<std::unique_ptr<HttpConnection>> connect(const Deadline& deadline) = 0;
};
// `ca_file` as in ClientOptions.
Result<std::unique_ptr<HttpConnector>> make_http_connector(const Url& url,
                                                           const std::string& ca_file);

}  // namespace clew::net
