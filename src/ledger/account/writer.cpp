#include "ledger/account/writer.h"

#include "ledger/account/kind.h"
#include "ledger/account/token_names.h"
#include "ledger/segment_store.h"
#include "ledger/verify_segments.h"

namespace clew::account {
namespace {

std::string block_text(const Hash256& hash, std::uint64_t number) {
  return "block " + std::to_string(number) + " (0x" + to_hex(hash) + ")";
}

}  // namespace

bool Kind::fits(std::span<const std::shared_ptr<const Segment>> segments) {
  std::uint64_t transfers = 0, txs = 0, details = 0, headers = 0;
  for (const auto& segment : segments) {
    transfers += segment->counts.transfer_count;
    txs += segment->counts.tx_count;
    details += segment->tx_detail.size();
    headers += segment->block_header.size();
  }
  return transfers < kRowsMax && txs < kRowsMax && details < kNoRow && headers < kNoRow;
}

struct Writer::Impl {
  ledger::SegmentStore<Kind> store;

  // False if the block is there already.
  Result<bool> check_neighbours(const chain::AccountBlock& block) const;
};

Result<bool> Writer::Impl::check_neighbours(const chain::AccountBlock& block) const {
  const auto text = block_text(block.hash, block.number);
  if (block.number >= kNoRow - 1)
    return fail(ErrorKind::unsupported, text + ": the number is beyond 2^32");
  const auto number = static_cast<std::uint32_t>(block.number);
  if (const auto there = store.height_of(block.hash)) {
    if (*there == number) return false;
    return fail(ErrorKind::data, text + " is in the ledger with number " + std::to_string(*there));
  }
  if (const auto other = store.hash_at(number))
    return fail(ErrorKind::data, text + ": the ledger has " + block_text(*other, number));
  if ((block.parts & chain::kMadeOfList) != 0) return true;  // nothing tells what it follows
  const auto below = number == 0 ? std::nullopt : store.hash_at(number - 1);
  if (below && *below != block.parent)
    return fail(ErrorKind::data, text + " follows " + block_text(block.parent, number - 1) +
                                     ", but the ledger has " + block_text(*below, number - 1));
  if (const auto above = store.set().block_at(number + 1)) {
    const auto [segment, row] = *above;
    const bool of_list = (segment->block_parts[row] & chain::kMadeOfList) != 0;
    if (!of_list && segment->block_parent[row] != block.hash)
      return fail(ErrorKind::data, text + " is not the one that the block above follows");
  }
  return true;
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::open(const std::string& directory, const std::string& network,
                            ledger::WriterOptions options, FileSystem& files) {
  std::unique_ptr<Impl> impl(new Impl{{directory, options, files}});
  CLEW_CHECK(impl->store.open(network));
  return Writer(std::move(impl));
}

std::optional<Hash256> Writer::hash_at(std::uint32_t number) const {
  return impl_->store.hash_at(number);
}
std::optional<std::uint32_t> Writer::number_of(const Hash256& block_hash) const {
  return impl_->store.height_of(block_hash);
}
std::optional<ledger::Tip> Writer::tip() const {
  return impl_->store.tip();
}

Result<bool> Writer::append(const chain::AccountBlock& block) {
  CLEW_TRY(is_new, impl_->check_neighbours(block));
  if (!is_new) return false;
  auto& store = impl_->store;
  auto& appender = store.appender();
  if (!appender.empty() &&
      (appender.end_height() != block.number || !appender.has_room_for(block) ||
       appender.data().counts.raw_bytes >= store.options().segment_bytes_max))
    CLEW_CHECK(commit());
  if (!appender.has_room_for(block))
    return fail(ErrorKind::unsupported,
                block_text(block.hash, block.number) + " has more rows than a segment can hold");
  const auto& totals = store.set().totals();
  const auto& counts = appender.data().counts;
  // Each transfer has two addresses and an asset with a contract, each transaction two addresses.
  const auto more = block.transfers.size() * 3 + block.txs.size() * 2;
  if (totals.address_count + counts.address_count + more >= kNoAddress ||
      totals.asset_count + counts.asset_count + more >= kNoRow)
    return fail(ErrorKind::unsupported,
                "the ledger has no room for more than 2^32 addresses or assets");
  appender.append(block);
  return true;
}

Result<void> Writer::commit() {
  return impl_->store.commit();
}
Result<void> Writer::unwind(std::uint32_t number) {
  return impl_->store.unwind(number);
}

Result<std::vector<std::string>> verify(const std::string& directory, FileSystem& files) {
  CLEW_TRY(problems, ledger::verify_segments<Kind>(directory, files));
  CLEW_TRY(of_names, verify_token_names(directory, files));
  problems.insert(problems.end(), of_names.begin(), of_names.end());
  return problems;
}

}  // namespace clew::account
