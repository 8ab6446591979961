#include "ingest/bitcoin_node/block_notices.h"

#include <gtest/gtest.h>
#include <zmq.h>

#include <array>

namespace clew::ingest {
namespace {

// As a Bitcoin node publishes: topic, hash, number of the message.
class Publisher {
 public:
  Publisher() {
    EXPECT_EQ(zmq_bind(socket_, "tcp://127.0.0.1:*"), 0);
    std::array<char, 100> name{};
    std::size_t size = name.size();
    EXPECT_EQ(zmq_getsockopt(socket_, ZMQ_LAST_ENDPOINT, name.data(), &size), 0);
    endpoint = name.data();
  }
  ~Publisher() {
    zmq_close(socket_);
    zmq_ctx_term(context_);
  }
  void publish(std::string_view topic) const {
    const std::string hash(32, 'h'), number(4, '\1');
    zmq_send(socket_, topic.data(), topic.size(), ZMQ_SNDMORE);
    zmq_send(socket_, hash.data(), hash.size(), ZMQ_SNDMORE);
    zmq_send(socket_, number.data(), number.size(), 0);
  }

  std::string endpoint;

 private:
  void* context_ = zmq_ctx_new();
  void* socket_ = zmq_socket(context_, ZMQ_PUB);
};

// A subscription takes a moment to reach the publisher, which drops what comes before.
bool heard(const Publisher& publisher, BlockNotices& notices, std::string_view topic, int tries) {
  for (int i = 0; i < tries; ++i) {
    publisher.publish(topic);
    if (notices.wait(0.05)) return true;
  }
  return false;
}

TEST(BlockNotices, TellOfBlocks) {
  const Publisher publisher;
  const auto notices = BlockNotices::open({publisher.endpoint});
  ASSERT_TRUE(notices) << notices.error().message;
  ASSERT_TRUE(heard(publisher, **notices, "hashblock", 600));
  EXPECT_FALSE(heard(publisher, **notices, "rawtx", 3));
  EXPECT_TRUE(heard(publisher, **notices, "hashblock", 600));
}

TEST(BlockNotices, ManyAreOnePieceOfNews) {
  const Publisher publisher;
  const auto notices = BlockNotices::open({publisher.endpoint});
  ASSERT_TRUE(notices);
  ASSERT_TRUE(heard(publisher, **notices, "hashblock", 600));
  for (int i = 0; i < 100; ++i)
    publisher.publish("hashblock");
  int news = 0;
  while ((*notices)->wait(0.5))
    ++news;
  EXPECT_GE(news, 1);
  EXPECT_LT(news, 100);
}

TEST(BlockNotices, WaitForAPublisherThatIsNotThere) {
  const auto notices = BlockNotices::open({"tcp://127.0.0.1:1"});
  ASSERT_TRUE(notices);
  EXPECT_FALSE((*notices)->wait(0.01));
}

TEST(BlockNotices, NameAMalformedEndpoint) {
  const auto notices = BlockNotices::open({"http://127.0.0.1:28332"});
  ASSERT_FALSE(notices);
  EXPECT_EQ(notices.error().kind, ErrorKind::usage);
  EXPECT_NE(notices.error().message.find("http://127.0.0.1:28332"), std::string::npos);
}

}  // namespace
}  // namespace clew::ingest
