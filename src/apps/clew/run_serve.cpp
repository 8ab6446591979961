// `clew serve`.
#include <sys/prctl.h>

#include "apps/clew/interrupt.h"
#include "apps/clew/server_config.h"
#include "apps/clew/stay.h"
#include "serve/api_server.h"

namespace clew::app {
namespace {

serve::ApiServerOptions options_of(const serve::Settings& settings) {
  serve::ApiServerOptions options;
  auto& net = options.net;
  net.address = settings.text("address");
  net.port = static_cast<std::uint16_t>(settings.integer("port"));
  net.tls_certificate = settings.text("tls-certificate");
  net.tls_key = settings.text("tls-key");
  net.threads = static_cast<unsigned>(settings.integer("threads"));
  net.workers = static_cast<unsigned>(settings.integer("workers"));
  net.connections_max = settings.integer("connections-max");
  net.head_bytes_max = static_cast<std::uint32_t>(settings.integer("head-bytes-max"));
  net.request_bytes_max = settings.integer("body-bytes-max");
  net.read_seconds = settings.real("read-seconds");
  net.answer_seconds = settings.real("answer-seconds");
  net.idle_seconds = settings.real("idle-seconds");
  net.grace_seconds = settings.real("grace-seconds");
  options.limits.at_work_max = static_cast<unsigned>(settings.integer("at-work-max"));
  options.limits.rate_per_second = settings.real("rate-per-second");
  options.limits.rate_burst = settings.real("rate-burst");
  options.limits.address_rate_per_second = settings.real("address-rate-per-second");
  options.limits.address_rate_burst = settings.real("address-rate-burst");
  options.log_file = settings.text("log-file");
  options.tron.url = settings.text("tron-url");
  options.tron.key = settings.text("tron-api-key");
  options.tron.fresh_seconds = settings.real("tron-fresh-seconds");
  options.tron.sanctions_url = settings.text("sanctions-url");
  options.tron.sanctions_key = settings.text("sanctions-api-key");
  return options;
}

}  // namespace

Result<ExitCode> serve(const Session& session, const ServeOptions& given) {
  CLEW_TRY(settings, load_settings(given));
  auto options = options_of(settings);
  options.directory = session.directory;
  options.version = CLEW_VERSION;
  interrupted_flag();  // also what comes while it starts ends it in order
  // Memory holds keys: a crash leaves it in no file, and nobody reads along.
  ::prctl(PR_SET_DUMPABLE, 0);
  CLEW_TRY(server, serve::ApiServer::start(options));
  stay(session, server->url());
  server->stop();
  return kOk;
}

}  // namespace clew::app
