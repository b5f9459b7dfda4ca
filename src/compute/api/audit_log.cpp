// os-instance_usage_audit_log: which hosts have published the usage of their servers, month by
// month. Use is counted from the servers themselves when it is asked for (usages.cpp), so no host
// has run such a report, and none will.
#include <chrono>

#include "compute/api/hosts.h"
#include "compute/api/links.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

/// "2026-11-01 00:00:00": the form of this resource alone.
std::string month_start(std::chrono::year_month month) {
    return fmt::format("{:04}-{:02}-01 00:00:00", static_cast<int>(month.year()),
                       static_cast<unsigned>(month.month()));
}

/// The last whole month before an instant.
std::chrono::year_month month_before(Time time) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return date.year() / date.month() - std::chrono::months(1);
}

Task<Reply> report(State& compute, const char* key, std::chrono::year_month month) {
    const auto hosts = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.host_rows.list(tx); });
    const auto count = static_cast<int64_t>(hosts.size());
    co_return http::ok(wrapped(key, [&](json::Writer& writer) {
        writer.begin_object().member("period_beginning", month_start(month));
        writer.member("period_ending", month_start(month + std::chrono::months(1)));
        writer.member("num_hosts", count).member("num_hosts_done", 0);
        writer.member("num_hosts_not_run", count).member("num_hosts_running", 0);
        writer.key("hosts_not_run").begin_array();
        for (const auto& host : hosts) {
            writer.string(host.name.value);
        }
        writer.end_array().member("total_instances", 0).member("total_errors", 0);
        writer.member("overall_status", fmt::format("0 of {} hosts done. 0 errors.", count));
        writer.key("log").begin_object().end_object().end_object();
    }));
}

}  // namespace

/// GET /os-instance_usage_audit_log: of the last whole month
Task<Reply> list_audit_logs(Request& request, State& compute) {
    request.authorize();
    const auto now =
        co_await compute.core.database.read([](sql::Transaction& tx) { return tx.now(); });
    co_return co_await report(compute, "instance_usage_audit_logs", month_before(now));
}

/// GET /os-instance_usage_audit_log/{before}: of the whole month before an instant
Task<Reply> show_audit_log(Request& request, State& compute) {
    request.authorize();
    const auto& text = request.path_part("before");
    const auto before = parse_time(text);
    if (!before) {
        throw bad_request("Invalid timestamp for date {}", text);
    }
    co_return co_await report(compute, "instance_usage_audit_log", month_before(*before));
}

}  // namespace welkin::compute
