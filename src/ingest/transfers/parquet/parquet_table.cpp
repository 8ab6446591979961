// Rows of a Parquet file, by Apache Arrow.
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/decimal.h>
#include <parquet/arrow/reader.h>

#include <charconv>
#include <cmath>

#include "ingest/transfers/parquet/parquet_module.h"

namespace clew::ingest {
namespace {

Error error_of(const arrow::Status& status) {
  return {ErrorKind::data, "Parquet: " + status.message()};
}

std::string hex_of(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

// Beyond 2^53 floating point has no whole numbers any more, so that nobody knows what was meant.
std::string float_text(double value) {
  if (!std::isfinite(value) || std::fabs(value) >= 9007199254740992.0) return "not exact";
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string moment_text(std::int64_t value, arrow::TimeUnit::type unit) {
  constexpr std::int64_t kPerSecond[] = {1, 1000, 1'000'000, 1'000'000'000};
  return std::to_string(value / kPerSecond[unit]);
}

template <class Array>
const Array& as(const arrow::Array& array) {
  return static_cast<const Array&>(array);
}

// Of a value that is not null; empty if its type says nothing in a list of transfers.
std::string cell_text(const arrow::Array& array, std::int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return as<arrow::BooleanArray>(array).Value(row) ? "true" : "false";
    case arrow::Type::INT8:
      return std::to_string(as<arrow::Int8Array>(array).Value(row));
    case arrow::Type::INT16:
      return std::to_string(as<arrow::Int16Array>(array).Value(row));
    case arrow::Type::INT32:
      return std::to_string(as<arrow::Int32Array>(array).Value(row));
    case arrow::Type::INT64:
      return std::to_string(as<arrow::Int64Array>(array).Value(row));
    case arrow::Type::UINT8:
      return std::to_string(as<arrow::UInt8Array>(array).Value(row));
    case arrow::Type::UINT16:
      return std::to_string(as<arrow::UInt16Array>(array).Value(row));
    case arrow::Type::UINT32:
      return std::to_string(as<arrow::UInt32Array>(array).Value(row));
    case arrow::Type::UINT64:
      return std::to_string(as<arrow::UInt64Array>(array).Value(row));
    case arrow::Type::FLOAT:
      return float_text(as<arrow::FloatArray>(array).Value(row));
    case arrow::Type::DOUBLE:
      return float_text(as<arrow::DoubleArray>(array).Value(row));
    case arrow::Type::DECIMAL128:
      return as<arrow::Decimal128Array>(array).FormatValue(row);
    case arrow::Type::DECIMAL256:
      return as<arrow::Decimal256Array>(array).FormatValue(row);
    case arrow::Type::STRING:
      return std::string(as<arrow::StringArray>(array).GetView(row));
    case arrow::Type::LARGE_STRING:
      return std::string(as<arrow::LargeStringArray>(array).GetView(row));
    case arrow::Type::BINARY:
      return hex_of(as<arrow::BinaryArray>(array).GetView(row));
    case arrow::Type::LARGE_BINARY:
      return hex_of(as<arrow::LargeBinaryArray>(array).GetView(row));
    case arrow::Type::FIXED_SIZE_BINARY:
      return hex_of(as<arrow::FixedSizeBinaryArray>(array).GetView(row));
    case arrow::Type::TIMESTAMP:
      return moment_text(as<arrow::TimestampArray>(array).Value(row),
                         static_cast<const arrow::TimestampType&>(*array.type()).unit());
    case arrow::Type::DATE32:
      return std::to_string(std::int64_t{as<arrow::Date32Array>(array).Value(row)} * 86400);
    default:
      return {};
  }
}

class ParquetTable final : public ListTable {
 public:
  static Result<std::unique_ptr<ListTable>> open(const std::string& path) {
    auto table = std::make_unique<ParquetTable>();
    if (const auto status = table->start(path); !status.ok()) return fail(error_of(status));
    return std::unique_ptr<ListTable>(std::move(table));
  }

  Result<bool> next(std::vector<ListCell>& cells) override {
    while (batch_ == nullptr || row_ == batch_->num_rows()) {
      if (const auto status = batches_->ReadNext(&batch_); !status.ok())
        return fail(error_of(status).within(place()));
      if (batch_ == nullptr) return false;
      row_ = 0;
    }
    ++number_;
    cells.resize(columns_.size());
    for (int i = 0; i < batch_->num_columns(); ++i) {
      ListCell& cell = cells[static_cast<std::size_t>(i)];
      const auto& column = *batch_->column(i);
      cell.there = !column.IsNull(row_);
      if (!cell.there) continue;
      cell.text = cell_text(column, row_);
      cell.there = !cell.text.empty();
    }
    ++row_;
    return true;
  }

 private:
  // Row groups are read one after the other, some rows at a time.
  arrow::Status start(const std::string& path) {
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
    ARROW_ASSIGN_OR_RAISE(reader_, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    reader_->set_batch_size(8192);
    reader_->set_use_threads(false);
    ARROW_ASSIGN_OR_RAISE(batches_, reader_->GetRecordBatchReader());
    for (const auto& field : batches_->schema()->fields())
      columns_.push_back(field->name());
    return arrow::Status::OK();
  }

  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::unique_ptr<arrow::RecordBatchReader> batches_;
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::int64_t row_ = 0;
};

}  // namespace
}  // namespace clew::ingest

extern "C" void clew_open_parquet(const std::string& path,
                                  clew::Result<std::unique_ptr<clew::ingest::ListTable>>& out) {
  using namespace clew;
  try {
    out = ingest::ParquetTable::open(path);
  } catch (const std::exception& error) {
    out = fail(ErrorKind::data, std::string("Parquet: ") + error.what());
  }
}
