// Parquet is read by Apache Arrow, which is large: it lies in a module of its own beside the
// program, loaded when the first such file comes. See docs/adr/0006-parquet-is-a-module.md.
#include <dlfcn.h>
#include <unistd.h>

#include "ingest/transfers/parquet/parquet_module.h"

namespace clew::ingest {
namespace {

std::string folder_of_program() {
  char path[4096];
  const auto size = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string text(path, size > 0 ? static_cast<std::size_t>(size) : 0);
  return text.substr(0, text.rfind('/') + 1);
}

Result<OpenParquet*> load_module() {
  const auto path = folder_of_program() + kParquetModule;
  // Never closed: rows that were read may still point into it.
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* symbol = module != nullptr ? ::dlsym(module, kOpenParquet) : nullptr;
  if (symbol == nullptr)
    return fail(ErrorKind::unsupported,
                "it is Parquet, and this program has no module to read it (" + path +
                    "; docs/transfer-lists.md says how to build it); CSV and JSON lines need none");
  return reinterpret_cast<OpenParquet*>(symbol);
}

}  // namespace

Result<std::unique_ptr<ListTable>> open_parquet_list(FileSystem&, const std::string& path) {
  static const auto module = load_module();
  if (!module) return fail(Error(module.error()));
  Result<std::unique_ptr<ListTable>> table;
  (*module)(path, table);
  return table;
}

}  // namespace clew::ingest
