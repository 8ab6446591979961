#include "ingest/replay/recorded_backend.h"

#include <algorithm>

#include "base/u256.h"
#include "ingest/replay/params.h"
#include "net/gzip.h"

namespace clew::replay {
namespace {

constexpr std::size_t kUnpackedMax = std::size_t{1} << 30;

// Hexadecimal in lower case, quantities without leading zeros.
Json normal(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value)
      list.push_back(normal(one));
    return list;
  }
  if (value.is_object()) {
    Json object = Json::object();
    for (const auto& [key, one] : value.items())
      object[key] = normal(one);
    return object;
  }
  if (!value.is_string()) return value;
  auto text = value.get<std::string>();
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string key_of(std::string_view method, const Json& params) {
  return std::string(method) + normal(params.is_null() ? Json::array() : params).dump();
}

bool is_full(const Json& block) {
  const Json& transactions = field(block, "transactions");
  return transactions.is_array() && (transactions.empty() || transactions[0].is_object());
}

// The number and hash of the block that rows of an answer are of.
const Json& of_block(const Json& rows, const char* name) {
  return field(param(rows, 0), name);
}

}  // namespace

Result<std::unique_ptr<RecordedBackend>> RecordedBackend::open(
    FileSystem& files, const std::vector<std::string>& paths) {
  std::unique_ptr<RecordedBackend> backend(new RecordedBackend);
  for (const std::string& path : paths)
    CLEW_CHECK(backend->read(files, path));
  return backend;
}

Result<void> RecordedBackend::read(FileSystem& files, const std::string& path) {
  CLEW_TRY(bytes, files.read(path));
  std::string text(bytes.begin(), bytes.end());
  if (path.ends_with(".gz")) {
    auto unpacked = net::gunzip(text, kUnpackedMax);
    if (!unpacked) return fail(std::move(unpacked).error().within(path));
    text = std::move(*unpacked);
  }
  std::size_t line = 0;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const Json row = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                                 text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    const Json &request = field(row, "request"), &response = field(row, "response");
    if (!field(request, "method").is_string() || !response.is_object())
      return fail(ErrorKind::data, path + ", line " + std::to_string(line + 1) +
                                       ": no object with request and response");
    add(request, response);
    at = end + 1;
  }
  if (line == 0) return fail(ErrorKind::data, "no recorded answers in " + path);
  return {};
}

void RecordedBackend::add(const Json& request, const Json& response) {
  const auto& method = request["method"].get_ref<const std::string&>();
  const Json& params = field(request, "params");
  answers_.emplace(key_of(method, params), response);
  const Json& result = field(response, "result");
  if (method.starts_with("eth_getBlockBy") && is_full(result)) add_block(result);
  if (method == "eth_getBlockReceipts" || method == "erigon_getBlockReceiptsByBlockHash")
    add_by_block("eth_getBlockReceipts", result, response);
  if (method == "trace_block") {
    const Json& number = of_block(result, "blockNumber");
    if (number.is_number_unsigned())
      answers_.emplace(key_of(method, {U256(number.get<std::uint64_t>()).to_quantity()}), response);
  }
}

void RecordedBackend::add_block(const Json& block) {
  const auto number = read_quantity(field(block, "number"));
  if (!number || !field(block, "hash").is_string()) return;
  const Json response = {{"result", block}};
  answers_.emplace(key_of("eth_getBlockByNumber", {block["number"], true}), response);
  answers_.emplace(key_of("eth_getBlockByHash", {block["hash"], true}), response);
  head_ = std::max(head_, *number);
}

void RecordedBackend::add_by_block(const char* method, const Json& rows, const Json& response) {
  for (const char* name : {"blockNumber", "blockHash"}) {
    const Json& which = of_block(rows, name);
    if (which.is_string()) answers_.emplace(key_of(method, Json::array({which})), response);
  }
}

Reply RecordedBackend::call(std::string_view method, const Json& params, Faults&) {
  const auto found = answers_.find(key_of(method, params));
  if (found != answers_.end()) {
    const Json& error = field(found->second, "error");
    if (error.is_object() && field(error, "message").is_string()) {
      const Json& code = field(error, "code");
      return refuse(code.is_number_integer() ? code.get<int>() : kServerError,
                    error["message"].get<std::string>());
    }
    return field(found->second, "result").dump();
  }
  if (method == "eth_blockNumber") return "\"" + U256(head_).to_quantity() + "\"";
  if (method == "eth_chainId") return "\"0x1\"";
  if (method == "net_version") return "\"1\"";
  if (method == "web3_clientVersion") return "\"clew-replay/recorded\"";
  if (method == "eth_syncing") return "false";
  const bool known = std::ranges::any_of(
      answers_, [&](const auto& one) { return one.first.starts_with(std::string(method) + "["); });
  if (!known)
    return refuse(kMethodNotFound,
                  "the method " + std::string(method) + " does not exist/is not available");
  return "null";
}

}  // namespace clew::replay
