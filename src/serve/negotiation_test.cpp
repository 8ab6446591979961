#include "serve/negotiation.h"

#include <gtest/gtest.h>

namespace clew::serve {
namespace {

TEST(Negotiation, KnowsWhatIsAccepted) {
  const auto takes = [](const char* accept) {
    return accepts({{"Accept", accept}}, "application/json");
  };
  EXPECT_TRUE(accepts({}, "application/json"));
  EXPECT_TRUE(takes("*/*"));
  EXPECT_TRUE(takes("text/html, application/*;q=0.1"));
  EXPECT_TRUE(takes("Application/JSON ; q=1"));
  EXPECT_FALSE(takes("text/html"));
  EXPECT_FALSE(takes("*/*, application/json;q=0"));
  EXPECT_TRUE(takes("application/json, */*;q=0"));
  EXPECT_TRUE(accepts({{"Accept", "text/plain"}}, "text/plain; version=0.0.4"));
  EXPECT_TRUE(
      accepts({{"Accept", "text/html"}, {"accept", "application/json"}}, "application/json"));
}

TEST(Negotiation, PacksOnlyWhenAsked) {
  EXPECT_FALSE(accepts_gzip({}));
  EXPECT_TRUE(accepts_gzip({{"Accept-Encoding", "br, gzip"}}));
  EXPECT_TRUE(accepts_gzip({{"Accept-Encoding", "*"}}));
  EXPECT_FALSE(accepts_gzip({{"Accept-Encoding", "gzip;q=0, *"}}));
  EXPECT_FALSE(accepts_gzip({{"Accept-Encoding", "br"}}));
}

TEST(Negotiation, TakesJsonAlone) {
  const auto sends = [](const char* type) { return sends_json({{"Content-Type", type}}); };
  EXPECT_TRUE(sends("application/json"));
  EXPECT_TRUE(sends("application/json; charset=UTF-8"));
  EXPECT_FALSE(sends("application/json; charset=latin1"));
  EXPECT_FALSE(sends("text/plain"));
  EXPECT_FALSE(sends("application/jsonp"));
  EXPECT_FALSE(sends_json({}));
  EXPECT_FALSE(sends_json({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}));
}

}  // namespace
}  // namespace clew::serve
