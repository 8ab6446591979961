#include "ingest/simulate/simulate.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ingest/simulate/replay_test_support.h"

namespace clew::simulate {
namespace {

// A directory that is gone after the test.
class Scratch {
 public:
  Scratch() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("clew-simulate-") + info->name() + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

Summary make(const Options& options) {
  const auto made = simulate_bitcoin(options);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return made.value_or(Summary{});
}

void expect_same_counts(const Summary& told, const Summary& counted) {
  EXPECT_EQ(told.blocks, counted.blocks);
  EXPECT_EQ(told.transactions, counted.transactions);
  EXPECT_EQ(told.inputs, counted.inputs);
  EXPECT_EQ(told.outputs, counted.outputs);
  EXPECT_EQ(told.output_value, counted.output_value);
  EXPECT_EQ(told.addresses, counted.addresses);
  EXPECT_EQ(told.tip_height, counted.tip_height);
  EXPECT_EQ(to_display(told.tip_hash), to_display(counted.tip_hash));
}

class Size : public ::testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Blocks, Size, ::testing::Values(200, 1000, 5000));

TEST_P(Size, EveryRuleOfConsensusThatLedgersRelyOnHolds) {
  const Scratch scratch;
  const std::string out = scratch / "world";
  const Summary told = make({.out = out, .blocks = GetParam()});
  const auto records = test::read_records(out);
  EXPECT_EQ(records.size(), GetParam() + told.stale_blocks);
  expect_same_counts(told, test::replay(out).counts);
}

}  // namespace
}  // namespace clew::simulate
