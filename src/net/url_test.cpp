#include "net/url.h"

#include <gtest/gtest.h>

namespace clew::net {
namespace {

TEST(Url, IsTakenApart) {
  const auto url = parse_url("http://node.example:8545/v3/key?x=1#part");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->scheme, "http");
  EXPECT_EQ(url->host, "node.example");
  EXPECT_EQ(url->port, 8545);
  EXPECT_EQ(url->target, "/v3/key?x=1");
  EXPECT_FALSE(url->userinfo);
  EXPECT_FALSE(url->secure());
  EXPECT_EQ(url->authority(), "node.example:8545");
}

TEST(Url, HasThePortOfItsScheme) {
  EXPECT_EQ(parse_url("http://a")->port, 80);
  EXPECT_EQ(parse_url("https://a")->port, 443);
  EXPECT_EQ(parse_url("ws://a")->port, 80);
  EXPECT_EQ(parse_url("wss://a")->port, 443);
  EXPECT_EQ(parse_url("WSS://A.b")->authority(), "a.b");
  EXPECT_EQ(parse_url("https://a:80")->authority(), "a:80");
  EXPECT_EQ(parse_url("https://a")->target, "/");
  EXPECT_EQ(parse_url("https://a?q")->target, "/?q");
}

TEST(Url, TakesAddressesInBrackets) {
  const auto url = parse_url("ws://[::1]:8546/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8546);
  EXPECT_EQ(url->authority(), "[::1]:8546");
  EXPECT_TRUE(url->loopback());
}

TEST(Url, DecodesUserAndPassword) {
  const auto url = parse_url("http://al%40ice:se%3Acret@h/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->userinfo, "al@ice:se:cret");
  EXPECT_EQ(url->host, "h");
}

TEST(Url, ShowsNoSecrets) {
  const auto url = parse_url("https://user:pass@node.example/v3/0123456789abcdef?key=abc");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->shown(), "https://node.example/...");
  EXPECT_EQ(parse_url("http://127.0.0.1:8545")->shown(), "http://127.0.0.1:8545");
}

TEST(Url, HasARootForOtherPaths) {
  EXPECT_EQ(parse_url("http://h")->root(), "");
  EXPECT_EQ(parse_url("http://h/")->root(), "");
  EXPECT_EQ(parse_url("http://h/a/b//")->root(), "/a/b");
}

TEST(Url, KnowsThisMachine) {
  EXPECT_TRUE(parse_url("http://127.0.0.1:1")->loopback());
  EXPECT_TRUE(parse_url("http://127.9.9.9")->loopback());
  EXPECT_TRUE(parse_url("http://LocalHost")->loopback());
  EXPECT_FALSE(parse_url("http://127.evil.example")->loopback());
  EXPECT_FALSE(parse_url("http://128.0.0.1")->loopback());
}

TEST(Url, RefusesWhatIsNone) {
  for (const char* text : {"",
                           "node.example:8545",
                           "ftp://a",
                           "http://",
                           "http://:80",
                           "http:///path",
                           "http://a:0",
                           "http://a:65536",
                           "http://a:8x",
                           "http://a:",
                           "http://[::1",
                           "http://[::1]x",
                           "http://a b",
                           "http://a\r\nHost: b",
                           "http://ä",
                           "http://u%2@h",
                           "http://u%zz@h",
                           "http://a/\x7f",
                           "http://a\\b",
                           "http://[host]"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
  EXPECT_FALSE(parse_url("http://" + std::string(300, 'a')));
  EXPECT_FALSE(parse_url("http://a/" + std::string(9000, 'a')));
}

TEST(Url, ErrorsDoNotRepeatTheText) {
  const auto url = parse_url("http://user:secret@ho!st/");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
}

TEST(Url, CodesWhatGoesIntoAQuery) {
  EXPECT_EQ(percent_encoded("a-z_0.9~"), "a-z_0.9~");
  EXPECT_EQ(percent_encoded("a b&c=/\xff"), "a%20b%26c%3D%2F%FF");
  EXPECT_EQ(percent_decoded("a%20b%26c%3d%2F"), "a b&c=/");
  EXPECT_FALSE(percent_decoded("50%"));
  EXPECT_FALSE(percent_decoded("%2x"));
}

}  // namespace
}  // namespace clew::net
