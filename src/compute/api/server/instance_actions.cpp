// os-instance-actions: what was done with a server, by whom and with what result; a view of the
// change log, so it also tells of servers that are gone.
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/server_view.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

/// What users call actions; the change log has more.
constexpr std::string_view action_names[] = {"create",
                                             "delete",
                                             "start",
                                             "stop",
                                             "reboot",
                                             "pause",
                                             "unpause",
                                             "lock",
                                             "unlock",
                                             "attach_interface",
                                             "detach_interface",
                                             "rebuild",
                                             "resize",
                                             "power_update"};

struct DoneAction {
    history::Entry entry;
    std::vector<history::Entry> events;

    Time updated_at() const { return events.empty() ? entry.time : events.back().time; }
    bool failed() const {
        return std::ranges::any_of(
            events, [](const auto& event) { return event.detail.text("result") == "Error"; });
    }
};

/// Oldest first. An event belongs to the action of the same name and request before it.
std::vector<DoneAction> actions_of(sql::Transaction& tx, const std::string& server_id) {
    std::vector<DoneAction> actions;
    for (auto& entry : history::list(
             tx, {.service = "compute", .resource = "server", .resource_id = server_id})) {
        if (std::ranges::find(action_names, entry.action) == std::end(action_names)) {
            continue;
        }
        if (entry.detail.find("event") == nullptr) {
            actions.push_back({std::move(entry), {}});
            continue;
        }
        const auto owner =
            std::ranges::find_if(actions.rbegin(), actions.rend(), [&](const DoneAction& action) {
                return action.entry.action == entry.action &&
                       action.entry.author.request_id == entry.author.request_id;
            });
        if (owner != actions.rend()) {
            owner->events.push_back(std::move(entry));
        }
    }
    return actions;
}

/// The actions of a server that is there or, from 2.21 on, was.
std::vector<DoneAction> visible_actions(sql::Transaction& tx, State& compute, Request& request) {
    const auto& id = request.path_part("id");
    const auto actions = actions_of(tx, id);
    const bool exists = compute.servers.find(tx, ServerId(id)).has_value();
    if (exists || request.version() < Version{2, 21} || actions.empty()) {
        visible_server(tx, compute, request);
        return actions;
    }
    const auto& project = actions.front().entry.project_id;
    if (project != request.caller().project_id && !request.is_admin()) {
        throw not_found("Instance {} could not be found.", id);
    }
    request.authorize({.project = project});
    return actions;
}

void write_text_or_null(json::Writer& writer, std::string_view name, std::string_view text) {
    if (text.empty()) {
        writer.member_null(name);
    } else {
        writer.member(name, text);
    }
}

void write_members(json::Writer& writer, const DoneAction& action, Version version) {
    const auto& entry = action.entry;
    writer.member("action", entry.action).member("instance_uuid", entry.resource_id);
    write_text_or_null(writer, "request_id", entry.author.request_id);
    write_text_or_null(writer, "user_id", entry.author.user_id);
    write_text_or_null(writer, "project_id", entry.project_id);
    writer.member("start_time", format_time_bare(entry.time));
    write_text_or_null(writer, "message", action.failed() ? "Error" : "");
    if (version >= Version{2, 58}) {
        writer.member("updated_at", format_time_bare(action.updated_at()));
    }
}

void write_event(json::Writer& writer, const history::Entry& event, const Request& request,
                 bool everything) {
    const auto version = request.version();
    const auto host = event.detail.text("host");
    writer.begin_object().member("event", event.detail.text("event"));
    writer.member("start_time", format_time_bare(from_micros(event.detail.integer("started_at"))));
    writer.member("finish_time", format_time_bare(event.time));
    writer.member("result", event.detail.text("result"));
    if (everything) {
        write_text_or_null(writer, "traceback", event.detail.text("why"));
    }
    if (version >= Version{2, 62}) {
        if (everything) {
            write_text_or_null(writer, "host", host);
        }
        writer.member(
            "hostId",
            host.empty()
                ? ""
                : text::to_hex(crypto::sha256(event.project_id.value + host)).substr(0, 56));
    }
    if (version >= Version{2, 84} &&
        request.may("os_compute_api:os-instance-actions:events:details")) {
        write_text_or_null(writer, "details", event.detail.text("why"));
    }
    writer.end_object();
}

