#pragma once
// Payload: what a token says, packed into few bytes before it is sealed.
//
//   format, 1 byte (1) | methods, 1 byte | scope kind, 1 byte
//   user id | scope id | application credential id     text: length byte and bytes; or a length of
//                                                      0x90 and 16 raw bytes for 32 hex digits
//   issued at, expires at                              8 bytes each, big endian microseconds
//   user epoch, scope epoch                            LEB128
//   audit ids                                          count byte (1 or 2), 16 raw bytes each
//
// An audit id is shown as base64url of its bytes without padding. The second one is that of the
// first token of the chain that this one was made from.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::identity {

enum class ScopeKind : uint8_t { none, project, domain, system };

/// Bits of Payload::methods.
enum class AuthMethod : uint8_t { password = 1, token = 2, application_credential = 4 };
std::vector<std::string> method_names(uint8_t methods);

struct Payload {
    uint8_t methods = 0;
    ScopeKind scope = ScopeKind::none;
    UserId user_id;
    std::string scope_id;                   ///< of the project or domain
    std::string application_credential_id;  ///< empty if none
    Time issued_at{};
    Time expires_at{};
    uint64_t user_epoch = 0;
    uint64_t scope_epoch = 0;
    std::vector<std::string> audit_ids;  ///< raw bytes

    bool operator==(const Payload&) const = default;
};

std::string encode(const Payload& payload);
/// Nothing for bytes that encode() cannot have made.
std::optional<Payload> decode(std::string_view bytes);

inline constexpr size_t audit_id_bytes = 16;
std::string audit_id_text(std::string_view raw);

}  // namespace welkin::identity
