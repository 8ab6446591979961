// https and wss: a relay that speaks TLS stands before a plain server, with certificates made here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "net/http_client.h"
#include "net/raw_peer_test.h"
#include "net/server.h"
#include "net/websocket_client.h"

namespace clew::net {
namespace {

using test::RawConnection;
using test::RawPeer;
using ::testing::HasSubstr;

// A certificate that vouches for itself.
struct Certificate {
  // `names` as in "DNS:localhost,IP:127.0.0.1"; good from `days` days ago for 30 days.
  explicit Certificate(const char* names, int days = 1) {
    key = EVP_EC_gen("P-256");
    x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    constexpr long kDay = 24 * 3600;
    X509_gmtime_adj(X509_getm_notBefore(x509), -days * kDay);
    X509_gmtime_adj(X509_getm_notAfter(x509), (30 - days) * kDay);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, key);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    EXPECT_GT(X509_sign(x509, key, EVP_sha256()), 0);

    path = ::testing::TempDir() + "/certificate-" + std::to_string(::getpid()) + ".pem";
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, x509);
    std::fclose(file);
    key_path = path + ".key";
    file = std::fopen(key_path.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }
  ~Certificate() {
    ::unlink(path.c_str());
    ::unlink(key_path.c_str());
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  EVP_PKEY* key;
  X509* x509;
  std::string path, key_path;
};

class TlsRelay {
 public:
  TlsRelay(const Certificate& certificate, std::uint16_t behind)
      : tls_(SSL_CTX_new(TLS_server_method())),
        peer_([this, behind](RawConnection& connection) { relay(connection, behind); }) {
    SSL_CTX_use_certificate(tls_, certificate.x509);
    SSL_CTX_use_PrivateKey(tls_, certificate.key);
  }
  ~TlsRelay() { SSL_CTX_free(tls_); }
  // "https", as 127.0.0.1 or by name
  std::string url(const std::string& scheme, const std::string& host = "127.0.0.1") const {
    const auto url = peer_.url(scheme);
    return scheme + "://" + host + url.substr(url.rfind(':'));
  }

 private:
  // Until either side closes.
  void relay(RawConnection& outside, std::uint16_t behind) {
    SSL* ssl = SSL_new(tls_);
    SSL_set_fd(ssl, outside.fd());
    RawConnection inside(RawConnection::connect_to(behind));
    if (SSL_accept(ssl) == 1) {
      pollfd ends[2] = {{outside.fd(), POLLIN, 0}, {inside.fd(), POLLIN, 0}};
      bool open = true;
      while (open && (SSL_pending(ssl) > 0 || ::poll(ends, 2, -1) > 0)) {
        if (SSL_pending(ssl) > 0 || ends[0].revents != 0) {
          char buffer[4096];
          const int size = SSL_read(ssl, buffer, sizeof buffer);
          open = size > 0 && inside.write({buffer, static_cast<std::size_t>(size)});
        } else {
          const auto text = inside.read_some();
          open = !text.empty() && SSL_write(ssl, text.data(), static_cast<int>(text.size())) > 0;
        }
      }
    }
    SSL_free(ssl);
  }

  SSL_CTX* tls_;
  RawPeer peer_;  // last: its thread uses the others
};

std::unique_ptr<Server> plain_server() {
  Route route{.path = "/", .handler = [](const Request& request) {
                return Answer{.body = "over TLS: " + request.body};
              }};
  route.websocket =
      WebSocketEvents{.message = [](const WebSocketPeerPtr& peer, std::string_view text) {
        peer->send("echo " + std::string(text));
      }};
  return std::move(*Server::start({}, {route}));
}

Result<Response> ask(const std::string& url, const std::string& ca_file) {
  CLEW_TRY(client, HttpClient::open(url, {.ca_file = ca_file}));
  return client.post(std::string(300'000, 'x'));
}

TEST(Tls, CarriesHttp) {
  const auto server = plain_server();
  const Certificate certificate("DNS:localhost,IP:127.0.0.1");
  const TlsRelay relay(certificate, server->port());
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto response = ask(relay.url("https", host), certificate.path);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body.size(), 300'010u);
  }
}

TEST(Tls, CarriesWebSockets) {
  const auto server = plain_server();
  const Certificate certificate("IP:127.0.0.1");
  const TlsRelay relay(certificate, server->port());
  std::mutex mutex;
  std::condition_variable changed;
  std::string heard;
  bool closed = false;
  auto client = WebSocketClient::open(relay.url("wss"), {.client = {.ca_file = certificate.path}},
                                      {.message =
                                           [&](std::string_view text) {
                                             const std::lock_guard lock(mutex);
                                             heard = text;
                                             changed.notify_all();
                                           },
                                       .closed =
                                           [&](const Error&) {
                                             const std::lock_guard lock(mutex);
                                             closed = true;
                                           }});
  ASSERT_TRUE(client) << client.error().message;
  ASSERT_TRUE((*client)->send("secretly"));
  {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return !heard.empty(); });
  }
  EXPECT_EQ(heard, "echo secretly");
  client->reset();
  EXPECT_TRUE(closed);
}

TEST(Tls, TrustsNobodyUnknown) {
  const auto server = plain_server();
  const Certificate certificate("IP:127.0.0.1");
  const TlsRelay relay(certificate, server->port());
  const auto response = ask(relay.url("https"), "");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::network);
  EXPECT_THAT(response.error().message, HasSubstr("certificate is not to be trusted"));
  const auto socket = WebSocketClient::open(relay.url("wss"), {}, {});
  ASSERT_FALSE(socket);
  EXPECT_THAT(socket.error().message, HasSubstr("certificate is not to be trusted"));
}

