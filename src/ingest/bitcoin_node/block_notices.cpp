#include "ingest/bitcoin_node/block_notices.h"

#include <zmq.h>

#include <algorithm>
#include <cmath>

namespace clew::ingest {
namespace {

constexpr std::string_view kTopic = "hashblock";
constexpr int kQueuedMax = 1000;             // messages; more are dropped, which loses nothing
constexpr std::int64_t kBytesMax = 1 << 10;  // of one message: a topic, a hash, a number
constexpr double kSecondsMax = 3600;

struct EndContext {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
struct CloseSocket {
  void operator()(void* socket) const { zmq_close(socket); }
};

}  // namespace

struct BlockNotices::Impl {
  std::unique_ptr<void, EndContext> context;  // ends after its socket
  std::unique_ptr<void, CloseSocket> socket;

  bool set(int option, const void* value, std::size_t size) const {
    return zmq_setsockopt(socket.get(), option, value, size) == 0;
  }
  // One part of a message, if one is there.
  bool take() const {
    char part[16];
    return zmq_recv(socket.get(), part, sizeof part, ZMQ_DONTWAIT) >= 0;
  }
};

BlockNotices::BlockNotices(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BlockNotices::~BlockNotices() = default;

Result<std::unique_ptr<BlockNotices>> BlockNotices::open(
    const std::vector<std::string>& endpoints) {
  auto impl = std::make_unique<Impl>();
  impl->context.reset(zmq_ctx_new());
  if (impl->context) impl->socket.reset(zmq_socket(impl->context.get(), ZMQ_SUB));
  if (!impl->socket)
    return fail(ErrorKind::io, std::string("ZeroMQ: ") + zmq_strerror(zmq_errno()));
  const int at_once = 0;
  if (!impl->set(ZMQ_SUBSCRIBE, kTopic.data(), kTopic.size()) ||
      !impl->set(ZMQ_LINGER, &at_once, sizeof at_once) ||
      !impl->set(ZMQ_RCVHWM, &kQueuedMax, sizeof kQueuedMax) ||
      !impl->set(ZMQ_MAXMSGSIZE, &kBytesMax, sizeof kBytesMax))
    return fail(ErrorKind::io, std::string("ZeroMQ: ") + zmq_strerror(zmq_errno()));
  for (const auto& endpoint : endpoints) {
    if (zmq_connect(impl->socket.get(), endpoint.c_str()) != 0)
      return fail(ErrorKind::usage, endpoint + ": " + zmq_strerror(zmq_errno()));
  }
  return std::unique_ptr<BlockNotices>(new BlockNotices(std::move(impl)));
}

bool BlockNotices::wait(double seconds) {
  zmq_pollitem_t item = {impl_->socket.get(), 0, ZMQ_POLLIN, 0};
  const double milliseconds = std::clamp(seconds, 0.0, kSecondsMax) * 1000;
  if (zmq_poll(&item, 1, std::lround(std::ceil(milliseconds))) <= 0) return false;
  bool any = false;
  while (impl_->take())
    any = true;
  return any;
}

}  // namespace clew::ingest
