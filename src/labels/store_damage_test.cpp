// What crashes, full disks and flipped bits may do to the store, and what they may not.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "labels/folder_test_support.h"
#include "labels/store.h"
#include "labels/store_impl.h"
#include "sqlite/database.h"

namespace clew::labels {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string pack_of(const std::string& title, int labels) {
  std::string text = "title: " + title + "\ncurrency: BTC\ntags:\n";
  for (int i = 0; i < labels; ++i)
    text += "- {address: a" + std::to_string(i) + ", label: name " + std::to_string(i) + "}\n";
  return text;
}

class DamagedStore : public testing::Test {
 protected:
  std::string path() const { return folder_ / "labels.sqlite"; }
  void fill(int labels) {
    auto store = Store::open(path());
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(store->import_file(folder_.write("p.yaml", pack_of("P", labels))));
  }
  void flip(const std::string& file, std::size_t offset, int bit) {
    auto bytes = test::read_text(file);
    bytes.at(offset) = static_cast<char>(bytes[offset] ^ (1 << bit));
    std::ofstream(file, std::ios::binary) << bytes;
  }
  test::Folder folder_;
};

TEST_F(DamagedStore, AWholeStoreIsFoundWhole) {
  EXPECT_THAT(*verify(path()), IsEmpty());
  fill(300);
  EXPECT_THAT(*verify(path()), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(seal_path(path())));
}

TEST_F(DamagedStore, EveryFlippedBitIsFoundAndNamed) {
  fill(300);
  const auto good = test::read_text(path());
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    const auto offset = i < 100 ? static_cast<std::size_t>(i) : random() % good.size();
    flip(path(), offset, static_cast<int>(random() % 8));
    const auto problems = verify(path());
    // A header that asks for features of later versions cannot be opened: that is an error.
    if (problems) {
      ASSERT_THAT(*problems, Not(IsEmpty())) << "byte " << offset;
      EXPECT_THAT(problems->front(), HasSubstr(path()));
    } else {
      EXPECT_THAT(problems.error().message, HasSubstr(path()));
    }
    std::ofstream(path(), std::ios::binary) << good;
  }
  EXPECT_THAT(*verify(path()), IsEmpty());
}

TEST_F(DamagedStore, EveryFlippedBitOfTheSealIsFound) {
  fill(3);
  const auto seal = seal_path(path());
  const auto good = test::read_text(seal);
  for (std::size_t offset = 0; offset < good.size(); ++offset) {
    flip(seal, offset, 2);
    const auto problems = verify(path());
    ASSERT_TRUE(problems);
    EXPECT_THAT(*problems, Not(IsEmpty())) << "byte " << offset;
    std::ofstream(seal, std::ios::binary) << good;
  }
}

TEST_F(DamagedStore, AnswersNeverComeFromADamagedRow) {
  fill(50);
  const auto bytes = test::read_text(path());
  const auto seal = test::read_text(seal_path(path()));
  for (const std::string text : {"name 17", "a17"}) {
    for (auto at = bytes.find(text); at != bytes.npos; at = bytes.find(text, at + 1)) {
      flip(path(), at, 0);
      const auto problems = verify(path());
      ASSERT_TRUE(problems);
      EXPECT_THAT(*problems, Not(IsEmpty()));
      const auto opened = Store::open(path(), Store::Mode::read);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
      EXPECT_THAT(opened.error().message, HasSubstr(path()));
      // Larger files are not held against their checksum each time: then rows tell.
      std::filesystem::remove(seal_path(path()));
      auto store = Store::open(path(), Store::Mode::read);
      ASSERT_TRUE(store);
      const auto walked =
          store->for_each(LabelFilter{}, [](const StoredLabel&) -> Result<void> { return {}; });
      if (!walked) {
        EXPECT_EQ(walked.error().kind, ErrorKind::corrupt);
      }
      std::ofstream(path(), std::ios::binary) << bytes;
      std::ofstream(seal_path(path()), std::ios::binary) << seal;
    }
  }
}

