#pragma once
// Metrics in Prometheus' text format (exposition format 0.0.4). Made once, then lock-free.
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace welkin::metrics {

class Counter {
public:
    void add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> value_{0};
};

class Gauge {
public:
    void set(int64_t n) { value_.store(n, std::memory_order_relaxed); }
    void add(int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<int64_t> value_{0};
};

/// Buckets from 0.5 ms to 60 s, for durations.
class Histogram {
public:
    void observe(double seconds);  ///< negative ones (a clock that went back) count as none
    static constexpr double bounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                        0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
    std::atomic<uint64_t> counts[std::size(bounds) + 1] = {};
    std::atomic<uint64_t> sum_micros{0};
};

/// `name="value"` with the value escaped, for `labels` below; join several with commas.
std::string label(std::string_view name, std::string_view value);

// The same name and labels give the same object, which lives as long as the process.
// `labels` is Prometheus text without braces: `service="compute",code="200"`.
Counter& counter(std::string_view name, std::string_view help, std::string_view labels = "");
Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels = "");
Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = "");
/// Called at each scrape, under the registry's lock: quick, and making no metrics of its own.
void gauge_function(std::string_view name, std::string_view help, std::string_view labels,
                    std::function<double()> read);

std::string render();

}  // namespace welkin::metrics
