#include "core/async/tls/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "core/async/address.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

SslContextPointer make_context(const SSL_METHOD* method) {
    SslContextPointer context(SSL_CTX_new(method));
    CHECK(context != nullptr);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    return context;
}

/// We speak HTTP/1.1; a client that offers only others goes on without an agreement.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* selected = nullptr;
    const int result =
        SSL_select_next_proto(&selected, chosen_size, ours, sizeof ours - 1, offered, offered_size);
    *chosen = selected;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// Client contexts by their roots: reading the system's takes milliseconds. `ca_path` comes from
/// the configuration, so there are few.
std::shared_ptr<SSL_CTX> client_context(const std::string& ca_path) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<SSL_CTX>> contexts;
    const std::scoped_lock lock(mutex);
    if (const auto known = contexts.find(ca_path); known != contexts.end()) {
        return known->second;
    }
    std::shared_ptr<SSL_CTX> context = make_context(TLS_client_method());
    ERR_clear_error();
    const int loaded = ca_path.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                       : std::filesystem::is_directory(ca_path)
                           ? SSL_CTX_load_verify_dir(context.get(), ca_path.c_str())
                           : SSL_CTX_load_verify_file(context.get(), ca_path.c_str());
    if (loaded != 1) {
        throw bad_request("The certificates in {} cannot be used: {}.", ca_path, tls_trouble());
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    contexts.emplace(ca_path, context);
    return context;
}

/// A TLS client that accepts nobody but `server_name`.
SslPointer make_client(const std::string& server_name, const std::string& ca_path) {
    SslPointer ssl(SSL_new(client_context(ca_path).get()));
    CHECK(ssl != nullptr);
    if (is_numeric(server_name)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), server_name.c_str());
    } else {
        SSL_set_tlsext_host_name(ssl.get(), server_name.c_str());
        SSL_set1_host(ssl.get(), server_name.c_str());
    }
    SSL_set_connect_state(ssl.get());
    return ssl;
}

}  // namespace

struct TlsServer::State {
    SslContextPointer context;
};

TlsServer::TlsServer(const std::string& certificate_path, const std::string& key_path)
    : state_(std::make_unique<State>(make_context(TLS_server_method()))) {
    auto* const context = state_->context.get();
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate_path.c_str()) != 1) {
        throw bad_request("The certificate {} cannot be used: {}.", certificate_path,
                          tls_trouble());
    }
    if (SSL_CTX_use_PrivateKey_file(context, key_path.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        throw bad_request("The private key {} cannot be used with the certificate {}: {}.",
                          key_path, certificate_path, tls_trouble());
    }
}

TlsServer::~TlsServer() = default;

Task<std::unique_ptr<Stream>> TlsServer::accept(std::unique_ptr<Stream> plain,
                                                Duration timeout) const {
    SslPointer ssl(SSL_new(state_->context.get()));
    CHECK(ssl != nullptr);
    SSL_set_accept_state(ssl.get());
    co_return co_await start_tls(std::move(plain), std::move(ssl), timeout);
}

Task<std::unique_ptr<Stream>> connect_tls(Address address, std::string server_name,
                                          std::string ca_path, Duration timeout) {
    auto ssl = make_client(server_name, ca_path);
    auto plain = co_await connect(std::move(address), timeout);
    co_return co_await start_tls(std::move(plain), std::move(ssl), timeout);
}

}  // namespace welkin::async
