#include "identity/tokens/payload.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::identity {

namespace {

constexpr uint8_t format = 1;
constexpr uint8_t packed_hex = 0x90;
constexpr size_t max_text_bytes = 64;

class Packer {
public:
    void byte(uint8_t value) { out_ += static_cast<char>(value); }
    void text(std::string_view value) {
        const auto raw = value.size() == 32 ? text::from_hex(value) : std::nullopt;
        // Upper case would come back as lower case.
        if (raw && text::to_hex(*raw) == value) {
            byte(packed_hex);
            out_ += *raw;
            return;
        }
        CHECK(value.size() <= max_text_bytes);
        byte(static_cast<uint8_t>(value.size()));
        out_ += value;
    }
    void time(Time value) {
        const auto micros = static_cast<uint64_t>(to_micros(value));
        for (int shift = 56; shift >= 0; shift -= 8) {
            byte(static_cast<uint8_t>(micros >> shift));
        }
    }
    void number(uint64_t value) {
        for (; value >= 0x80; value >>= 7) {
            byte(static_cast<uint8_t>(value | 0x80));
        }
        byte(static_cast<uint8_t>(value));
    }
    void bytes(std::string_view value) { out_ += value; }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

/// Reads what Packer wrote; once something is missing, all that follows is empty and ok() is false.
class Unpacker {
public:
    explicit Unpacker(std::string_view bytes) : left_(bytes) {}
    bool at_end() const { return ok_ && left_.empty(); }

    std::string_view bytes(size_t count) {
        if (!ok_ || left_.size() < count) {
            ok_ = false;
            return {};
        }
        const auto taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }
    uint8_t byte() {
        const auto taken = bytes(1);
        return taken.empty() ? 0 : static_cast<uint8_t>(taken.front());
    }
    std::string text() {
        const auto length = byte();
        if (length == packed_hex) {
            return text::to_hex(bytes(16));
        }
        ok_ = ok_ && length <= max_text_bytes;
        return std::string(bytes(length));
    }
    Time time() {
        uint64_t micros = 0;
        for (int i = 0; i < 8; ++i) {
            micros = micros << 8 | byte();
        }
        return from_micros(static_cast<int64_t>(micros));
    }
    uint64_t number() {
        uint64_t value = 0;
        for (int shift = 0; ok_ && shift < 63; shift += 7) {
            const uint64_t part = byte();
            value |= (part & 0x7f) << shift;
            if (part < 0x80) {
                return value;
            }
        }
        ok_ = false;
        return 0;
    }

private:
    std::string_view left_;
    bool ok_ = true;
};

}  // namespace

std::vector<std::string> method_names(uint8_t methods) {
    static constexpr std::pair<AuthMethod, const char*> names[] = {
        {AuthMethod::password, "password"},
        {AuthMethod::token, "token"},
        {AuthMethod::application_credential, "application_credential"}};
    std::vector<std::string> found;
    for (const auto& [method, name] : names) {
        if ((methods & static_cast<uint8_t>(method)) != 0) {
            found.emplace_back(name);
        }
    }
    return found;
}

std::string encode(const Payload& payload) {
    Packer out;
    out.byte(format);
    out.byte(payload.methods);
    out.byte(static_cast<uint8_t>(payload.scope));
    out.text(payload.user_id);
    out.text(payload.scope_id);
    out.text(payload.application_credential_id);
    out.time(payload.issued_at);
    out.time(payload.expires_at);
    out.number(payload.user_epoch);
    out.number(payload.scope_epoch);
    out.byte(static_cast<uint8_t>(payload.audit_ids.size()));
    for (const auto& id : payload.audit_ids) {
        CHECK(id.size() == audit_id_bytes);
        out.bytes(id);
    }
    return out.take();
}

std::optional<Payload> decode(std::string_view bytes) {
    Unpacker in(bytes);
    Payload payload;
    if (in.byte() != format) {
        return std::nullopt;
    }
    payload.methods = in.byte();
    const auto scope = in.byte();
    if (scope > static_cast<uint8_t>(ScopeKind::system)) {
        return std::nullopt;
    }
    payload.scope = static_cast<ScopeKind>(scope);
    payload.user_id = UserId(in.text());
    payload.scope_id = in.text();
    payload.application_credential_id = in.text();
    payload.issued_at = in.time();
    payload.expires_at = in.time();
    payload.user_epoch = in.number();
    payload.scope_epoch = in.number();
    const auto count = in.byte();
    if (count < 1 || count > 2) {
        return std::nullopt;
    }
    for (int i = 0; i < count; ++i) {
        payload.audit_ids.emplace_back(in.bytes(audit_id_bytes));
    }
    if (!in.at_end()) {
        return std::nullopt;
    }
    return payload;
}

std::string audit_id_text(std::string_view raw) {
    auto encoded = text::to_base64url(raw);
    encoded.erase(encoded.find_last_not_of('=') + 1);
    return encoded;
}

}  // namespace welkin::identity
