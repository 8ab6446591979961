#include "ingest/transfers/list_blocks.h"

#include <algorithm>
#include <map>
#include <span>

#include "base/keccak.h"
#include "ingest/transfers/list_transaction.h"

namespace clew::ingest {
namespace {

using chain::AccountBlock;
using chain::Transfer;
using Rows = std::span<const ListRow>;
using Source = ListRow::Source;

void append_account(Bytes& out, const std::optional<chain::Account>& account) {
  out.push_back(account ? 1 : 0);
  if (account) out.insert(out.end(), account->begin(), account->end());
}

// Everything that the block says, for its hash. The number is part of it only where the list tells
// it: else the same rows stay the same block wherever they come to stand.
Bytes contents(const AccountBlock& block, bool numbered) {
  Bytes out;
  const std::string_view domain = "clew: block made of a list";
  out.insert(out.end(), domain.begin(), domain.end());
  append_le(out, numbered ? block.number : ~std::uint64_t{0});
  append_le(out, block.time);
  append_le(out, static_cast<std::uint64_t>(block.txs.size()));
  for (const auto& tx : block.txs) {
    append_le(out, tx.hash);
    append_account(out, tx.sender_known ? std::optional(tx.from) : std::nullopt);
    append_account(out, tx.to);
    out.push_back(static_cast<std::uint8_t>((tx.creates ? 1 : 0) | (tx.success ? 2 : 0)));
  }
  for (const auto& transfer : block.transfers) {
    out.push_back(static_cast<std::uint8_t>(transfer.kind));
    append_account(out, transfer.from);
    append_account(out, transfer.to);
    append_le(out, transfer.asset.contract);
    append_le(out, transfer.asset.token_id.limbs());
    append_le(out, transfer.value.limbs());
    append_le(out, transfer.tx);
    append_le(out, transfer.place);
  }
  return out;
}

void seal(AccountBlock& block, bool by_time) {
  const auto bytes = contents(block, !by_time);
  block.hash = keccak256(bytes);
  block.size = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), 0xffffffff));
  block.parts = chain::kMadeOfList;
  if (by_time) block.parts |= chain::kNumberedByTime;
}

class BlockMaker {
 public:
  explicit BlockMaker(ListBlocks& out) : out_(out) {}

  // All rows of one block.
  void make(Rows rows, std::uint64_t number) {
    AccountBlock block;
    block.number = number;
    own_places_ = 0;
    if (!take_time(rows, block)) return;
    std::vector<ListTransaction> txs;
    std::map<Hash256, std::size_t> places;
    std::vector<const ListRow*> own;
    for (const auto& row : rows) {
      if (row.source == Source::block) continue;
      if (!row.tx) {
        own.push_back(&row);
        continue;
      }
      const auto [found, added] = places.try_emplace(*row.tx, txs.size());
      if (added) txs.emplace_back(*row.tx);
      txs[found->second].add(row);
    }
    sort_transactions(txs);
    for (auto& tx : txs)
      take(tx, block);
    for (const auto* row : own)
      take_own(*row, block);
    if (!check_logs(rows)) return;
    if (out_.by_time && block.transfers.empty() && block.txs.empty()) return;
    seal(block, out_.by_time);
    out_.blocks.push_back(std::move(block));
  }

 private:
  void problem(const ListRow& row, std::string reason) {
    out_.problems.push_back({row.file, row.line, std::move(reason)});
  }

  bool take_time(Rows rows, AccountBlock& block) {
    std::optional<std::uint64_t> time;
    for (const auto& row : rows) {
      if (!row.time || row.time == time) continue;
      if (time) {
        problem(row, "block " + std::to_string(block.number) + " has time " +
                         std::to_string(*row.time) + " here, and " + std::to_string(*time) +
                         " before");
        return false;
      }
      time = row.time;
    }
    if (!time) ++out_.blocks_without_time;
    block.time = time.value_or(0);
    return true;
  }

  static void sort_transactions(std::vector<ListTransaction>& txs) {
    const auto all = [&](auto has) { return std::all_of(txs.begin(), txs.end(), has); };
    if (all([](const auto& tx) { return tx.index().has_value(); }))
      std::stable_sort(txs.begin(), txs.end(),
                       [](const auto& a, const auto& b) { return *a.index() < *b.index(); });
    else if (all([](const auto& tx) { return tx.first_log().has_value(); }))
      std::stable_sort(txs.begin(), txs.end(), [](const auto& a, const auto& b) {
        return *a.first_log() < *b.first_log();
      });
  }

  void take(ListTransaction& tx, AccountBlock& block) {
    const auto counts = tx.finish(static_cast<std::uint32_t>(block.txs.size()), block.transfers);
    if (!counts) {
      problem(tx.first_row(), counts.error().message);
      return;
    }
    out_.repeated += counts->repeated;
    out_.without_value += counts->without_value;
    out_.failed += counts->failed;
    block.txs.push_back(tx.transaction());
  }

  void take_own(const ListRow& row, AccountBlock& block) {
    if (!row.success) {
      ++out_.failed;
    } else if (!row.moves || (row.value.is_zero() && row.asset.is_native())) {
      ++out_.without_value;
    } else {
      Transfer transfer = transfer_of(row);
      transfer.place = row.log_index ? *row.log_index : own_places_++;
      block.transfers.push_back(transfer);
    }
  }

  // One place in a block has one log.
  bool check_logs(Rows rows) {
    std::map<std::uint32_t, const ListRow*> logs;
    for (const auto& row : rows) {
      if (!row.log_index || row.source != Source::transfer) continue;
      const auto [found, added] = logs.try_emplace(*row.log_index, &row);
      const bool may_share = row.kind == chain::TransferKind::erc1155;
      if (added || may_share || found->second->tx == row.tx) continue;
      problem(row, "log " + std::to_string(*row.log_index) + " is of another transaction before");
      return false;
    }
    return true;
  }

  ListBlocks& out_;
  std::uint32_t own_places_ = 0;
};

// Where blocks are known, all rows must say theirs; else all go by time.
bool choose_order(std::vector<ListRow>& rows, ListBlocks& out) {
  const auto numbered =
      std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.block; });
  out.by_time = numbered == 0;
  if (out.by_time || static_cast<std::size_t>(numbered) == rows.size()) return true;
  for (const auto& row : rows)
    if (!row.block) {
      out.problems.push_back(
          {row.file, row.line, "it tells no block, others do: --by-time goes by time alone"});
      return false;
    }
  return true;
}

}  // namespace

ListBlocks make_list_blocks(std::vector<ListRow> rows) {
  ListBlocks out;
  if (!choose_order(rows, out)) return out;
  const auto key = [&](const ListRow& row) { return out.by_time ? *row.time : *row.block; };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  BlockMaker maker(out);
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && key(rows[end]) == key(rows[begin]))
      ++end;
    maker.make(Rows(rows).subspan(begin, end - begin),
               out.by_time ? out.blocks.size() : *rows[begin].block);
    begin = end;
  }
  return out;
}

AccountBlock empty_list_block(std::uint64_t number, std::uint64_t time) {
  AccountBlock block;
  block.number = number;
  block.time = time;
  seal(block, false);
  return block;
}

}  // namespace clew::ingest
