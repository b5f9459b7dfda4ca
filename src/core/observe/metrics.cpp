#include "core/observe/metrics.h"

#include <cmath>
#include <list>
#include <map>
#include <mutex>

#include "core/base/error.h"

namespace welkin::metrics {

namespace {

enum class Kind { counter, gauge, histogram };

struct Series {
    std::string labels;
    Counter counter;
    Gauge gauge;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
};

struct Family {
    Kind kind = Kind::counter;
    std::string help;
    std::list<Series> series;  // a list: references to its items stay good
};

// Never destroyed: metrics are counted until the very end of the process.
struct Registry {
    std::mutex mutex;
    std::map<std::string, Family, std::less<>> families;
};

Registry& registry() {
    static Registry& the_registry = *new Registry;
    return the_registry;
}

Series& find_or_add(Registry& in, Kind kind, std::string_view name, std::string_view help,
                    std::string_view labels) {
    auto found = in.families.find(name);
    if (found == in.families.end()) {
        found = in.families.emplace(name, Family{kind, std::string(help), {}}).first;
    }
    auto& family = found->second;
    CHECK(family.kind == kind);
    for (auto& series : family.series) {
        if (series.labels == labels) {
            return series;
        }
    }
    auto& series = family.series.emplace_back();
    series.labels = labels;
    if (kind == Kind::histogram) {
        series.histogram = std::make_unique<Histogram>();
    }
    return series;
}

std::string_view type_name(Kind kind) {
    switch (kind) {
        case Kind::counter:
            return "counter";
        case Kind::gauge:
            return "gauge";
        case Kind::histogram:
            return "histogram";
    }
    return "untyped";
}

std::string number_text(double number) {
    if (std::isnan(number)) {
        return "NaN";
    }
    if (std::isinf(number)) {
        return number > 0 ? "+Inf" : "-Inf";
    }
    return fmt::format("{}", number);
}

void append_sample(std::string& out, std::string_view name, std::string_view labels,
                   std::string_view value) {
    out.append(name);
    if (!labels.empty()) {
        out.append("{").append(labels).append("}");
    }
    out.append(" ").append(value).append("\n");
}

void append_histogram(std::string& out, const std::string& name, const Series& series) {
    const auto& histogram = *series.histogram;
    const std::string prefix = series.labels.empty() ? "" : series.labels + ",";
    uint64_t total = 0;
    for (size_t i = 0; i < std::size(histogram.counts); ++i) {
        total += histogram.counts[i].load(std::memory_order_relaxed);
        const auto bound = i < std::size(Histogram::bounds) ? number_text(Histogram::bounds[i])
                                                            : std::string("+Inf");
        append_sample(out, name + "_bucket", prefix + "le=\"" + bound + "\"",
                      std::to_string(total));
    }
    const auto micros = histogram.sum_micros.load(std::memory_order_relaxed);
    append_sample(out, name + "_sum", series.labels,
                  number_text(static_cast<double>(micros) / 1e6));
    append_sample(out, name + "_count", series.labels, std::to_string(total));
}

std::string escape_help(std::string_view help) {
    std::string escaped;
    for (const char c : help) {
        if (c == '\\') {
            escaped += "\\\\";
        } else if (c == '\n') {
            escaped += "\\n";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

}  // namespace

void Histogram::observe(double seconds) {
    const auto* bound = std::lower_bound(std::begin(bounds), std::end(bounds), seconds);
    counts[static_cast<size_t>(bound - std::begin(bounds))].fetch_add(1, std::memory_order_relaxed);
    if (seconds > 0) {
        sum_micros.fetch_add(static_cast<uint64_t>(seconds * 1e6), std::memory_order_relaxed);
    }
}

std::string label(std::string_view name, std::string_view value) {
    std::string out(name);
    out.append("=\"");
    for (const char c : value) {
        if (c == '\n') {
            out.append("\\n");
            continue;
        }
        if (c == '"' || c == '\\') {
            out.push_back('\\');
        }
        out.push_back(c);
    }
    out.push_back('"');
    return out;
}

Counter& counter(std::string_view name, std::string_view help, std::string_view labels) {
    const std::lock_guard lock(registry().mutex);
    return find_or_add(registry(), Kind::counter, name, help, labels).counter;
}

Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels) {
    const std::lock_guard lock(registry().mutex);
    return find_or_add(registry(), Kind::gauge, name, help, labels).gauge;
}

Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels) {
    const std::lock_guard lock(registry().mutex);
    return *find_or_add(registry(), Kind::histogram, name, help, labels).histogram;
}

void gauge_function(std::string_view name, std::string_view help, std::string_view labels,
                    std::function<double()> read) {
    const std::lock_guard lock(registry().mutex);
    find_or_add(registry(), Kind::gauge, name, help, labels).read = std::move(read);
}

std::string render() {
    std::string out;
    const std::lock_guard lock(registry().mutex);
    for (const auto& [name, family] : registry().families) {
        out.append("# HELP ").append(name).append(" ").append(escape_help(family.help));
        out.append("\n# TYPE ").append(name).append(" ").append(type_name(family.kind));
        out.append("\n");
        for (const auto& series : family.series) {
            if (series.histogram) {
                append_histogram(out, name, series);
            } else if (family.kind == Kind::counter) {
                append_sample(out, name, series.labels, std::to_string(series.counter.value()));
            } else {
                append_sample(out, name, series.labels,
                              series.read ? number_text(series.read())
                                          : std::to_string(series.gauge.value()));
            }
        }
    }
    return out;
}

}  // namespace welkin::metrics