std::optional<Time> read_time(const Request& request, std::string_view name) {
    const auto given = request.query.find(name);
    if (!given) {
        return std::nullopt;
    }
    const auto time = parse_time(*given);
    if (!time) {
        throw bad_request(
            "Invalid input for query parameters {}. Value: {}. '{}' is not a "
            "'date-time'",
            name, *given, *given);
    }
    return time;
}

/// Narrows newest-first actions to the page asked for, from 2.58 on.
std::vector<DoneAction> page_of(std::vector<DoneAction> actions, const Request& request,
                                const sql::Page& page) {
    const auto since = read_time(request, "changes-since");
    const auto before =
        request.version() >= Version{2, 66} ? read_time(request, "changes-before") : std::nullopt;
    if (since && before && *since > *before) {
        throw bad_request(
            "The value of changes-since must be less than or equal to "
            "changes-before.");
    }
    std::erase_if(actions, [&](const DoneAction& action) {
        return (since && action.updated_at() < *since) || (before && action.updated_at() > *before);
    });
    if (!page.marker.empty()) {
        const auto seen = std::ranges::find_if(actions, [&](const DoneAction& action) {
            return action.entry.author.request_id == page.marker;
        });
        if (seen == actions.end()) {
            throw bad_request("Marker {} could not be found.", page.marker);
        }
        actions.erase(actions.begin(), seen + 1);
    }
    if (actions.size() > static_cast<size_t>(page.limit)) {
        actions.resize(static_cast<size_t>(page.limit));
    }
    return actions;
}

}  // namespace

/// GET /servers/{id}/os-instance-actions: newest first.
Task<Reply> list_instance_actions(Request& request, State& compute) {
    auto actions = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_actions(tx, compute, request); });
    std::ranges::reverse(actions);
    sql::Page page;
    if (request.version() >= Version{2, 58}) {
        check_query(request, {2, 58}, {"limit", "marker", "changes-since", "changes-before"});
        page = read_page(request, {}, {});
        actions = page_of(std::move(actions), request, page);
    }
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("instanceActions").begin_array();
    for (const auto& action : actions) {
        writer.begin_object();
        write_members(writer, action, request.version());
        writer.end_object();
    }
    writer.end_array();
    if (request.query.has("limit") && !actions.empty()) {
        // Here alone the key is "links".
        write_next_link(writer, request, "", actions.size(), page,
                        actions.back().entry.author.request_id);
    }
    writer.end_object();
    co_return http::ok(std::move(body));
}

/// GET /servers/{id}/os-instance-actions/{request_id}
Task<Reply> show_instance_action(Request& request, State& compute) {
    const auto actions = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_actions(tx, compute, request); });
    const auto& wanted = request.path_part("request_id");
    const auto found = std::ranges::find_if(actions, [&](const DoneAction& action) {
        return action.entry.author.request_id == wanted;
    });
    if (found == actions.end()) {
        throw not_found("Action {} not found", wanted);
    }
    const bool everything = request.may("os_compute_api:os-instance-actions:events",
                                        {.project = found->entry.project_id});
    co_return http::ok(wrapped("instanceAction", [&](json::Writer& writer) {
        writer.begin_object();
        write_members(writer, *found, request.version());
        if (everything || request.version() >= Version{2, 51}) {
            writer.key("events").begin_array();
            for (const auto& event : found->events) {
                write_event(writer, event, request, everything);
            }
            writer.end_array();
        }
        writer.end_object();
    }));
}

}  // namespace welkin::compute
