#include "ledger/writer.h"

#include <algorithm>

#include "ledger/segment_store.h"
#include "ledger/utxo_kind.h"

namespace clew::ledger {
namespace {

std::string block_text(const Hash256& hash, std::uint32_t height) {
  return "block " + to_display(hash) + " at height " + std::to_string(height);
}

}  // namespace

bool UtxoKind::fits(std::span<const std::shared_ptr<const Segment>> segments) {
  std::uint64_t inputs = 0, outputs = 0, scripts = 0, addresses = 0;
  for (const auto& segment : segments) {
    inputs += segment->counts.input_count;
    outputs += segment->counts.output_count;
    scripts += segment->out_script_bytes.size();
    addresses += segment->address_bytes.size();
  }
  return inputs < kRowsMax && outputs < kRowsMax && scripts < kNoRow && addresses < kNoRow;
}

struct Writer::Impl {
  SegmentStore<UtxoKind> store;

  Result<bool> check_neighbours(const bitcoin::Block& block, std::uint32_t height) const;
};

// False if the block is there already.
Result<bool> Writer::Impl::check_neighbours(const bitcoin::Block& block,
                                            std::uint32_t height) const {
  if (const auto there = store.height_of(block.hash)) {
    if (*there == height) return false;
    return fail(ErrorKind::data, block_text(block.hash, height) + " is in the ledger at height " +
                                     std::to_string(*there));
  }
  if (const auto other = store.hash_at(height))
    return fail(ErrorKind::data, block_text(block.hash, height) + ": the ledger has block " +
                                     to_display(*other) + " there");
  const auto below = height == 0 ? std::nullopt : store.hash_at(height - 1);
  if (below && *below != block.header.previous)
    return fail(ErrorKind::data, block_text(block.hash, height) + " does not follow block " +
                                     to_display(*below) + " below it");
  if (const auto above = store.set().block_at(height + 1)) {
    const auto raw = ByteView(above->segment->block_header.at(above->row), bitcoin::kHeaderSize);
    const auto header = bitcoin::decode_header(raw);
    if (header && header->previous != block.hash)
      return fail(ErrorKind::data,
                  block_text(block.hash, height) + " is not the one that the block above follows");
  }
  return true;
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::open(const std::string& directory, const bitcoin::ChainParams& chain,
                            WriterOptions options, FileSystem& files) {
  std::unique_ptr<Impl> impl(new Impl{{directory, options, files}});
  CLEW_CHECK(impl->store.open(chain.network));
  return Writer(std::move(impl));
}

bool Writer::contains(const Hash256& block_hash) const {
  return impl_->store.height_of(block_hash).has_value();
}
std::optional<Hash256> Writer::hash_at(std::uint32_t height) const {
  return impl_->store.hash_at(height);
}
std::optional<std::uint32_t> Writer::height_of(const Hash256& block_hash) const {
  return impl_->store.height_of(block_hash);
}
std::optional<Tip> Writer::tip() const {
  return impl_->store.tip();
}

void Writer::expect(std::uint64_t raw_bytes) {
  auto& store = impl_->store;
  store.appender().expect(std::min(raw_bytes, store.options().segment_bytes_max));
}

Result<bool> Writer::append(const bitcoin::Block& block, std::uint32_t height,
                            Appender::Spent spent) {
  CLEW_TRY(is_new, impl_->check_neighbours(block, height));
  if (!is_new) return false;
  const auto rows = std::max(block.inputs.size(), block.outputs.size());
  auto& store = impl_->store;
  auto& appender = store.appender();
  if (!appender.empty() && (appender.end_height() != height || rows >= appender.room() ||
                            appender.data().counts.raw_bytes >= store.options().segment_bytes_max))
    CLEW_CHECK(commit());
  const auto addresses = store.set().totals().address_count + appender.data().address_at.size();
  if (addresses + block.outputs.size() + block.inputs.size() >= kNoAddress)
    return fail(ErrorKind::unsupported, "the ledger has no room for more than 2^32 addresses");
  appender.append(block, height, spent);
  return true;
}

Result<void> Writer::commit() {
  return impl_->store.commit();
}
Result<void> Writer::unwind(std::uint32_t height) {
  return impl_->store.unwind(height);
}

}  // namespace clew::ledger
