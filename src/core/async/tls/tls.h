#pragma once
// TLS over any Stream, by OpenSSL with its bytes passed through memory. For core/async alone.
#include <memory>
#include <string>

#include "core/async/stream.h"

struct ssl_ctx_st;
struct ssl_st;

namespace welkin::async {

struct FreeSsl {
    void operator()(ssl_st* ssl) const;
    void operator()(ssl_ctx_st* context) const;
};
using SslPointer = std::unique_ptr<ssl_st, FreeSsl>;
using SslContextPointer = std::unique_ptr<ssl_ctx_st, FreeSsl>;

/// What OpenSSL has to say about its last failure on this thread.
std::string tls_trouble();

/// Shakes hands in the role that `ssl` was prepared for. Throws unavailable() naming the peer, or
/// request_timeout().
Task<std::unique_ptr<Stream>> start_tls(std::unique_ptr<Stream> plain, SslPointer ssl,
                                        Duration timeout);

}  // namespace welkin::async
