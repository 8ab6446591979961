#include "serve/key_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace clew::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/keys-" + std::to_string(::getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/keys.sqlite"; }
  std::unique_ptr<KeyStore> open() const {
    auto store = KeyStore::open(path());
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  std::string folder_;
};

TEST_F(KeyStoreTest, KnowsItsKeys) {
  const auto store = open();
  const auto key = store->make("partner", Scope::write, 1000);
  ASSERT_TRUE(key) << key.error().message;
  const auto found = store->find(*key);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name, "partner");
  EXPECT_EQ((*found)->scope, Scope::write);
  EXPECT_EQ((*found)->made, 1000);
  ApiKey other = *key;
  other.secret.back() = other.secret.back() == '0' ? '1' : '0';
  EXPECT_FALSE(*store->find(other));
  EXPECT_FALSE(*store->find({"000000000000", key->secret}));
}

TEST_F(KeyStoreTest, RevokesAtOnceAndForAll) {
  const auto store = open(), server = open();
  const auto key = *store->make("a", Scope::read, 1);
  EXPECT_TRUE(*server->find(key));
  const auto revoked = store->revoke("a", 5);
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->id, key.id);
  EXPECT_FALSE(*server->find(key));
  EXPECT_EQ(store->revoke(key.id, 6).error().kind, ErrorKind::not_found);
  const auto list = *server->list();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].revoked, 5);
  EXPECT_TRUE(store->make("a", Scope::read, 7)) << "the name is free again";
}

TEST_F(KeyStoreTest, RefusesNamesThatSayNothing) {
  const auto store = open();
  ASSERT_TRUE(store->make("a", Scope::read, 1));
  for (const std::string& name : {std::string(), std::string("a"), std::string("x\ny"),
                                  std::string(KeyStore::kNameMax + 1, 'x')})
    EXPECT_EQ(store->make(name, Scope::read, 1).error().kind, ErrorKind::usage) << name;
}

TEST_F(KeyStoreTest, KeepsNoSecretAndNoReaders) {
  const auto key = *open()->make("a", Scope::read, 1);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string all(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(all, Not(HasSubstr(key.secret))) << entry.path();
    struct stat about {};
    ASSERT_EQ(::stat(entry.path().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u) << entry.path();
  }
}

TEST_F(KeyStoreTest, SurvivesAKill) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = KeyStore::open(path());
    const auto text = (*store)->make("a", Scope::admin, 1)->text();
    (void)!::write(ends[1], text.data(), text.size());
    ::raise(SIGKILL);
  }
  char text[200];
  const auto size = ::read(ends[0], text, sizeof text);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  ASSERT_GT(size, 0);
  const auto key = parse_api_key({text, static_cast<std::size_t>(size)});
  ASSERT_TRUE(key);
  EXPECT_TRUE(*open()->find(*key));
}

TEST_F(KeyStoreTest, TellsOthersFilesFromItsOwn) {
  std::ofstream(path()) << std::string(5000, 'x');
  const auto store = KeyStore::open(path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::corrupt);
}

TEST(ApiKey, IsReadStrictly) {
  const auto key = *make_api_key();
  const auto again = parse_api_key(key.text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, key.id);
  EXPECT_EQ(again->secret, key.secret);
  EXPECT_NE(make_api_key()->secret, key.secret);
  const auto text = key.text();
  for (const auto& wrong : {std::string(), text + "0", text.substr(1), " " + text.substr(1),
                            text.substr(0, text.size() - 1) + "G", "CLEW" + text.substr(4)})
    EXPECT_FALSE(parse_api_key(wrong)) << wrong;
}

TEST(ApiKey, ScopesIncludeThoseBefore) {
  EXPECT_LT(Scope::read, Scope::write);
  EXPECT_LT(Scope::write, Scope::admin);
  EXPECT_FALSE(find_scope("open"));
  EXPECT_EQ(find_scope("admin"), Scope::admin);
}

}  // namespace
}  // namespace clew::serve
