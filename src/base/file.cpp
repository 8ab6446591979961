#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <system_error>

namespace clew {
namespace {

tl::unexpected<Error> os_error(const std::string& what, const std::string& path, int code) {
  const auto kind = code == ENOSPC || code == EDQUOT ? ErrorKind::no_space
                    : code == ENOENT                 ? ErrorKind::not_found
                                                     : ErrorKind::io;
  return fail(kind, what + " " + path + ": " + std::generic_category().message(code));
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  int reset() { return fd_ < 0 ? 0 : ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

class RealOutputFile final : public OutputFile {
 public:
  RealOutputFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<void> write(ByteView bytes) override {
    while (!bytes.empty()) {
      const auto n = ::write(fd_.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return os_error("cannot write", path_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
  }
  Result<void> sync() override {
    if (::fdatasync(fd_.get()) != 0) return os_error("cannot sync", path_, errno);
    return {};
  }
  Result<void> close() override {
    if (fd_.reset() != 0) return os_error("cannot close", path_, errno);
    return {};
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class RealMappedFile final : public MappedFile {
 public:
  RealMappedFile(void* data, std::size_t size) : data_(data), size_(size) {}
  RealMappedFile(const RealMappedFile&) = delete;
  RealMappedFile& operator=(const RealMappedFile&) = delete;
  ~RealMappedFile() override {
    if (data_ != nullptr) ::munmap(data_, size_);
  }
  ByteView bytes() const override { return {static_cast<const std::uint8_t*>(data_), size_}; }

 private:
  void* data_;
  std::size_t size_;
};

class RealFileLock final : public FileLock {
 public:
  explicit RealFileLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;  // closing it releases the lock
};

class RealFiles final : public FileSystem {
 public:
  Destination destination(const std::string& path) override {
    constexpr int kLinksMax = 40;  // as many as Linux follows
    struct stat info {};
    // Asked of the path itself: links in /proc/self/fd lead to pipes that have no path of their
    // own.
    if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) return {path, false};
    std::filesystem::path behind(path);
    std::error_code code;
    for (int i = 0; i < kLinksMax; ++i) {
      const auto target = std::filesystem::read_symlink(behind, code);
      if (code) break;  // no link
      behind = behind.parent_path() / target;
    }
    return {behind.string()};
  }

  Result<std::unique_ptr<OutputFile>> create(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) return os_error("cannot create", path, errno);
    return std::make_unique<RealOutputFile>(fd, path);
  }

  Result<std::shared_ptr<const MappedFile>> map(const std::string& path) override {
    CLEW_TRY(opened, open_sized(path));
    auto& [fd, size] = opened;
    if (size == 0) return std::make_shared<RealMappedFile>(nullptr, 0);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd->get(), 0);
    if (data == MAP_FAILED) return os_error("cannot map", path, errno);
    return std::make_shared<RealMappedFile>(data, size);
  }

  Result<Bytes> read(const std::string& path) override {
    // Opened once: the file may be replaced by another of the same name at any time.
    Bytes out;
    CLEW_CHECK(read_at(path, 0, std::numeric_limits<std::size_t>::max(), out));
    return out;
  }

  Result<void> read_at(const std::string& path, std::uint64_t offset, std::size_t size,
                       Bytes& out) override {
    CLEW_TRY(opened, open_sized(path));
    auto& [fd, file_size] = opened;
    out.resize(offset >= file_size ? 0 : std::min<std::uint64_t>(size, file_size - offset));
    std::size_t done = 0;
    while (done < out.size()) {
      const auto n = ::pread(fd->get(), out.data() + done, out.size() - done,
                             static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return os_error("cannot read", path, errno);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    out.resize(done);
    return {};
  }

  Result<std::uint64_t> size(const std::string& path) override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return os_error("cannot read", path, errno);
    return static_cast<std::uint64_t>(info.st_size);
  }

  bool exists(const std::string& path) override {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0;
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    std::error_code code;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory, code))
      names.push_back(entry.path().filename().string());
    if (code) return os_error("cannot list", directory, code.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<void> make_directories(const std::string& path) override {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code) return os_error("cannot create", path, code.value());
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return os_error("cannot rename", from, errno);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return os_error("cannot remove", path, errno);
    return {};
  }

  Result<void> sync_directory(const std::string& path) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0 || ::fsync(fd.get()) != 0) return os_error("cannot sync", path, errno);
    return {};
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return os_error("cannot open", path, errno);
    auto lock = std::make_unique<RealFileLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        return fail(ErrorKind::busy, "another process is writing here: " + path + " is locked");
      return os_error("cannot lock", path, errno);
    }
    return lock;
  }

 private:
  using Opened = std::pair<std::unique_ptr<Descriptor>, std::size_t>;
  static Result<Opened> open_sized(const std::string& path) {
    auto fd = std::make_unique<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd->get() < 0) return os_error("cannot open", path, errno);
    struct stat info {};
    if (::fstat(fd->get(), &info) != 0) return os_error("cannot read", path, errno);
    if (S_ISDIR(info.st_mode)) return os_error("cannot read", path, EISDIR);
    return Opened{std::move(fd), static_cast<std::size_t>(info.st_size)};
  }
};

}  // namespace

FileSystem& real_files() {
  static RealFiles files;
  return files;
}

namespace {

Result<void> write_through(FileSystem& files, const std::string& path, ByteView bytes) {
  CLEW_TRY(file, files.create(path));
  CLEW_CHECK(file->write(bytes));
  return file->close();
}

Result<void> replace(FileSystem& files, const std::string& path, ByteView bytes) {
  const std::string temporary = path + ".tmp";
  const auto write = [&]() -> Result<void> {
    CLEW_TRY(file, files.create(temporary));
    CLEW_CHECK(file->write(bytes));
    CLEW_CHECK(file->sync());
    return file->close();
  };
  if (auto written = write(); !written) {
    (void)files.remove(temporary);
    return written;
  }
  CLEW_CHECK(files.rename(temporary, path));
  const auto folder = std::filesystem::path(path).parent_path().string();
  return files.sync_directory(folder.empty() ? "." : folder);
}

}  // namespace

Result<void> write_atomically(FileSystem& files, const std::string& path, ByteView bytes) {
  const auto to = files.destination(path);
  return to.replaceable ? replace(files, to.path, bytes) : write_through(files, to.path, bytes);
}

}  // namespace clew
