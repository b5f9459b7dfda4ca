#include "core/http/url.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/message.h"

namespace welkin::http {

std::string Url::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    auto text = v6 ? "[" + host + "]" : host;
    if (port != (encrypted ? 443 : 80)) {
        text += fmt::format(":{}", port);
    }
    return text;
}

Url parse_url(std::string_view text) {
    Url url;
    const auto scheme_end = text.find("://");
    const auto scheme = text::lower(text.substr(0, scheme_end));
    if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
        throw bad_request("'{}' is not an http:// or https:// URL.", text);
    }
    url.encrypted = scheme == "https";
    const auto rest = text.substr(scheme_end + 3);
    const auto path_at = rest.find_first_of("/?#");
    const auto authority = rest.substr(0, path_at);
    if (!is_valid_host(authority)) {
        throw bad_request("'{}' does not name a host, with an optional port.", text);
    }
    const auto name_end = authority.starts_with('[')
                              ? authority.find(']') + 1
                              : std::min(authority.find(':'), authority.size());
    url.host = authority.starts_with('[') ? authority.substr(1, name_end - 2)
                                          : authority.substr(0, name_end);
    url.port = url.encrypted ? 443 : 80;
    if (name_end < authority.size()) {
        url.port = static_cast<uint16_t>(*text::to_integer(authority.substr(name_end + 1)));
    }
    if (path_at != std::string_view::npos) {
        auto target = rest.substr(path_at);
        target = target.substr(0, target.find('#'));
        const bool clean = std::all_of(target.begin(), target.end(), [](char c) {
            return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
        });
        if (!clean) {
            throw bad_request("'{}' contains a character that must be escaped.", text);
        }
        url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
    }
    return url;
}

}  // namespace welkin::http
