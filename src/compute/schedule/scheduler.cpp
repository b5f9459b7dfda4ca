#include "compute/schedule/scheduler.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::compute {

namespace {

/// Each weigher's opinions brought to 0..1, so that megabytes do not outweigh processors.
void add_normalized(std::vector<double>& totals, const std::vector<double>& weights) {
    const auto [lowest, highest] = std::ranges::minmax(weights);
    if (highest <= lowest) {
        return;
    }
    for (size_t i = 0; i < weights.size(); ++i) {
        totals[i] += (weights[i] - lowest) / (highest - lowest);
    }
}

}  // namespace

std::string no_valid_host(const std::vector<Refusal>& refusals) {
    std::string sentence = "No valid host was found.";
    if (refusals.empty()) {
        return sentence + " There is no compute host.";
    }
    const char* separator = " ";
    for (const auto& refusal : refusals) {
        sentence +=
            fmt::format("{}{}: {} {}", separator, refusal.host, refusal.filter, refusal.reason);
        separator = "; ";
    }
    return sentence + ".";
}

Scheduler::Scheduler(const std::vector<std::string>& filters,
                     const std::vector<std::string>& weighers) {
    for (const auto& name : filters) {
        auto filter = make_filter(name);
        if (!filter) {
            throw bad_request("compute.enabled_filters names '{}', but there are only: {}.", name,
                              text::join(filter_names(), ", "));
        }
        filters_.push_back(std::move(filter));
    }
    for (const auto& name : weighers) {
        auto weigher = make_weigher(name);
        if (!weigher) {
            throw bad_request("compute.enabled_weighers names '{}', but there are only: {}.", name,
                              text::join(weigher_names(), ", "));
        }
        weighers_.push_back(std::move(weigher));
    }
}

Choice Scheduler::choose(const std::vector<Candidate>& candidates, const Demand& demand) const {
    Choice choice;
    std::vector<const Candidate*> fitting;
    for (const auto& candidate : candidates) {
        bool fits = true;
        for (const auto& filter : filters_) {
            auto reason = filter->refuse(candidate, demand);
            if (!reason.empty()) {
                choice.refusals.push_back(
                    {candidate.host.name.value, std::string(filter->name()), std::move(reason)});
                fits = false;
                break;
            }
        }
        if (fits) {
            fitting.push_back(&candidate);
        }
    }
    if (fitting.empty()) {
        return choice;
    }
    std::vector<double> totals(fitting.size(), 0.0);
    for (const auto& weigher : weighers_) {
        std::vector<double> weights;
        weights.reserve(fitting.size());
        for (const auto* candidate : fitting) {
            weights.push_back(weigher->weigh(*candidate, demand));
        }
        add_normalized(totals, weights);
    }
    const auto best = std::ranges::max_element(totals) - totals.begin();
    choice.host = fitting[static_cast<size_t>(best)]->host.name;
    return choice;
}

}  // namespace welkin::compute
