#include "ingest/transfers/import_lists.h"

#include <algorithm>
#include <map>

#include "base/utf8.h"
#include "ingest/transfers/list_values.h"
#include "ledger/account/snapshot.h"
#include "ledger/account/token_names.h"
#include "ledger/account/writer.h"

namespace clew::ingest {
namespace {

using chain::AccountBlock;

class Import {
 public:
  Import(const std::vector<std::string>& paths, const ListImportOptions& options, FileSystem& files)
      : paths_(paths), options_(options), files_(files) {}

  Result<ListImportReport> run(const std::string& directory) {
    for (std::uint32_t i = 0; i < paths_.size(); ++i)
      CLEW_CHECK(read_file(i));
    if (report_.problem_count > 0) return std::move(report_);
    auto made = make_list_blocks(std::move(rows_));
    for (const auto& problem : made.problems)
      add_problem(paths_[problem.file] + ": line " + std::to_string(problem.line) + ": " +
                  problem.reason);
    report_.by_time = made.by_time;
    report_.repeated = made.repeated;
    report_.without_value = made.without_value;
    report_.failed = made.failed;
    report_.blocks_without_time = made.blocks_without_time;
    if (report_.problem_count > 0) return std::move(report_);
    CLEW_CHECK(store(std::move(made.blocks), directory));
    return std::move(report_);
  }

 private:
  void add_problem(std::string text) {
    if (report_.problem_count++ < kListProblemsMax) report_.problems.push_back(std::move(text));
  }

  // Damage ends a file; a wrong row only itself, so that all are told at once.
  Result<void> read_file(std::uint32_t file) {
    const auto& path = paths_[file];
    report_.files.push_back({path, 0, 0});
    auto table = open_list(files_, path);
    if (!table) {
      if (table.error().kind == ErrorKind::io) return fail(std::move(table).error());
      add_problem(path + ": " + table.error().message);
      return {};
    }
    ListRowReader reader(options_.map, options_.rows);
    if (auto read = read_rows(file, **table, reader); !read) {
      if (read.error().kind == ErrorKind::stopped) return read;
      add_problem(path + ": " + read.error().message);
    }
    for (const auto& name : reader.made_up_assets())
      if (std::find(report_.made_up_assets.begin(), report_.made_up_assets.end(), name) ==
          report_.made_up_assets.end())
        report_.made_up_assets.push_back(name);
    return {};
  }

  Result<void> read_rows(std::uint32_t file, ListTable& table, ListRowReader& reader) {
    std::vector<ListCell> cells;
    std::size_t columns = 0;
    if (table.knows_columns()) {
      columns = table.columns().size();
      CLEW_CHECK(reader.resolve(table.columns(), true));
    }
    while (true) {
      if (options_.stop != nullptr && *options_.stop)
        return fail(ErrorKind::stopped, "interrupted; nothing was stored");
      CLEW_TRY(more, table.next(cells));
      if (!more) break;
      if (table.columns().size() != columns) {
        columns = table.columns().size();
        CLEW_CHECK(reader.resolve(table.columns(), false));
      }
      take_row(file, table, reader, cells);
    }
    return columns == 0 ? Result<void>() : reader.resolve(table.columns(), true);
  }

  void take_row(std::uint32_t file, const ListTable& table, const ListRowReader& reader,
                const std::vector<ListCell>& cells) {
    auto& counts = report_.files[file];
    ++counts.rows;
    if (options_.progress && counts.rows % 65536 == 0) options_.progress(file, rows_.size());
    auto row = reader.read(cells);
    if (!row) {
      add_problem(paths_[file] + ": " + table.place() + ": " + row.error().message);
    } else if (!*row) {
      ++counts.passed_over;
    } else {
      (*row)->file = file;
      (*row)->line = table.number();
      rows_.push_back(std::move(**row));
    }
  }

  Result<void> store(std::vector<AccountBlock> blocks, const std::string& directory) {
    if (blocks.empty()) return {};
    CLEW_CHECK(check_numbering(directory));
    // One commit: whatever is killed when, a file is in the ledger whole or not at all.
    ledger::WriterOptions whole;
    whole.segment_bytes_max = ~std::uint64_t{0};
    CLEW_TRY(writer, account::Writer::open(directory, options_.network, whole, files_));
    if (report_.by_time) CLEW_CHECK(place_by_time(blocks, writer));
    CLEW_CHECK(check_free(blocks, writer));
    CLEW_TRY(names, names_to_add(directory));
    if (report_.problem_count > 0) return {};
    std::optional<AccountBlock> last;
    for (auto& block : blocks) {
      if (last) CLEW_CHECK(fill(*last, block.number, writer));
      CLEW_TRY(added, writer.append(block));
      if (added) {
        ++report_.added;
        report_.transactions += block.txs.size();
        report_.transfers += block.transfers.size();
      } else {
        ++report_.already_there;
      }
      last = std::move(block);
    }
    CLEW_CHECK(writer.commit());
    report_.tip = writer.tip();
    return account::add_token_names(directory, names, files_);
  }

