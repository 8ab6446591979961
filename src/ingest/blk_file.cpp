#include "ingest/blk_file.h"

#include <algorithm>
#include <string_view>

namespace clew::ingest {
namespace {

constexpr std::size_t kHeadAndHeader = kRecordHeadSize + bitcoin::kHeaderSize;
constexpr std::size_t kSearchChunk = 256 << 10;
constexpr std::uint32_t kBlockSizeMin = bitcoin::kHeaderSize + 1;

std::uint32_t magic_of(ByteView head) {
  return load_le<std::uint32_t>(head.data());
}
std::uint32_t size_of(ByteView head) {
  return load_le<std::uint32_t>(head.data() + 4);
}

}  // namespace

std::string network_name(const bitcoin::ChainParams& chain) {
  return std::string(chain.chain) + " " + std::string(chain.network);
}

BlkScanner::BlkScanner(FileSystem& files, const std::string& path, XorKey key,
                       const bitcoin::ChainParams& chain, ProblemLog& log)
    : files_(files), window_(files, path, key, kSearchChunk), chain_(chain), log_(log) {}

Result<std::optional<BlkRecord>> BlkScanner::next() {
  if (!file_size_) {
    CLEW_TRY(size, files_.size(window_.path()));
    file_size_ = size;
  }
  for (;;) {
    CLEW_TRY(head, window_.at(at_, kHeadAndHeader));
    if (head.empty()) return std::nullopt;
    const auto record_head = head.first(std::min(head.size(), kRecordHeadSize));
    if (is_blank(at_, record_head) || head[0] == 0) {  // no magic starts with zero
      CLEW_CHECK(skip_blank());
    } else if (head.size() < kRecordHeadSize) {
      log_.add(window_.path(), at_,
               "cut off: " + std::to_string(head.size()) + " bytes are left, a record needs more");
      at_ += head.size();
    } else if (magic_of(head) == chain_.magic) {
      CLEW_TRY(record, record_at_position(head));
      if (record) return record;
    } else if (const auto* other = bitcoin::find_chain_by_magic(magic_of(head))) {
      CLEW_CHECK(skip_other_network(*other, size_of(head)));
    } else {
      CLEW_CHECK(skip_garbage());
    }
  }
}

Result<std::optional<BlkRecord>> BlkScanner::record_at_position(ByteView head) {
  const std::uint32_t size = size_of(head);
  if (auto reason = why_not(at_, head, false); !reason.empty()) {
    CLEW_CHECK(refuse(std::move(reason), size));
    return std::nullopt;
  }
  BlkRecord record;
  record.offset = at_ + kRecordHeadSize;
  record.size = size;
  std::copy_n(head.begin() + kRecordHeadSize, bitcoin::kHeaderSize, record.header.begin());
  at_ = record.offset + size;
  return record;
}

// The reason why what starts at `offset` is no good record; empty if it is one.
std::string BlkScanner::why_not(std::uint64_t offset, ByteView head, bool resyncing) {
  const std::uint32_t size = size_of(head);
  if (size < kBlockSizeMin)
    return "the record says " + std::to_string(size) + " bytes, less than a block has";
  const std::uint64_t there = *file_size_ - std::min(*file_size_, offset + kRecordHeadSize);
  if (size > there) {
    return "cut off: the record says " + std::to_string(size) + " bytes, the file has " +
           std::to_string(there);
  }
  if (size > kBlockSizeMax) {
    return "the record says " + std::to_string(size) + " bytes, over the limit of " +
           std::to_string(kBlockSizeMax);
  }
  if (head.size() < kHeadAndHeader) return "cut off: the file ends within a block header";
  // In good order scrypt (1 ms) is left to the decoder, which checks it again anyway; to find the
  // way back after garbage it is worth its time, but not without end.
  if (chain_.proof_of_work == bitcoin::ProofOfWork::scrypt) {
    if (!resyncing) return {};
    if (costly_checks_left_-- <= 0) return "not looked at";
  }
  if (bitcoin::proof_of_work_holds(head.subspan(kRecordHeadSize, bitcoin::kHeaderSize), chain_))
    return {};
  return "the proof of work of the block header does not hold";
}

bool BlkScanner::plausible_size(std::uint64_t offset, std::uint32_t size) const {
  return size >= kBlockSizeMin && size <= kBlockSizeMax &&
         offset + kRecordHeadSize + size <= *file_size_;
}

// Logs why the record at the position is refused and goes on behind it if its size can be trusted.
Result<void> BlkScanner::refuse(std::string reason, std::uint32_t size) {
  log_.add(window_.path(), at_, std::move(reason));
  if (plausible_size(at_, size)) {
    const std::uint64_t behind = at_ + kRecordHeadSize + size;
    CLEW_TRY(trusted, boundary_at(behind));
    if (trusted) {
      at_ = behind;
      return {};
    }
  }
  CLEW_TRY(found, find_record(at_ + 1));
  at_ = found;
  return {};
}

bool BlkScanner::is_blank(std::uint64_t offset, ByteView bytes) const {
  return window_.key().blank_prefix(offset, bytes) == bytes.size();
}

Result<void> BlkScanner::skip_blank() {
  for (;;) {
    CLEW_TRY(bytes, window_.from(at_, 1));
    const std::size_t blank = window_.key().blank_prefix(at_, bytes);
    at_ += blank;
    if (blank < bytes.size() || bytes.empty()) return {};
  }
}

Result<void> BlkScanner::skip_garbage() {
  CLEW_TRY(found, find_record(at_ + 1));
  log_.add(window_.path(), at_, std::to_string(found - at_) + " bytes that are no block record");
  at_ = found;
  return {};
}

Result<void> BlkScanner::skip_other_network(const bitcoin::ChainParams& other, std::uint32_t size) {
  if (!std::exchange(told_of_other_network_, true)) {
    return refuse(
        "this is a block of " + network_name(other) + ", the ledger holds " + network_name(chain_),
        size);
  }
  if (plausible_size(at_, size)) {
    at_ += kRecordHeadSize + size;
    return {};
  }
  CLEW_TRY(found, find_record(at_ + 1));
  at_ = found;
  return {};
}

// Whether a record can start here: at a known magic, at reserved room or at the end.
Result<bool> BlkScanner::boundary_at(std::uint64_t offset) {
  CLEW_TRY(head, window_.at(offset, kRecordHeadSize));
  if (is_blank(offset, head)) return true;  // also if nothing is left
  return head.size() == kRecordHeadSize && bitcoin::find_chain_by_magic(magic_of(head)) != nullptr;
}

// Where the next record of this network starts that passes every check, or the end of the file.
Result<std::uint64_t> BlkScanner::find_record(std::uint64_t from) {
  for (;;) {
    CLEW_TRY(offset, find_magic(from));
    if (offset >= *file_size_) return *file_size_;
    CLEW_TRY(head, window_.at(offset, kHeadAndHeader));
    if (head.size() >= kRecordHeadSize && why_not(offset, head, true).empty()) return offset;
    from = offset + 1;
  }
}

Result<std::uint64_t> BlkScanner::find_magic(std::uint64_t from) {
  std::array<char, 4> magic;
  std::memcpy(magic.data(), &chain_.magic, magic.size());
  for (;;) {
    CLEW_TRY(chunk, window_.from(from, magic.size()));
    if (chunk.size() < magic.size()) return *file_size_;
    const std::string_view text(reinterpret_cast<const char*>(chunk.data()), chunk.size());
    const auto found = text.find(std::string_view(magic.data(), magic.size()));
    if (found != text.npos) return from + found;
    from += chunk.size() - (magic.size() - 1);
  }
}

}  // namespace clew::ingest
