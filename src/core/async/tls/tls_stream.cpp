#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <array>

#include "core/async/address.h"
#include "core/async/tls/tls.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

constexpr size_t input_chunk_bytes = 16 << 10;
constexpr size_t output_chunk_bytes = 64 << 10;
constexpr size_t file_chunk_bytes = 256 << 10;
constexpr Duration farewell_limit = 1s;

/// Shared between the stream and the goodbye it may still be sending when it is gone.
struct Session {
    std::unique_ptr<Stream> plain;
    SslPointer ssl;
    BIO* received = nullptr;  ///< owned by ssl
    BIO* to_send = nullptr;   ///< owned by ssl
    Mutex sending;            ///< reader and writer may both have something to send
    bool closing = false;

    Session(std::unique_ptr<Stream> stream, SslPointer prepared)
        : plain(std::move(stream)),
          ssl(std::move(prepared)),
          received(BIO_new(BIO_s_mem())),
          to_send(BIO_new(BIO_s_mem())) {
        CHECK(received != nullptr && to_send != nullptr);
        SSL_set_bio(ssl.get(), received, to_send);
        BIO_set_mem_eof_return(received, -1);
    }

    Task<void> flush(Duration timeout) {
        if (BIO_ctrl_pending(to_send) == 0) {
            co_return;
        }
        const auto turn = co_await sending.lock();
        while (const size_t size = BIO_ctrl_pending(to_send)) {
            std::string bytes(std::min(size, output_chunk_bytes), '\0');
            CHECK(BIO_read(to_send, bytes.data(), static_cast<int>(bytes.size())) ==
                  static_cast<int>(bytes.size()));
            co_await plain->write(bytes, {}, timeout);
        }
    }

    /// False at the end of the peer's bytes.
    Task<bool> fill(Duration timeout) {
        std::array<char, input_chunk_bytes> buffer;
        const size_t count = co_await plain->read(buffer, timeout);
        if (count > 0) {
            CHECK(BIO_write(received, buffer.data(), static_cast<int>(count)) ==
                  static_cast<int>(count));
        }
        co_return count > 0;
    }

    [[noreturn]] void fail() const {
        throw unavailable("TLS with {} failed: {}.", to_text(plain->peer()), tls_trouble());
    }

    Task<void> shake_hands(Duration timeout) {
        for (;;) {
            ERR_clear_error();
            const int result = SSL_do_handshake(ssl.get());
            const int why = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl.get(), result);
            const auto reason = why == SSL_ERROR_NONE || why == SSL_ERROR_WANT_READ
                                    ? std::string()
                                    : describe_handshake();
            co_await flush(timeout);
            if (why == SSL_ERROR_NONE) {
                co_return;
            }
            if (!reason.empty()) {
                throw unavailable("TLS with {} failed: {}.", to_text(plain->peer()), reason);
            }
            const bool more = co_await fill(timeout);
            if (!more) {
                throw unavailable("TLS with {} failed: the peer closed the connection.",
                                  to_text(plain->peer()));
            }
        }
    }

    std::string describe_handshake() const {
        const long verdict = SSL_get_verify_result(ssl.get());
        return verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : tls_trouble();
    }
};

Task<void> say_goodbye(std::shared_ptr<Session> session) {
    try {
        co_await session->flush(farewell_limit);
    } catch (const Error&) {
        // The peer is gone already.
    }
    session->plain->close();
}

class TlsStream final : public Stream {
public:
    explicit TlsStream(std::shared_ptr<Session> session) : session_(std::move(session)) {}
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;
    ~TlsStream() override { TlsStream::close(); }

    Task<size_t> read(std::span<char> into, Duration timeout) override {
        const auto session = session_;
        auto* const ssl = session->ssl.get();
        for (;;) {
            ERR_clear_error();
            size_t count = 0;
            const int result = SSL_read_ex(ssl, into.data(), into.size(), &count);
            if (result == 1) {
                co_return count;
            }
            const int why = SSL_get_error(ssl, result);
            if (why == SSL_ERROR_ZERO_RETURN) {
                co_return 0;
            }
            if (why != SSL_ERROR_WANT_READ) {
                session->fail();
            }
            co_await session->flush(timeout);
            const bool more = co_await session->fill(timeout);
            if (!more) {
                // Many peers end without a close_notify; HTTP knows by itself whether it has all.
                co_return 0;
            }
        }
    }

    Task<void> write(std::string_view first, std::string_view second, Duration timeout) override {
        const auto session = session_;
        for (auto part : {first, second}) {
            while (!part.empty()) {
                const auto chunk = part.substr(0, output_chunk_bytes);
                ERR_clear_error();
                size_t count = 0;
                if (SSL_write_ex(session->ssl.get(), chunk.data(), chunk.size(), &count) != 1) {
                    session->fail();
                }
                part.remove_prefix(count);
                if (BIO_ctrl_pending(session->to_send) >= output_chunk_bytes) {
                    co_await session->flush(timeout);
                }
            }
        }
        co_await session->flush(timeout);
    }

    Task<void> write_file(int descriptor, uint64_t offset, uint64_t length,
                          Duration timeout) override {
        std::string buffer(std::min<uint64_t>(length, file_chunk_bytes), '\0');
        while (length > 0) {
            const size_t wanted = std::min<uint64_t>(length, buffer.size());
            const ssize_t count = co_await blocking([&] {
                return ::pread(descriptor, buffer.data(), wanted, static_cast<off_t>(offset));
            });
            if (count <= 0) {
                throw internal("A file ended {} bytes before its expected end.", length);
            }
            const auto size = static_cast<size_t>(count);
            co_await write(std::string_view(buffer).substr(0, size), {}, timeout);
            offset += size;
            length -= size;
        }
    }

    void shutdown_write() override {
        announce_end();
        if (Loop::current_or_null() != nullptr) {
            spawn(
                [](std::shared_ptr<Session> session) -> Task<void> {
                    co_await session->flush(farewell_limit);
                    session->plain->shutdown_write();
                }(session_),
                "TLS shutdown");
        }
    }

    void close() override {
        if (std::exchange(session_->closing, true)) {
            return;
        }
        announce_end();
        if (Loop::current_or_null() != nullptr) {
            spawn(say_goodbye(session_), "TLS close");
        } else {
            session_->plain->close();
        }
    }

    Address peer() const override { return session_->plain->peer(); }
    Address local() const override { return session_->plain->local(); }
    bool encrypted() const override { return true; }

private:
    void announce_end() {
        ERR_clear_error();
        SSL_shutdown(session_->ssl.get());
    }

    std::shared_ptr<Session> session_;
};

}  // namespace

void FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }
void FreeSsl::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

std::string tls_trouble() {
    const auto code = ERR_get_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "protocol error" : reason;
}

Task<std::unique_ptr<Stream>> start_tls(std::unique_ptr<Stream> plain, SslPointer ssl,
                                        Duration timeout) {
    const auto session = std::make_shared<Session>(std::move(plain), std::move(ssl));
    co_await session->shake_hands(timeout);
    co_return std::make_unique<TlsStream>(session);
}

}  // namespace welkin::async
