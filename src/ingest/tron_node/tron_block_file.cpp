#include "ingest/tron_node/tron_block_file.h"

#include "chain/tron/node_json.h"
#include "chain/tron/protobuf.h"
#include "chain/tron/table_json.h"

namespace clew::ingest {
namespace {

using Kind = tron::SavedAnswer::Kind;

// Of the two messages the first fields: transactions, or the header of an empty block; the number
// of the block whose infos they are.
constexpr std::uint8_t kTransactionTag = 0x0a, kHeaderTag = 0x12, kNumberTag = 0x08;
constexpr std::size_t kVarintMax = 10;
constexpr std::string_view kSpace = " \t\r\n";

enum class Form : std::uint8_t { json, message, messages };

// A message alone begins with a tag, whose length has its high bit set, as no block has under 128
// bytes of header or of a signed transaction. So has the length before the first of many.
Form form_of(ByteView head) {
  const auto first = head.empty() ? ' ' : static_cast<char>(head[0]);
  const bool long_field = head.size() > 1 && (head[1] & 0x80) != 0;
  if ((first == kTransactionTag || first == kHeaderTag) && long_field) return Form::message;
  if (first == kNumberTag) return Form::message;
  const bool text = first == '{' || first == '[' || kSpace.find(first) != kSpace.npos;
  return text ? Form::json : Form::messages;
}

// What a message is of.
Result<TronPiece> piece_of(ByteView message) {
  TronPiece piece;
  piece.size = message.size();
  tron::ProtoReader reader(message);
  tron::ProtoField field;
  if (reader.next(field) && field.wire == tron::ProtoField::Wire::varint) {
    piece.kind = Kind::infos;
    piece.number = field.value;
    if (field.number != 1) return fail(ErrorKind::data, "neither a block nor infos of one");
    return piece;
  }
  CLEW_TRY(header, tron::decode_header(message));
  piece.number = header.number;
  piece.id = tron::block_id(header);
  return piece;
}

struct Length {
  std::size_t bytes = 0;  // that it takes itself
  std::uint64_t value = 0;
};

std::optional<Length> read_length(ByteView head) {
  Length length;
  for (const auto byte : head.first(std::min(head.size(), kVarintMax))) {
    length.value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * length.bytes++);
    if ((byte & 0x80) == 0) return length;
  }
  return std::nullopt;
}

}  // namespace

std::string TronPiece::place() const {
  return line > 0 ? "line " + std::to_string(line) : "byte " + std::to_string(offset);
}

Result<std::unique_ptr<TronBlockFile>> TronBlockFile::open(FileSystem& files,
                                                           const std::string& path) {
  std::unique_ptr<TronBlockFile> file(new TronBlockFile(files, path));
  CLEW_TRY(stream, open_stream(files, path));
  file->stream_ = std::move(stream);
  return file;
}

std::vector<TronPiece> TronBlockFile::index(ProblemLog& problems, const std::atomic<bool>* stop) {
  std::vector<TronPiece> pieces;
  stop_ = stop;
  const auto read = [&]() -> Result<void> {
    CLEW_TRY(head, stream_->from(0, 2));
    if (head.empty()) return fail(ErrorKind::data, "the file is empty");
    switch (form_of(head)) {
      case Form::json:
        return index_lines(pieces, problems);
      case Form::message:
        return index_message(pieces);
      default:
        return index_messages(pieces, problems);
    }
  };
  if (auto done = read(); !done) problems.add(path_, std::move(done).error());
  return pieces;
}

Result<void> TronBlockFile::index_lines(std::vector<TronPiece>& pieces, ProblemLog& problems) {
  CLEW_TRY(text, TextFile::open(files_, path_));
  tron::SavedAnswerFinder finder;
  while (!stopped()) {
    CLEW_TRY(line, text.next());
    if (!line) return {};
    auto found = finder.find(line->text);
    if (!found) {
      problems.add(path_, std::move(found).error().within("line " + std::to_string(line->number)));
      continue;
    }
    for (const auto& answer : *found) {
      TronPiece piece{answer, line->number};
      piece.offset += line->offset;
      pieces.push_back(piece);
    }
  }
  return {};
}

Result<void> TronBlockFile::index_message(std::vector<TronPiece>& pieces) {
  CLEW_TRY(message, stream_->from(0, kMessageMax + 1));
  if (message.size() > kMessageMax) return fail(ErrorKind::data, "the message is too long");
  CLEW_TRY(piece, piece_of(message));
  pieces.push_back(piece);
  return {};
}

Result<void> TronBlockFile::index_messages(std::vector<TronPiece>& pieces, ProblemLog& problems) {
  for (std::uint64_t at = 0; !stopped();) {
    const auto wrong = [&](const std::string& reason) {
      return fail(ErrorKind::data, "byte " + std::to_string(at) + ": " + reason +
                                       "; the rest of the file is not read");
    };
    CLEW_TRY(head, stream_->from(at, kVarintMax));
    if (head.empty()) return {};
    const auto length = read_length(head);
    if (!length || length->value > kMessageMax) return wrong("that is no length of a message");
    const auto size = static_cast<std::size_t>(length->value);
    CLEW_TRY(bytes, stream_->from(at + length->bytes, size));
    if (bytes.size() < size) return wrong("the message is cut off");
    auto piece = piece_of(bytes.first(size));
    if (piece) {
      piece->offset = at + length->bytes;
      pieces.push_back(*piece);
    } else {
      problems.add(path_, at, std::move(piece).error().message);
    }
    at += length->bytes + size;
  }
  return {};
}

Result<std::string> TronBlockFile::read(const TronPiece& piece) {
  const auto size = static_cast<std::size_t>(piece.size);
  CLEW_TRY(bytes, stream_->from(piece.offset, size));
  if (bytes.size() < size) return fail(ErrorKind::data, "the file is shorter than it was");
  return std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

Result<tron::Block> read_tron_block(const TronPiece& piece, std::string_view text) {
  if (piece.line == 0) return tron::decode_block(as_bytes(text));
  if (piece.kind == Kind::tables) return tron::TableJsonReader().read_block(text);
  thread_local tron::NodeJsonReader reader;
  return reader.read_block(text);
}

Result<std::vector<tron::TransactionInfo>> read_tron_infos(const TronPiece& piece,
                                                           std::string_view text) {
  if (piece.line == 0) return tron::decode_infos(as_bytes(text));
  thread_local tron::NodeJsonReader reader;
  return reader.read_infos(text);
}

}  // namespace clew::ingest
