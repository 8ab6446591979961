// A file system in memory for tests, in which disks fill up, reads come short and files break.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/file.h"

namespace clew::test {

class MemoryFiles final : public FileSystem {
 public:
  // Faults. Bytes that all files together may have; writing more fails with no_space.
  std::optional<std::uint64_t> capacity;
  // Reading and mapping this file fails with io.
  std::string unreadable;
  // The size of this file is told as if `hidden_bytes` more were there: it was cut off after it was
  // looked at.
  std::string shrunk;
  std::uint64_t hidden_bytes = 0;

  void put(const std::string& path, Bytes bytes) {
    files_[path] = std::make_shared<Bytes>(std::move(bytes));
    add_parents(path);
  }
  Bytes& content(const std::string& path) { return *files_.at(path); }
  std::uint64_t bytes_used() const {
    std::uint64_t sum = 0;
    for (const auto& [path, bytes] : files_)
      sum += bytes->size();
    return sum;
  }

  Result<std::unique_ptr<OutputFile>> create(const std::string& path) override {
    put(path, {});
    return std::make_unique<Output>(*this, files_[path]);
  }
  Result<std::shared_ptr<const MappedFile>> map(const std::string& path) override {
    CLEW_CHECK(check_readable(path));
    return std::make_shared<Mapped>(files_[path]);
  }
  Result<Bytes> read(const std::string& path) override {
    CLEW_CHECK(check_readable(path));
    return *files_[path];
  }
  Result<void> read_at(const std::string& path, std::uint64_t offset, std::size_t size,
                       Bytes& out) override {
    CLEW_CHECK(check_readable(path));
    const Bytes& bytes = *files_[path];
    const auto begin = std::min<std::uint64_t>(offset, bytes.size());
    const auto end = begin + std::min<std::uint64_t>(size, bytes.size() - begin);
    out.assign(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
               bytes.begin() + static_cast<std::ptrdiff_t>(end));
    return {};
  }
  Result<std::uint64_t> size(const std::string& path) override {
    if (!files_.contains(path)) return fail(ErrorKind::not_found, "no file " + path);
    return files_[path]->size() + (path == shrunk ? hidden_bytes : 0);
  }
  bool exists(const std::string& path) override {
    return files_.contains(path) || folders_.contains(path);
  }
  Result<std::vector<std::string>> list(const std::string& directory) override {
    if (!folders_.contains(directory)) return fail(ErrorKind::io, "no folder " + directory);
    std::set<std::string> names;
    const auto add = [&](const std::string& path) {
      if (path.starts_with(directory + "/"))
        names.insert(path.substr(directory.size() + 1,
                                 path.find('/', directory.size() + 1) - directory.size() - 1));
    };
    for (const auto& [path, bytes] : files_)
      add(path);
    for (const auto& path : folders_)
      add(path);
    return std::vector<std::string>(names.begin(), names.end());
  }
  Result<void> make_directories(const std::string& path) override {
    add_parents(path + "/x");
    return {};
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (!files_.contains(from)) return fail(ErrorKind::not_found, "no file " + from);
    files_[to] = files_[from];
    files_.erase(from);
    return {};
  }
  Result<void> remove(const std::string& path) override {
    files_.erase(path);
    return {};
  }
  Result<void> sync_directory(const std::string&) override { return {}; }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    if (!locked_.insert(path).second)
      return fail(ErrorKind::busy, "another process is writing here: " + path + " is locked");
    return std::make_unique<Lock>(*this, path);
  }

 private:
  struct Output final : OutputFile {
    Output(MemoryFiles& of, std::shared_ptr<Bytes> to) : files(of), bytes(std::move(to)) {}
    Result<void> write(ByteView more) override {
      if (files.capacity && files.bytes_used() + more.size() > *files.capacity)
        return fail(ErrorKind::no_space, "cannot write: no space left on device");
      bytes->insert(bytes->end(), more.begin(), more.end());
      return {};
    }
    Result<void> sync() override { return {}; }
    Result<void> close() override { return {}; }
    MemoryFiles& files;
    std::shared_ptr<Bytes> bytes;
  };
  struct Mapped final : MappedFile {
    explicit Mapped(std::shared_ptr<Bytes> of) : content(std::move(of)) {}
    ByteView bytes() const override { return *content; }
    std::shared_ptr<Bytes> content;
  };
  struct Lock final : FileLock {
    Lock(MemoryFiles& of, std::string name) : files(of), path(std::move(name)) {}
    ~Lock() override { files.locked_.erase(path); }
    MemoryFiles& files;
    std::string path;
  };

  Result<void> check_readable(const std::string& path) {
    if (!files_.contains(path)) return fail(ErrorKind::not_found, "no file " + path);
    if (path == unreadable) return fail(ErrorKind::io, "cannot read " + path);
    return {};
  }
  void add_parents(const std::string& path) {
    for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
      if (slash > 0) folders_.insert(path.substr(0, slash));
    }
  }

  std::map<std::string, std::shared_ptr<Bytes>> files_;
  std::set<std::string> folders_;
  std::set<std::string> locked_;
};

}  // namespace clew::test
