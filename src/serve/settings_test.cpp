#include "serve/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace clew::serve {
namespace {

using ::testing::HasSubstr;

struct File {
  explicit File(const std::string& text)
      : path(::testing::TempDir() + "/settings-" + std::to_string(::getpid()) + ".toml") {
    std::ofstream(path) << text;
  }
  ~File() { ::unlink(path.c_str()); }
  std::string path;
};

Result<Settings> load(const SettingSources& sources) {
  return Settings::load(server_settings(), sources);
}

std::string origin_of(const Settings& settings, std::string_view name) {
  const auto& all = settings.all();
  return std::ranges::find(all, name, [](const auto& one) { return one.setting->name; })->origin;
}

TEST(Settings, DefaultsFit) {
  SettingSources sources;
  for (const Setting& setting : server_settings()) {
    if (setting.kind != Setting::Kind::text)
      sources.flags[std::string(setting.name)] = setting.value;
  }
  EXPECT_TRUE(load(sources));
}

TEST(Settings, LaterSourcesWin) {
  const File file("[serve]\nport = 1\naddress = \"::1\"\nread_seconds = 2.5\nthreads = 3\n");
  const auto settings =
      load({.file = file.path,
            .environment = {"CLEW_SERVE_PORT=2", "HOME=/x", "CLEW_SERVE_THREADS=4"},
            .flags = {{"port", "3"}}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->integer("port"), 3u);
  EXPECT_EQ(settings->integer("threads"), 4u);
  EXPECT_EQ(settings->text("address"), "::1");
  EXPECT_DOUBLE_EQ(settings->real("read-seconds"), 2.5);
  EXPECT_EQ(origin_of(*settings, "port"), "flag --port");
  EXPECT_EQ(origin_of(*settings, "threads"), "environment CLEW_SERVE_THREADS");
  EXPECT_EQ(origin_of(*settings, "address"), "file " + file.path + ": address");
  EXPECT_EQ(origin_of(*settings, "workers"), "default");
}

TEST(Settings, RefusesUnknownNames) {
  const File other("[server]\nport = 1\n");
  EXPECT_THAT(load({.file = other.path}).error().message, HasSubstr("there is no 'server'"));
}

TEST(Settings, OffersTheNearestName) {
  const File file("[serve]\nprot = 1\n");
  EXPECT_THAT(load({.file = file.path}).error().message, HasSubstr("'prot'; did you mean port?"));
  EXPECT_THAT(load({.environment = {"CLEW_SERVE_PROT=1"}}).error().message,
              HasSubstr("did you mean CLEW_SERVE_PORT?"));
}

TEST(Settings, RefusesValuesThatDoNotFit) {
  for (const char* port : {"65536", "-1", "1.5", "", "x", "1 "}) {
    const auto settings = load({.flags = {{"port", port}}});
    ASSERT_FALSE(settings) << port;
    EXPECT_EQ(settings.error().kind, ErrorKind::usage);
    EXPECT_EQ(settings.error().message, "flag --port: an integer from 0 to 65535 is needed");
  }
  EXPECT_FALSE(load({.flags = {{"read-seconds", "nan"}}}));
  EXPECT_FALSE(load({.flags = {{"read-seconds", "inf"}}}));
}

TEST(Settings, RefusesFilesThatAreNone) {
  EXPECT_EQ(load({.file = "/does/not/exist"}).error().kind, ErrorKind::io);
  const File broken("[serve]\nport = \n");
  const auto settings = load({.file = broken.path});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().kind, ErrorKind::data);
  EXPECT_THAT(settings.error().message, HasSubstr("line 2"));
}

TEST(Settings, ShowsOfUrlsOnlyWhereTheyLead) {
  const auto shown = [](const char* url) {
    const auto settings = load({.environment = {std::string("CLEW_TRON_URL=") + url}});
    EXPECT_TRUE(settings);
    EXPECT_EQ(settings->text("tron-url"), url);
    return std::ranges::find(settings->all(), "tron-url",
                             [](const auto& one) { return one.setting->name; })
        ->shown();
  };
  EXPECT_EQ(shown("https://node.example"), "https://node.example");
  EXPECT_EQ(shown("https://me:hush@node.example:8090/"), "https://node.example:8090");
  EXPECT_EQ(shown("https://node.example/hush?key=hush"), "https://node.example/...");
  EXPECT_EQ(shown("me:hush@node.example"), "no URL");
  EXPECT_EQ(shown(""), "");
}

TEST(Settings, ShowsNoSecret) {
  const Setting known[] = {{.name = "api-key", .value = "", .secret = true}};
  const auto settings = Settings::load(known, {.flags = {{"api-key", "hush"}}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->all()[0].shown(), "********");
  EXPECT_EQ(settings->text("api-key"), "hush");
  EXPECT_EQ(Settings::load(known, {})->all()[0].shown(), "");
}

}  // namespace
}  // namespace clew::serve
