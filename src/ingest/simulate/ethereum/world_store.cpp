#include "ingest/simulate/ethereum/world_store.h"

namespace clew::simulate::ethereum {
namespace {

constexpr std::string_view kIndexMagic = "clew-sim-evm-1\n\0";
constexpr std::size_t kMagicSize = 16, kEntrySize = 64;
constexpr const char* kBlocks = "/blocks.dat";
constexpr const char* kIndex = "/index.dat";

IndexEntry read_entry(const std::uint8_t* at) {
  IndexEntry entry;
  entry.offset = load_le<std::uint64_t>(at);
  entry.size = load_le<std::uint64_t>(at + 8);
  entry.number = load_le<std::uint64_t>(at + 16);
  entry.branch = load_le<std::uint32_t>(at + 24);
  entry.transactions = load_le<std::uint32_t>(at + 28);
  std::memcpy(entry.hash.data(), at + 32, entry.hash.size());
  return entry;
}

}  // namespace

Result<StoreWriter> StoreWriter::create(FileSystem& files, const std::string& directory) {
  CLEW_TRY(blocks, files.create(directory + kBlocks));
  StoreWriter writer(files, directory, std::move(blocks));
  writer.index_.assign(kMagicSize, 0);
  std::memcpy(writer.index_.data(), kIndexMagic.data(), kIndexMagic.size());
  return writer;
}

Result<void> StoreWriter::add(const MadeBlock& block, std::uint32_t branch) {
  CLEW_CHECK(blocks_->write(block.record));
  append_le<std::uint64_t>(index_, offset_);
  append_le<std::uint64_t>(index_, block.record.size());
  append_le<std::uint64_t>(index_, block.number);
  append_le<std::uint32_t>(index_, branch);
  append_le<std::uint32_t>(index_, block.transactions);
  index_.insert(index_.end(), block.hash.begin(), block.hash.end());
  offset_ += block.record.size();
  return {};
}

Result<void> StoreWriter::finish() {
  CLEW_CHECK(blocks_->close());
  return write_atomically(*files_, directory_ + kIndex, index_);
}

Result<Store> Store::open(FileSystem& files, const std::string& directory) {
  CLEW_TRY(index, files.read(directory + kIndex));
  const std::string path = directory + kIndex;
  if (index.size() < kMagicSize || (index.size() - kMagicSize) % kEntrySize != 0 ||
      std::memcmp(index.data(), kIndexMagic.data(), kIndexMagic.size()) != 0)
    return fail(ErrorKind::data, path + " is no index of a simulated chain");
  Store store;
  CLEW_TRY(blocks, files.map(directory + kBlocks));
  store.blocks_ = std::move(blocks);
  for (std::size_t at = kMagicSize; at < index.size(); at += kEntrySize) {
    if (auto added = store.add(read_entry(index.data() + at)); !added)
      return fail(std::move(added).error().within(path));
  }
  return store;
}

Result<void> Store::add(const IndexEntry& entry) {
  const std::uint64_t size = blocks_->bytes().size();
  if (entry.size > size || entry.offset > size - entry.size)
    return fail(ErrorKind::data,
                "block " + std::to_string(entry.number) + " lies past the end of blocks.dat");
  if (entry.branch == 0) {
    if (entry.number != chain_.size())
      return fail(ErrorKind::data, "block " + std::to_string(entry.number) + " is out of order");
    chain_.push_back(entry);
    return {};
  }
  if (entry.branch > branches_.size() + 1)
    return fail(ErrorKind::data, "branch " + std::to_string(entry.branch) + " is out of order");
  if (entry.branch == branches_.size() + 1) branches_.emplace_back();
  auto& branch = branches_[entry.branch - 1];
  if (entry.number == 0 || (!branch.empty() && entry.number != branch.back().number + 1))
    return fail(ErrorKind::data, "branch " + std::to_string(entry.branch) + ": block " +
                                     std::to_string(entry.number) + " is out of order");
  branch.push_back(entry);
  return {};
}

Result<void> Store::read(const IndexEntry& entry, StoredBlock& out) const {
  const ByteView record = blocks_->bytes().subspan(entry.offset, entry.size);
  if (auto done = read_record(record, out); !done)
    return fail(std::move(done).error().within("block " + std::to_string(entry.number)));
  return {};
}

}  // namespace clew::simulate::ethereum
