#include "net/http.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "net/credentials.h"
#include "net/gzip.h"

namespace clew::net {
namespace {

TEST(Http, FindsHeadersInAnyCase) {
  const Headers headers{{"Content-Type", "a"}, {"x-key", "b"}, {"X-Key", "c"}};
  ASSERT_NE(find_header(headers, "X-KEY"), nullptr);
  EXPECT_EQ(*find_header(headers, "X-KEY"), "b");
  EXPECT_EQ(find_header(headers, "x-ke"), nullptr);
}

TEST(Http, ReadsRetryAfter) {
  const auto seconds = [](const char* value) {
    return retry_after_seconds({{"retry-after", value}}, 784111777 - 30);
  };
  EXPECT_EQ(seconds("120"), 120);
  EXPECT_EQ(seconds("0"), 0);
  EXPECT_EQ(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), 30);
  EXPECT_EQ(seconds("Sun, 06 Nov 1993 08:49:37 GMT"), 0);
  EXPECT_FALSE(seconds("-1"));
  EXPECT_FALSE(seconds("soon"));
  EXPECT_FALSE(seconds("99999999999999999999"));
  EXPECT_FALSE(retry_after_seconds({}, 0));
}

TEST(Http, RefusesHeadersThatSmuggleInOthers) {
  EXPECT_TRUE(check_headers({{"X-Api-Key", "0123 abc\tä"}}));
  EXPECT_FALSE(check_headers({{"X-Api-Key", "a\r\nHost: b"}}));
  EXPECT_FALSE(check_headers({{"X-Api-Key", std::string("a\0b", 3)}}));
  EXPECT_FALSE(check_headers({{"X Key", "a"}}));
  EXPECT_FALSE(check_headers({{"X:", "a"}}));
  EXPECT_FALSE(check_headers({{"", "a"}}));
}

TEST(Http, NamesStatuses) {
  EXPECT_EQ(status_text(429), "429 Too Many Requests");
  EXPECT_EQ(status_text(299), "299");
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(Gzip, IsUnpackedWithRoomBehind) {
  const std::string text(3'000'000, 'x');
  const auto whole = gunzip(gzip(text), text.size());
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(*whole, text);
  EXPECT_GE(whole->capacity(), whole->size() + kBodySlack);
  EXPECT_EQ(gunzip(gzip(""), 0).value(), "");
  EXPECT_EQ(gunzip(gzip("ab") + gzip("cd"), 10).value(), "abcd");
}

TEST(Gzip, StopsAtTheLimit) {
  const auto bomb = gzip(std::string(50'000'000, 'x'));
  const auto result = gunzip(bomb, 1'000'000);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("more than 1000000 bytes"), std::string::npos);
  EXPECT_FALSE(gunzip(gzip("abc"), 2));
  EXPECT_TRUE(gunzip(gzip("abc"), 3));
  EXPECT_FALSE(gunzip(gzip("a"), 0));
}

TEST(Gzip, RefusesDamage) {
  const auto packed = gzip("some text that is long enough to be cut off in the middle");
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_FALSE(gunzip(std::string_view(packed).substr(0, size), 1000)) << size;
  auto flipped = packed;
  flipped[flipped.size() - 6] ^= 1;  // of the checksum
  EXPECT_FALSE(gunzip(flipped, 1000));
  EXPECT_FALSE(gunzip(packed + "x", 1000));
  EXPECT_FALSE(gunzip("plain text", 1000));
}

TEST(Credentials, AreEncodedAsBasic) {
  // RFC 7617, 2
  EXPECT_EQ(basic_authorization("Aladdin:open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization(""), "Basic ");
}

}  // namespace
}  // namespace clew::net
