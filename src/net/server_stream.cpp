#include "net/server_stream.h"

namespace clew::net {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> server_tls(const ServerOptions& options) {
  if (options.tls_certificate.empty() && options.tls_key.empty()) return nullptr;
  if (options.tls_certificate.empty() || options.tls_key.empty())
    return fail(ErrorKind::usage, "TLS needs both a certificate and its key");
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  boost::system::error_code code;
  context->use_certificate_chain_file(options.tls_certificate, code);
  if (code) {
    return fail(ErrorKind::io,
                "the certificate " + options.tls_certificate + ": " + code.message());
  }
  context->use_private_key_file(options.tls_key, ssl::context::pem, code);
  if (code) return fail(ErrorKind::io, "the key " + options.tls_key + ": " + code.message());
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return fail(ErrorKind::data, "the key " + options.tls_key + " is not that of the certificate " +
                                     options.tls_certificate);
  }
  return context;
}

}  // namespace clew::net
