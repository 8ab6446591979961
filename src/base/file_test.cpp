#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "labels/folder_test_support.h"

namespace clew {
namespace {

namespace fs = std::filesystem;
using labels::test::read_text;

class WriteAtomically : public testing::Test {
 protected:
  void write(const std::string& path, std::string_view text) {
    const auto written = write_atomically(real_files(), path, as_bytes(text));
    EXPECT_TRUE(written) << written.error().message;
  }
  labels::test::Folder folder_;
};

TEST_F(WriteAtomically, ReplacesWhatIsThereAndLeavesNothingElse) {
  write(folder_ / "a", "old and long");
  write(folder_ / "a", "new");
  EXPECT_EQ(read_text(folder_ / "a"), "new");
  EXPECT_EQ(real_files().list(folder_ / ""), std::vector<std::string>{"a"});
}

TEST_F(WriteAtomically, TakesABareName) {
  const auto here = fs::current_path();
  fs::current_path(folder_ / "");
  write("bare", "x");
  fs::current_path(here);
  EXPECT_EQ(read_text(folder_ / "bare"), "x");
}

TEST_F(WriteAtomically, ReplacesWhatALinkLeadsTo) {
  fs::create_directory(folder_ / "far");
  folder_.write("far/file", "old");
  fs::create_symlink("far/file", folder_ / "near");
  fs::create_symlink("near", folder_ / "nearer");
  fs::create_symlink("far/missing", folder_ / "dangling");
  write(folder_ / "nearer", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "nearer"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "near"));
  EXPECT_EQ(read_text(folder_ / "far/file"), "new");
  write(folder_ / "dangling", "made");
  EXPECT_TRUE(fs::is_symlink(folder_ / "dangling"));
  EXPECT_EQ(read_text(folder_ / "far/missing"), "made");
}

TEST_F(WriteAtomically, WritesThroughAPipeAndLeavesItThere) {
  const auto path = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  fs::create_symlink("pipe", folder_ / "link");
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  for (const auto& name : {path, folder_ / "link"}) {
    write(name, "through");
    char text[16];
    EXPECT_EQ(std::string_view(text, ::read(reader, text, sizeof text)), "through");
  }
  ::close(reader);
  EXPECT_TRUE(fs::is_fifo(path));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
}

TEST_F(WriteAtomically, DoesNotTakeAFolder) {
  fs::create_directory(folder_ / "sub");
  EXPECT_FALSE(write_atomically(real_files(), folder_ / "sub", as_bytes("x")));
  EXPECT_TRUE(fs::is_directory(folder_ / "sub"));
}

}  // namespace
}  // namespace clew
