#include <array>
#include <atomic>

#include "core/http/pipeline/stages.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

namespace welkin::http {

namespace {

constexpr size_t methods = 8;
constexpr size_t statuses = 600;

/// One service's meters, looked up once each: the registry itself takes a lock.
struct Meters {
    std::string service;
    std::array<std::atomic<metrics::Counter*>, methods * statuses> totals{};
    metrics::Histogram* seconds = nullptr;

    explicit Meters(std::string name) : service(std::move(name)) {
        seconds = &metrics::histogram("http_request_seconds", "Time from request to reply.",
                                      fmt::format("service=\"{}\"", service));
    }
    metrics::Counter& total(Method method, int status) {
        auto& slot = totals[static_cast<size_t>(method) * statuses +
                            static_cast<size_t>(status >= 0 && status < 600 ? status : 0)];
        auto* counter = slot.load(std::memory_order_acquire);
        if (!counter) {
            counter = &metrics::counter("http_requests_total", "Requests answered.",
                                        fmt::format("service=\"{}\",method=\"{}\",code=\"{}\"",
                                                    service, to_text(method), status));
            slot.store(counter, std::memory_order_release);
        }
        return *counter;
    }
};

/// By name, since tests make the same service many times over. Never freed, as the metrics are not.
Meters& meters_of(const Api* api) {
    static std::mutex mutex;
    static auto& known = *new std::map<std::string, Meters, std::less<>>();
    thread_local std::vector<std::pair<std::string, Meters*>> seen;
    const std::string_view name = api ? std::string_view(api->name) : "none";
    for (const auto& [service, meters] : seen) {
        if (service == name) {
            return *meters;
        }
    }
    const std::lock_guard lock(mutex);
    auto& meters = known.try_emplace(std::string(name), std::string(name)).first->second;
    seen.emplace_back(name, &meters);
    return meters;
}

}  // namespace

void note_request(const Request& request, const Reply& reply, std::chrono::microseconds took) {
    const auto* api = request.internals.api;
    auto& meters = meters_of(api);
    meters.total(request.method, reply.status).add();
    meters.seconds->observe(static_cast<double>(took.count()) / 1e6);
    if (!log::enabled(log::Level::info)) {
        return;
    }
    // The path without its query, where console tokens and signatures are.
    const auto path = std::string_view(request.target).substr(0, request.target.find('?'));
    log::info("request", {{"service", meters.service},
                          {"method", to_text(request.method)},
                          {"path", path},
                          {"status", reply.status},
                          {"ms", fmt::format("{:.1f}", static_cast<double>(took.count()) / 1e3)},
                          {"peer", request.peer},
                          {"user", request.caller_.user_id},
                          {"project", request.caller_.project_id},
                          {"request", request.request_id_},
                          {"global_request", global_request_id(request)}});
}

}  // namespace welkin::http
