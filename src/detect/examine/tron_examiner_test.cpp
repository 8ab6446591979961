#include "detect/examine/tron_examiner.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "chain/tron/address.h"
#include "ingest/tron/history_test_support.h"
#include "ingest/tron/replay/sanctions_server.h"

namespace clew::examine {
namespace {

using nlohmann::json;
using providers::test::history;
using providers::test::subject;
using providers::test::transfers;
using replay::ProviderFault;
using testing::HasSubstr;

class TronExaminerTest : public testing::Test {
 protected:
  void SetUp() override {
    rows_ = transfers(history(300));
    replay::TronGridOptions serving;
    serving.key = "key";
    grid_ = std::move(*replay::TronGridServer::start(serving, rows_));
    options_.directory = folder_ / "state";
    options_.url = grid_->url();
    options_.key = "key";
    options_.back_off = providers::test::quick().back_off;
  }
  void screen_with(const std::string& listed) {
    replay::SanctionsOptions serving;
    serving.key = "other key";
    serving.listed[listed] = {replay::ofac_identification("SOMEBODY")};
    sanctions_ = std::move(*replay::SanctionsServer::start(serving));
    options_.sanctions_url = sanctions_->url();
    options_.sanctions_key = "other key";
  }
  void open() {
    auto opened = TronExaminer::open(options_);
    ASSERT_TRUE(opened) << opened.error().message;
    examiner_ = std::move(*opened);
  }
  json ask(const TronQuestion& question = {.address = subject()}, double patience = 20) {
    const auto said = examiner_->answer(question, patience);
    EXPECT_TRUE(said) << said.error().message;
    return said ? json::parse(**said) : json();
  }
  void break_down(ProviderFault fault) {
    replay::ProviderFaultPlan plan;
    plan.chances[static_cast<std::size_t>(fault)] = 1;
    grid_->set_faults(plan);
  }

