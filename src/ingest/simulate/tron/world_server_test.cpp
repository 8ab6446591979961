#include "ingest/simulate/tron/world_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "chain/tron/address.h"
#include "ingest/simulate/tron/simulate_tron.h"
#include "ingest/tron/history_test_support.h"
#include "ingest/tron/replay/history_book.h"
#include "ingest/tron/sanctions_api.h"
#include "tests/memory_files.h"

namespace clew::simulate::tron {
namespace {

using nlohmann::json;

// A small world, served, and the program's own clients to ask it.
class WorldServer : public testing::Test {
 protected:
  void SetUp() override {
    const auto made = simulate_tron({.out = "world", .users = 20, .days = 30}, files_);
    ASSERT_TRUE(made) << made.error().message;
    const Bytes& bytes = files_.content("world/world.json");
    truth_ = json::parse(bytes.begin(), bytes.end());
  }
  void serve(const WorldServerOptions& options = {}) {
    auto served = serve_world("world", options, files_);
    ASSERT_TRUE(served) << served.error().message;
    server_ = std::move(*served);
  }
  std::string error() {
    const auto served = serve_world("world", {}, files_);
    return served ? "" : served.error().message;
  }
  std::string first(const char* list) const { return truth_[list][0]["address"]; }
  static providers::ProviderOptions asking(const std::string& key) {
    auto options = providers::test::quick();
    options.key = key;
    return options;
  }
  providers::History collect(const std::string& address, const std::string& key = "") {
    auto grid = providers::TronGrid::open(server_->url(), asking(key));
    auto store = providers::HistoryStore::open(folder_ / "history.sqlite");
    EXPECT_TRUE(grid && store);
    const auto subject = *clew::tron::parse_address(address);
    const auto report = providers::collect_history(*grid, *store, subject, {});
    EXPECT_TRUE(report) << (report ? "" : report.error().message);
    auto history = store->read({grid->provider().authority(), subject});
    EXPECT_TRUE(history);
    return history ? *history : providers::History();
  }
  providers::Provided<providers::Screening> screen(const std::string& address,
                                                   const std::string& key) {
    auto api = providers::SanctionsApi::open(server_->url(), asking(key));
    EXPECT_TRUE(api);
    return api->screen(address, real_clock().now() + 10);
  }

  clew::test::MemoryFiles files_;
  json truth_;
  labels::test::Folder folder_;
  std::unique_ptr<replay::TronGridServer> server_;
};

TEST_F(WorldServer, GivesHistoriesAndScreeningOnOnePort) {
  serve({.key = "key"});
  const auto rows = replay::load_history_rows("world/trc20.json", files_);
  ASSERT_TRUE(rows);
  for (const char* list : {"users", "launderers", "sanctioned"}) {
    const std::string address = first(list);
    const auto subject = *clew::tron::parse_address(address);
    std::vector<providers::Trc20Row> mine = *rows;
    std::erase_if(mine, [&](const auto& row) { return row.from != subject && row.to != subject; });
    ASSERT_FALSE(mine.empty());
    EXPECT_EQ(providers::test::texts(collect(address, "key")), providers::test::texts(mine));
    const auto screened = screen(address, "key");
    ASSERT_TRUE(screened);
    EXPECT_EQ(screened->listed(), std::string_view(list) == "sanctioned") << list;
  }
  EXPECT_FALSE(screen(first("users"), "another"));
}

TEST_F(WorldServer, NamesWhatIsWrongWithAWorld) {
  EXPECT_EQ(error(), "");
  files_.put("world/sanctions.json", {'[', ']'});
  EXPECT_EQ(error(), "world/sanctions.json: not a JSON object");
  const std::string_view list = R"({"TXyz": {"identifications": 1}})";
  files_.put("world/sanctions.json", Bytes(list.begin(), list.end()));
  EXPECT_THAT(error(), testing::StartsWith("world/sanctions.json: TXyz: "));
  files_.put("world/sanctions.json", {'{', '}'});
  files_.put("world/trc20.json", {'{'});
  EXPECT_THAT(error(), testing::StartsWith("world/trc20.json: "));
}

}  // namespace
}  // namespace clew::simulate::tron