TEST(Tls, TrustsACertificateForItsOwnNameOnly) {
  const auto server = plain_server();
  const Certificate certificate("DNS:node.example,IP:127.0.0.2");
  const TlsRelay relay(certificate, server->port());
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto response = ask(relay.url("https", host), certificate.path);
    ASSERT_FALSE(response);
    EXPECT_THAT(response.error().message, HasSubstr("not of this host"));
  }
}

TEST(Tls, DoesNotTrustTheExpired) {
  const auto server = plain_server();
  const Certificate certificate("IP:127.0.0.1", 40);
  const TlsRelay relay(certificate, server->port());
  const auto response = ask(relay.url("https"), certificate.path);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("expired"));
}

TEST(Tls, NeedsItsFile) {
  EXPECT_FALSE(HttpClient::open("https://127.0.0.1", {.ca_file = "/no/such/file"}));
  EXPECT_TRUE(HttpClient::open("http://127.0.0.1", {.ca_file = "/no/such/file"}));
}

TEST(Tls, DoesNotSpeakToTheDeaf) {
  const auto server = plain_server();  // which speaks no TLS
  const auto response = ask("https://127.0.0.1:" + std::to_string(server->port()), "");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::network);
  EXPECT_THAT(response.error().message, HasSubstr("TLS"));
}

Route echo() {
  return {.path = "/", .handler = [](const Request& request) {
            return Answer{.body = "over TLS: " + request.body};
          }};
}

TEST(TlsServer, AnswersOnKeptConnections) {
  const Certificate certificate("IP:127.0.0.1");
  const auto server = Server::start(
      {.workers = 1, .tls_certificate = certificate.path, .tls_key = certificate.key_path},
      {echo()});
  ASSERT_TRUE(server) << server.error().message;
  auto client = HttpClient::open((*server)->url("https"), {.ca_file = certificate.path});
  ASSERT_TRUE(client);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client->post(std::string(300'000, 'x'));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body.size(), 300'010u);
  }
}

TEST(TlsServer, DropsThoseWhoDoNotSpeakIt) {
  const Certificate certificate("IP:127.0.0.1");
  const auto server = Server::start(
      {.tls_certificate = certificate.path, .tls_key = certificate.key_path, .read_seconds = 0.1},
      {echo()});
  ASSERT_TRUE(server) << server.error().message;
  RawConnection plain(RawConnection::connect_to((*server)->port()));
  plain.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(plain.read_all(), ::testing::Not(HasSubstr("HTTP/1.1")));
  RawConnection silent(RawConnection::connect_to((*server)->port()));
  EXPECT_EQ(silent.read_all(), "");
}

TEST(TlsServer, RefusesFilesThatDoNotFit) {
  const auto why = [](const std::string& certificate, const std::string& key) {
    const auto server = Server::start({.tls_certificate = certificate, .tls_key = key}, {echo()});
    return server ? "" : server.error().message;
  };
  const std::string kept = ::testing::TempDir() + "/other.key";
  {
    const Certificate other("IP:127.0.0.1");
    std::ofstream(kept) << std::ifstream(other.key_path).rdbuf();
  }
  const Certificate again("IP:127.0.0.1");
  EXPECT_THAT(why(again.path, kept), HasSubstr("other.key"));
  EXPECT_THAT(why(again.path, ""), HasSubstr("both"));
  EXPECT_THAT(why("/does/not/exist", again.key_path), HasSubstr("/does/not/exist"));
  ::unlink(kept.c_str());
}

}  // namespace
}  // namespace clew::net