  providers::test::Folder folder_;
  std::vector<providers::Trc20Row> rows_;
  std::unique_ptr<replay::TronGridServer> grid_;
  std::unique_ptr<replay::SanctionsServer> sanctions_;
  TronExaminerOptions options_;
  std::unique_ptr<TronExaminer> examiner_;
};

TEST_F(TronExaminerTest, CollectsAndScreensAndTests) {
  screen_with(tron::to_text(providers::test::account(7)));
  open();
  const auto said = ask();
  EXPECT_EQ(said["address"].get<std::string>(), tron::to_text(subject()));
  EXPECT_EQ(said["rows"].get<std::size_t>(), rows_.size());
  EXPECT_TRUE(said["history"]["complete"].get<bool>());
  const auto& relation = said["tests"]["relation"];
  EXPECT_EQ(relation["score"].get<double>(), 100);
  EXPECT_EQ(relation["unknown"].get<int>(), 0);
  ASSERT_EQ(relation["counterparties"].size(), 1u);
  EXPECT_EQ(relation["counterparties"][0]["address"].get<std::string>(),
            tron::to_text(providers::test::account(7)));
}

TEST_F(TronExaminerTest, AsksOnlyForWhatIsNew) {
  screen_with("nobody");
  open();
  const auto first = ask();
  const auto served = grid_->rows_served(), screened = sanctions_->requests();
  auto more = rows_;
  more.push_back(providers::test::row(99, rows_.back().time_ms + 60'000));
  grid_->set_rows(more, ~std::uint64_t{0});
  const auto second = ask();
  EXPECT_EQ(second["rows"].get<std::size_t>(), rows_.size() + 1);
  EXPECT_NE(second["snapshot"], first["snapshot"]);
  EXPECT_LE(grid_->rows_served() - served, 12u);  // the last block again, and the new row
  EXPECT_LE(sanctions_->requests() - screened, 1u);
}

TEST_F(TronExaminerTest, AnswersFromMemoryWhatItWasAskedAMomentAgo) {
  screen_with("nobody");
  options_.fresh_seconds = 600;
  open();
  const auto first = ask();
  const auto asked = grid_->requests();
  EXPECT_EQ(ask(), first);
  TronQuestion other{.address = subject()};
  other.options.coefficients.value = 0.9;
  const auto weighed = ask(other);
  EXPECT_EQ(weighed["tests"]["value"]["coefficient"].get<double>(), 0.9);
  EXPECT_EQ(weighed["tests"]["value"]["score"], first["tests"]["value"]["score"]);
  EXPECT_EQ(ask(), first);
  EXPECT_EQ(grid_->requests(), asked);
  open();  // as after a restart
  EXPECT_EQ(ask(), first);
  EXPECT_EQ(grid_->requests(), asked);
}

TEST_F(TronExaminerTest, LeavesRelationOutWhereNobodyCanBeAsked) {
  open();
  const auto said = ask();
  EXPECT_TRUE(said["tests"]["relation"]["score"].is_null());
  EXPECT_THAT(said["tests"]["relation"]["not_run"].get<std::string>(),
              HasSubstr("CLEW_SANCTIONS_URL"));
  EXPECT_FALSE(said["danger_score"].is_null());
}

TEST_F(TronExaminerTest, TakesSanctionedLabelsForAList) {
  open();
  ask();
  const auto listed = tron::to_text(providers::test::account(9));
  {
    auto store = labels::Store::open(folder_ / "state/labels.sqlite");
    ASSERT_TRUE(store);
    labels::Label label;
    label.subject = listed;
    label.currency = "TRX";
    label.label = "SOMEBODY";
    label.abuses = {"sanction"};
    ASSERT_TRUE(store->add(label));
  }
  open();
  const auto said = ask();
  const auto& relation = said["tests"]["relation"];
  EXPECT_EQ(relation["score"].get<double>(), 100);
  EXPECT_EQ(relation["counterparties"][0]["listings"][0]["name"].get<std::string>(), "SOMEBODY");
}

TEST_F(TronExaminerTest, SaysWhatIsMissingOrThatThereIsNothing) {
  open();
  break_down(ProviderFault::outage);
  const auto nothing = examiner_->answer({.address = subject()}, 2);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, ErrorKind::network);
  grid_->set_faults({});
  ask();
  break_down(ProviderFault::outage);
  const auto stale = ask({.address = subject()}, 2);
  EXPECT_EQ(stale["rows"].get<std::size_t>(), rows_.size());
  EXPECT_FALSE(stale["history"]["complete"].get<bool>());
  EXPECT_FALSE(stale["history"]["missing"].get<std::string>().empty());
  grid_->set_faults({});
  EXPECT_TRUE(ask()["history"]["complete"].get<bool>());
}

// Who asks again after that only asks in vain.
TEST_F(TronExaminerTest, TellsAWrongKeyFromAProviderThatIsDown) {
  open();
  ask();
  options_.key = "wrong key";
  open();
  EXPECT_FALSE(ask()["history"]["complete"].get<bool>());  // what there is from before
  const auto nothing = examiner_->answer({.address = providers::test::account(777)}, 20);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, ErrorKind::usage);
  EXPECT_THAT(nothing.error().message, HasSubstr("CLEW_TRON_API_KEY"));
  EXPECT_EQ(nothing.error().message.find("wrong key"), std::string::npos);
}

TEST_F(TronExaminerTest, RefusesOptionsBeforeItAsksAnybody) {
  open();
  TronQuestion question{.address = subject()};
  question.options.minimum_threshold = 4;
  const auto refused = examiner_->answer(question, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_EQ(grid_->requests(), 0u);
  options_.url.clear();
  EXPECT_FALSE(TronExaminer::open(options_));
}

TEST_F(TronExaminerTest, ManyAtOnceAskOnce) {
  screen_with("nobody");
  options_.fresh_seconds = 600;
  open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { ask(); });
  for (auto& thread : threads)
    thread.join();
  const auto asked = grid_->requests();
  EXPECT_LE(asked, 6u);  // two lists of two pages, and their ends
}

}  // namespace
}  // namespace clew::examine
