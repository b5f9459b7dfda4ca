#pragma once
// Url: an absolute http or https URL taken apart.
#include <cstdint>
#include <string>
#include <string_view>

namespace welkin::http {

struct Url {
    bool encrypted = false;  ///< https
    std::string host;        ///< a name or numeric address, without brackets
    uint16_t port = 80;
    std::string target = "/";  ///< path and query, as sent

    /// host[:port] for a Host header: brackets for IPv6, no port where it is the usual one.
    std::string authority() const;
};

/// Throws bad_request() for anything but http:// and https:// with a host; user names in it too.
Url parse_url(std::string_view text);

}  // namespace welkin::http
