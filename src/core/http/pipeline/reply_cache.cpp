#include "core/http/pipeline/reply_cache.h"

#include <algorithm>

#include "core/http/api.h"
#include "core/http/outgoing.h"

namespace welkin::http {

std::string ReplyCache::key(const Request& request) {
    const auto& caller = request.caller_;
    auto roles = caller.roles;
    std::sort(roles.begin(), roles.end());
    std::string key;
    key.reserve(256);
    // Parts are ended by a byte that none of them can contain.
    const auto add = [&key](std::string_view part) { key.append(part).push_back('\0'); };
    add(request.internals.api->name);
    add(request.target);
    add(request.version_.text());
    add(request.base_url);
    add(request.headers.get("Accept"));
    add(caller.project_id);
    add(caller.domain_id);
    add(caller.system ? "system" : "");
    add(caller.user_id);
    for (const auto& role : roles) {
        add(role);
    }
    return key;
}

std::optional<Reply> ReplyCache::find(const std::string& key, int64_t sequence) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        return std::nullopt;
    }
    const auto entry = found->second;
    if (entry->sequence != sequence) {
        forget(entry);
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return Reply{.status = 200, .headers = {}, .body = entry->reply};
}

void ReplyCache::keep(std::string key, int64_t sequence, Reply& reply) {
    auto* text = std::get_if<std::string>(&reply.body);
    if (reply.status != 200 || !text || reply.headers.has("Set-Cookie")) {
        return;
    }
    auto rendered = std::make_shared<Rendered>();
    for (const auto& [name, value] : reply.headers) {
        append_header_line(rendered->header_lines, name, value);
    }
    rendered->body = std::move(*text);
    const auto bytes = key.size() + rendered->header_lines.size() + rendered->body.size() + 256;
    reply.headers.clear();
    reply.body = RenderedBody(rendered);
    if (bytes > max_bytes_ / 8) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (const auto old = by_key_.find(key); old != by_key_.end()) {
        forget(old->second);
    }
    entries_.push_front({std::move(key), sequence, std::move(rendered), bytes});
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += bytes;
    while (bytes_ > max_bytes_) {
        forget(std::prev(entries_.end()));
    }
}

size_t ReplyCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void ReplyCache::forget(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace welkin::http
