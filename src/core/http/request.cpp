#include "core/http/request.h"

#include <array>
#include <utility>

#include "core/auth/policy.h"
#include "core/base/text.h"
#include "core/http/api.h"

namespace welkin::http {

namespace {

constexpr std::array<std::string_view, 8> method_names = {"GET",    "HEAD",  "POST",    "PUT",
                                                          "DELETE", "PATCH", "OPTIONS", "COPY"};

auth::Owner own(const auth::Caller& caller) {
    return {.user = caller.user_id, .project = caller.project_id, .domain = caller.domain_id};
}

class TextBody : public BodyReader {
public:
    explicit TextBody(std::string text) : text_(std::move(text)) {}
    Task<std::string_view> read() override {
        co_return std::exchange(done_, true) ? std::string_view{} : std::string_view(text_);
    }
    std::optional<uint64_t> length() const override { return text_.size(); }

private:
    std::string text_;
    bool done_ = false;
};

}  // namespace

Task<size_t> BodyReader::read_into(std::span<char> into) {
    if (rest_.empty()) {
        rest_ = co_await read();
    }
    const auto count = rest_.copy(into.data(), into.size());
    rest_.remove_prefix(count);
    co_return count;
}

std::string_view to_text(Method method) { return method_names[static_cast<size_t>(method)]; }

std::optional<Method> method_from_text(std::string_view text) {
    for (size_t i = 0; i < method_names.size(); ++i) {
        if (method_names[i] == text) {
            return static_cast<Method>(i);
        }
    }
    return std::nullopt;
}

const std::string& Request::path_part(std::string_view name) const {
    for (const auto& [key, value] : internals.path_parts) {
        if (key == name) {
            return value;
        }
    }
    CHECK(!"the route has a path part of this name");
    std::unreachable();
}

const json::Value& Request::json() const {
    if (!internals.json) {
        throw bad_request("The request needs a JSON body, and it has none.");
    }
    return *internals.json;
}

const json::Value& Request::json(std::string_view key) const {
    const auto& whole = json();
    if (!whole.is_object()) {
        throw bad_request("Invalid input for the body: it must be an object, and it is {}.",
                          whole.kind());
    }
    const auto* member = whole.find(key);
    if (!member) {
        throw bad_request("Invalid input for field/attribute {}: the body must have it.", key);
    }
    if (!member->is_object()) {
        throw bad_request(
            "Invalid input for field/attribute {}: it must be an object, and it is {}.", key,
            member->kind());
    }
    return *member;
}

BodyReader& Request::body() {
    if (!internals.body) {
        internals.body = std::make_unique<TextBody>(body_text_);
    }
    return *internals.body;
}

void Request::authorize(const auth::Owner& owner) {
    CHECK(internals.route && internals.policy);
    const auto& rule = internals.route->rule;
    if (!rule.empty() && !internals.policy->allows(rule, caller_, owner)) {
        throw forbidden("The policy rule {} does not allow you to do this.", rule);
    }
    internals.authorized = true;
}

void Request::authorize(const auth::Owner& owner, const Error& hidden) {
    try {
        authorize(owner);
    } catch (const Error&) {
        throw hidden;
    }
}

void Request::authorize() { authorize(own(caller_)); }

bool Request::may(std::string_view rule, const auth::Owner& owner) const {
    return internals.policy && internals.policy->allows(rule, caller_, owner);
}

bool Request::may(std::string_view rule) const { return may(rule, own(caller_)); }

bool Request::is_admin() const { return may("context_is_admin"); }

history::Author Request::author() const {
    return {
        .request_id = request_id_, .user_id = caller_.user_id, .project_id = caller_.project_id};
}

Request Request::make(Method method, std::string target, Headers headers, std::string body) {
    Request request;
    request.method = method;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) {
        request.query = Query(std::string_view(target).substr(question + 1));
    }
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.peer = "127.0.0.1";
    request.base_url = "http://localhost";
    request.deadline = std::chrono::steady_clock::time_point::max();
    if (!body.empty()) {
        try {
            request.internals.json = json::parse(body);
        } catch (const Error&) {
            request.internals.json.reset();
        }
        request.body_text_ = body;
        request.internals.body = std::make_unique<TextBody>(std::move(body));
    }
    return request;
}

}  // namespace welkin::http
