#include <gmock/gmock.h>

#include "ingest/tron/history_test_support.h"
#include "ingest/tron/replay/sanctions_server.h"
#include "ingest/tron/screening_store.h"
#include "sqlite/database.h"

namespace clew::providers {
namespace {

using replay::ProviderFault;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kListed = "TFFriedwRtWdFuzerDDtkoQTZ29smDZ1MB";
constexpr const char* kClean = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

TEST(Identifications, AreReadStrictly) {
  const auto clean = read_identifications(R"({"identifications":[]})");
  ASSERT_TRUE(clean);
  EXPECT_THAT(*clean, IsEmpty());
  const auto listed = read_identifications(
      R"({"identifications":[{"category":"sanctions","name":"SANCTIONS: OFAC SDN X",)"
      R"("description":"a\nb","url":null,"more":[1]}]})");
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_THAT(*listed, ElementsAre(Identification{.category = "sanctions",
                                                  .name = "SANCTIONS: OFAC SDN X",
                                                  .description = "a\nb"}));
  for (const char* wrong :
       {"", "{}", "[]", R"({"identifications":{}})", R"({"identifications":null})",
        R"({"identifications":[1]})", R"({"identifications":[{"name":5}]})",
        R"({"identifications":[],"identifications":[]})", R"({"identifications":[]} x)",
        R"({"identifications":[)"})
    EXPECT_FALSE(read_identifications(wrong)) << wrong;
  std::string many = R"({"identifications":[{})";
  for (int i = 0; i < 100; ++i)
    many += ",{}";
  EXPECT_FALSE(read_identifications(many + "]}"));
  EXPECT_EQ(
      read_identifications(R"({"identifications":[{"name":")" + std::string(9999, 'x') + R"("}]})")
          ->front()
          .name.size(),
      Identification::kTextMax);
}

class Screenings : public testing::Test {
 protected:
  void serve(replay::SanctionsOptions options = {}) {
    options.key = "key";
    options.listed[kListed] = {replay::ofac_identification("SOMEBODY")};
    auto started = replay::SanctionsServer::start(options);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    ask_with("key");
  }
  void ask_with(const std::string& key) {
    ProviderOptions options = test::quick();
    options.key = key;
    auto api = SanctionsApi::open(server_->url(), options);
    ASSERT_TRUE(api) << api.error().message;
    api_ = std::make_unique<SanctionsApi>(std::move(*api));
  }
  ScreenReport screen(const std::vector<std::string>& addresses,
                      const ScreenOptions& options = {.patience_seconds = 1}) {
    auto store = ScreeningStore::open(folder_ / "screening.sqlite");
    EXPECT_TRUE(store) << store.error().message;
    auto report = screen_addresses(api_.get(), "no URL was given", *store, addresses, options);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : ScreenReport();
  }

  test::Folder folder_;
  std::unique_ptr<replay::SanctionsServer> server_;
  std::unique_ptr<SanctionsApi> api_;
};

TEST_F(Screenings, TellTheListedFromTheClean) {
  serve();
  const ScreenReport report = screen({kClean, kListed, "t" + std::string(kListed).substr(1)});
  EXPECT_EQ(report.unknown, 0u);
  EXPECT_THAT(report.why, IsEmpty());
  ASSERT_EQ(report.screenings.size(), 3u);
  EXPECT_FALSE(report.screenings[0]->listed());
  ASSERT_TRUE(report.screenings[1]->listed());
  EXPECT_EQ(report.screenings[1]->identifications[0], replay::ofac_identification("SOMEBODY"));
  EXPECT_FALSE(report.screenings[2]->listed()) << "letter case counts";
}

TEST_F(Screenings, AreKeptForTheTimeThatIsAskedFor) {
  serve();
  screen({kClean, kListed});
  EXPECT_EQ(server_->requests(), 2u);
  const ScreenReport again = screen({kClean, kListed});
  EXPECT_EQ(server_->requests(), 2u);
  EXPECT_EQ(again.asked, 0u);
  EXPECT_TRUE(again.screenings[1]->listed());
  EXPECT_GT(again.screenings[1]->asked_at, 1e9);
  EXPECT_EQ(screen({kClean}, {.fresh_seconds = 0}).asked, 1u);
  EXPECT_EQ(server_->requests(), 3u);
}

TEST_F(Screenings, SayWhyTheyCouldNotRun) {
  serve();
  ask_with("");
  ScreenReport report = screen({kClean});
  EXPECT_EQ(report.unknown, 1u);
  EXPECT_THAT(report.why, HasSubstr("no key"));
  EXPECT_EQ(server_->requests(), 0u);

  ask_with("another");
  report = screen({kClean, kListed});
  EXPECT_EQ(report.unknown, 2u);
  EXPECT_THAT(report.why, HasSubstr("403 Forbidden: Forbidden"));
  EXPECT_EQ(server_->requests(), 1u) << "a wrong key does not become right";

  api_.reset();
  EXPECT_EQ(screen({kClean}).why, "no URL was given");
}

TEST_F(Screenings, OutliveWhatProvidersDo) {
  for (const ProviderFault fault :
       {ProviderFault::limit_429, ProviderFault::limit_503, ProviderFault::server_error,
        ProviderFault::outage, ProviderFault::half, ProviderFault::cut, ProviderFault::html,
        ProviderFault::failed, ProviderFault::wrong_type}) {
    replay::SanctionsOptions options;
    options.faults.at_request = {{1, fault}, {2, fault}};
    serve(options);
    const ScreenReport report = screen({kListed}, {.fresh_seconds = 0});
    EXPECT_EQ(report.unknown, 0u) << name(fault) << report.why;

    options.faults = {};
    options.faults.chances[static_cast<std::size_t>(fault)] = 1;
    if (fault == ProviderFault::wrong_type) continue;  // it is taken, being right
    serve(options);
    const ScreenReport never = screen({kListed, kClean}, {.patience_seconds = 0.2});
    EXPECT_EQ(never.unknown, 2u) << name(fault);
    EXPECT_THAT(never.why, Not(IsEmpty()));
  }
}

TEST_F(Screenings, OfTheStoreServeWhileTheProviderIsDown) {
  serve();
  screen({kListed});
  server_.reset();
  const ScreenReport report = screen({kListed}, {.patience_seconds = 0.1});
  EXPECT_EQ(report.unknown, 0u) << report.why;
  EXPECT_EQ(screen({kListed, kClean}, {.patience_seconds = 0.1}).unknown, 1u);
}

TEST_F(Screenings, ThatAreDamagedAreErrors) {
  serve();
  screen({kListed});
  {
    auto database =
        sqlite::Database::open(folder_ / "screening.sqlite", sqlite::Database::Mode::write);
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->execute("UPDATE screenings SET answer='{\"identifications\":[]}'"));
  }
  auto store = ScreeningStore::open(folder_ / "screening.sqlite");
  ASSERT_TRUE(store);
  const auto report = screen_addresses(api_.get(), "", *store, std::vector<std::string>{kListed});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace clew::providers
