#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace clew {
namespace {

TEST(NearestName, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("port", ""), 4u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(NearestName, OffersOnlyWhatIsNear) {
  const std::vector<std::string> names = {"port", "address"};
  EXPECT_EQ(did_you_mean("prot", names), "; did you mean port?");
  EXPECT_EQ(did_you_mean("adress", names), "; did you mean address?");
  EXPECT_EQ(did_you_mean("threads", names), "");
}

}  // namespace
}  // namespace clew