TEST_F(DamagedStore, OtherFilesAreRefusedAndLeftAlone) {
  const auto other = folder_.write("other.sqlite", "not a database at all, but long enough");
  const auto opened = Store::open(other);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(test::read_text(other), "not a database at all, but long enough");
  EXPECT_THAT(*verify(other), Not(IsEmpty()));
  {
    auto foreign = Database::open(folder_ / "foreign.sqlite", Database::Mode::write);
    ASSERT_TRUE(foreign && (*foreign)->execute("CREATE TABLE notes(x)"));
  }
  EXPECT_EQ(Store::open(folder_ / "foreign.sqlite").error().kind, ErrorKind::corrupt);
}

TEST_F(DamagedStore, ANewerLayoutIsRefused) {
  fill(1);
  {
    auto database = Database::open(path(), Database::Mode::write);
    ASSERT_TRUE(database && (*database)->execute("PRAGMA user_version=99"));
  }
  EXPECT_EQ(Store::open(path()).error().kind, ErrorKind::unsupported);
  EXPECT_EQ(Store::open(path(), Store::Mode::read).error().kind, ErrorKind::unsupported);
}

TEST_F(DamagedStore, AnEmptiedFileIsNoEmptyStore) {
  fill(1);
  std::ofstream(path(), std::ios::trunc).flush();
  EXPECT_EQ(Store::open(path()).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(Store::open(path(), Store::Mode::read).error().kind, ErrorKind::corrupt);
  EXPECT_THAT(*verify(path()), Not(IsEmpty()));
}

TEST_F(DamagedStore, AMissingFileIsNoEmptyStore) {
  fill(1);
  std::filesystem::remove(path());
  EXPECT_EQ(Store::open(path()).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(Store::open(path(), Store::Mode::read).error().kind, ErrorKind::corrupt);
  EXPECT_THAT(*verify(path()), Not(IsEmpty()));
  EXPECT_FALSE(std::filesystem::exists(path()));
}

// The child imports until it is killed at a random moment; the parent looks at what is left.
TEST_F(DamagedStore, AKilledImportLeavesAllOrNothing) {
  fill(10);
  const auto file = folder_.write("big.yaml", pack_of("Big", 4000));
  std::mt19937 random(7);
  int finished = 0, undone = 0;
  for (int round = 0; round < 12; ++round) {
    const auto delay_us = random() % 120'000;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = Store::open(path());
      if (store) (void)store->import_file(file);
      _exit(0);
    }
    usleep(static_cast<useconds_t>(delay_us));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_THAT(*verify(path()), IsEmpty());
    auto store = Store::open(path());
    ASSERT_TRUE(store) << store.error().message;
    const auto labels = store->stats()->labels;
    EXPECT_TRUE(labels == 10 || labels == 4010) << labels;
    (labels == 10 ? undone : finished) += 1;
    if (labels == 4010) {
      ASSERT_TRUE(store->remove_pack("Big"));
    }
  }
  EXPECT_EQ(finished + undone, 12);
  auto store = Store::open(path());
  ASSERT_TRUE(store && store->import_file(file));
  EXPECT_EQ(store->stats()->labels, 4010u);
}

// The kernel refuses to let files grow, as a full disk does.
TEST_F(DamagedStore, AFullDiskStopsTheImportAndLeavesTheStoreUsable) {
  fill(10);
  const auto file = folder_.write("big.yaml", pack_of("Big", 20'000));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{300'000, 300'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto store = Store::open(path());
    const bool refused = store && !store->import_file(file);
    const bool usable =
        refused && store->stats()->labels == 10 && *store->add({.subject = "x", .label = "y"});
    _exit(usable ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  auto store = Store::open(path());
  ASSERT_TRUE(store);
  EXPECT_EQ(store->stats()->labels, 11u);
  EXPECT_THAT(*verify(path()), IsEmpty());
}

TEST_F(DamagedStore, SaysWhatTheSystemSaid) {
  auto database = Database::open(folder_ / "small.sqlite", Database::Mode::write);
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->execute("PRAGMA max_page_count=3; CREATE TABLE t(x)"));
  const auto full = (*database)->execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<9999) "
      "INSERT INTO t SELECT randomblob(100) FROM n");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::no_space);
  EXPECT_THAT(full.error().message, HasSubstr("small.sqlite"));
  EXPECT_FALSE(Database::open(folder_ / "no/such/folder/x.sqlite", Database::Mode::write));
}

}  // namespace
}  // namespace clew::labels