  // What the ledger does not know yet of assets that have only a name. Amounts of one asset are
  // counted with the same decimals by all lists.
  Result<std::map<chain::Account, account::TokenName>> names_to_add(const std::string& directory) {
    std::optional<std::uint8_t> decimals;
    if (const auto given = options_.rows.decimals; given && *given <= 255)
      decimals = static_cast<std::uint8_t>(*given);
    CLEW_TRY(known, account::TokenNames::open(directory, {}, files_));
    std::map<chain::Account, account::TokenName> names;
    for (const auto& name : report_.made_up_assets) {
      const auto contract = made_up_contract(name);
      const auto old = known.find(contract);
      auto merged = old.value_or(account::TokenName{});
      merged.symbol = to_valid_utf8(name);
      if (!merged.decimals) merged.decimals = decimals;
      if (decimals && merged.decimals != decimals)
        add_problem("the ledger counts " + *merged.symbol + " with " +
                    std::to_string(*merged.decimals) + " decimals, not " +
                    std::to_string(*decimals) + ": --decimals as before, or another ledger");
      if (old != merged) names.emplace(contract, std::move(merged));
    }
    return names;
  }

  // Numbers of blocks and numbers that only stand for an order do not mix.
  Result<void> check_numbering(const std::string& directory) {
    if (!files_.exists(directory)) return {};
    auto snapshot = account::Snapshot::open(directory, files_);
    if (!snapshot) {
      if (snapshot.error().kind == ErrorKind::not_found) return {};
      return fail(std::move(snapshot).error());
    }
    const auto tip = snapshot->tip();
    if (!tip) return {};
    const auto id = *snapshot->find_block_at(tip->height);
    tip_time_ = snapshot->time_of(id);
    const bool by_time = (snapshot->parts_of(id) & chain::kNumberedByTime) != 0;
    if (by_time == report_.by_time) return {};
    return fail(ErrorKind::data,
                by_time ? "the ledger's blocks are numbered by time, those of the list are not: "
                          "--by-time, or another ledger"
                        : "the list tells no blocks, but the ledger has real ones: use another "
                          "ledger");
  }

  // After what the ledger has, or where they are already.
  Result<void> place_by_time(std::vector<AccountBlock>& blocks, const account::Writer& writer) {
    const auto tip = writer.tip();
    if (!tip) return {};
    std::uint64_t next = std::uint64_t{tip->height} + 1;
    for (auto& block : blocks) {
      if (const auto number = writer.number_of(block.hash)) {
        block.number = *number;
        continue;
      }
      if (block.time <= tip_time_)
        return fail(ErrorKind::data,
                    "the ledger has blocks up to the second " + std::to_string(tip_time_) +
                        ", and others at or before it come now (" + std::to_string(block.time) +
                        "): lists of the same time have to be imported together, into a ledger of "
                        "their own");
      block.number = next++;
    }
    return {};
  }

  Result<void> check_free(const std::vector<AccountBlock>& blocks, const account::Writer& writer) {
    std::uint64_t empty = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto& block = blocks[i];
      if (i > 0) empty += block.number - blocks[i - 1].number - 1;
      const auto there = writer.hash_at(static_cast<std::uint32_t>(block.number));
      if (there && *there != block.hash)
        return fail(ErrorKind::data, "the ledger has another block " +
                                         std::to_string(block.number) +
                                         ": lists of the same blocks have to be imported together, "
                                         "and not into a ledger that comes from nodes");
    }
    if (empty > options_.empty_blocks_max)
      return fail(ErrorKind::unsupported, "between the listed blocks are " + std::to_string(empty) +
                                              " others, more than " +
                                              std::to_string(options_.empty_blocks_max) +
                                              ": --by-time numbers blocks by time instead");
    return {};
  }

  Result<void> fill(const AccountBlock& last, std::uint64_t until, account::Writer& writer) {
    for (std::uint64_t number = last.number + 1; number < until; ++number) {
      if (writer.hash_at(static_cast<std::uint32_t>(number))) continue;
      CLEW_TRY(added, writer.append(empty_list_block(number, last.time)));
      if (!added) continue;
      ++report_.added;
      ++report_.empty_blocks;
    }
    return {};
  }

  const std::vector<std::string>& paths_;
  const ListImportOptions& options_;
  FileSystem& files_;
  ListImportReport report_;
  std::vector<ListRow> rows_;
  std::uint64_t tip_time_ = 0;
};

}  // namespace

Result<ListImportReport> import_lists(const std::vector<std::string>& paths,
                                      const std::string& directory,
                                      const ListImportOptions& options, FileSystem& files) {
  return Import(paths, options, files).run(directory);
}

}  // namespace clew::ingest
