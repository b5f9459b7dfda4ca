#include "network/host/linux/ruleset.h"

#include <fmt/format.h>

namespace welkin::network {

namespace {

/// Writes commands in the order in which the kernel can follow them: what is referred to comes
/// before what refers to it, and goes after it.
class Script {
public:
    explicit Script(const Table& table) : where_(table.family + " " + table.name) {}

    void line(std::string_view verb, std::string_view kind, std::string_view what) {
        text_ += fmt::format("{} {} {} {}\n", verb, kind, where_, what);
    }
    void add_chain(const std::string& name, const Chain& chain) {
        line("add", "chain",
             chain.hook.empty() ? name : fmt::format("{} {{ {} }}", name, chain.hook));
    }
    void add_rules(const std::string& name, const Chain& chain) {
        for (const auto& rule : chain.rules) {
            line("add", "rule", fmt::format("{} {}", name, rule));
        }
    }
    void add_set(const std::string& name, const AddressSet& set) {
        line("add", "set", fmt::format("{} {{ type {}; }}", name, set.type));
    }
    void add_map(const std::string& name, const VerdictMap& map) {
        line("add", "map", fmt::format("{} {{ type {} : verdict; }}", name, map.type));
    }
    void element(std::string_view verb, const std::string& name, const std::string& element) {
        line(verb, "element", fmt::format("{} {{ {} }}", name, element));
    }
    void add_elements(const std::string& name, const std::set<std::string>& elements) {
        std::string list;
        for (const auto& each : elements) {
            list += (list.empty() ? "" : ", ") + each;
        }
        if (!list.empty()) {
            element("add", name, list);
        }
    }
    std::string take() { return std::move(text_); }

private:
    std::string where_;
    std::string text_;
};

template <class Map>
void each_missing(const Map& in, const Map& from, const auto& act) {
    for (const auto& [name, value] : in) {
        if (!from.contains(name)) {
            act(name, value);
        }
    }
}

void change_elements(Script& script, const Table& current, const Table& wanted) {
    for (const auto& [name, set] : wanted.sets) {
        const auto known = current.sets.find(name);
        std::set<std::string> added;
        for (const auto& element : set.elements) {
            if (known == current.sets.end() || !known->second.elements.contains(element)) {
                added.insert(element);
            }
        }
        script.add_elements(name, added);
        if (known == current.sets.end()) {
            continue;
        }
        for (const auto& element : known->second.elements) {
            if (!set.elements.contains(element)) {
                script.element("delete", name, element);
            }
        }
    }
    for (const auto& [name, map] : wanted.maps) {
        const auto known = current.maps.find(name);
        const std::map<std::string, std::string> none;
        const auto& before = known == current.maps.end() ? none : known->second.elements;
        for (const auto& [key, verdict] : before) {
            const auto now = map.elements.find(key);
            if (now == map.elements.end() || now->second != verdict) {
                script.element("delete", name, key);
            }
        }
        for (const auto& [key, verdict] : map.elements) {
            const auto then = before.find(key);
            if (then == before.end() || then->second != verdict) {
                script.element("add", name, fmt::format("{} : {}", key, verdict));
            }
        }
    }
}

}  // namespace

std::string change_script(const Table& current, const Table& wanted) {
    Script script(wanted);
    each_missing(wanted.sets, current.sets,
                 [&](const auto& name, const auto& set) { script.add_set(name, set); });
    each_missing(wanted.maps, current.maps,
                 [&](const auto& name, const auto& map) { script.add_map(name, map); });
    each_missing(wanted.chains, current.chains,
                 [&](const auto& name, const auto& chain) { script.add_chain(name, chain); });
    each_missing(current.chains, wanted.chains,
                 [&](const auto& name, const auto&) { script.line("flush", "chain", name); });
    for (const auto& [name, chain] : wanted.chains) {
        const auto known = current.chains.find(name);
        if (known != current.chains.end() && known->second == chain) {
            continue;
        }
        if (known != current.chains.end()) {
            script.line("flush", "chain", name);
        }
        script.add_rules(name, chain);
    }
    change_elements(script, current, wanted);
    each_missing(current.chains, wanted.chains,
                 [&](const auto& name, const auto&) { script.line("delete", "chain", name); });
    each_missing(current.maps, wanted.maps,
                 [&](const auto& name, const auto&) { script.line("delete", "map", name); });
    each_missing(current.sets, wanted.sets,
                 [&](const auto& name, const auto&) { script.line("delete", "set", name); });
    return script.take();
}

std::string load_script(const Table& table) {
    const Table empty{
        .family = table.family, .name = table.name, .chains = {}, .sets = {}, .maps = {}};
    return delete_script(table.family, table.name) +
           fmt::format("add table {} {}\n", table.family, table.name) + change_script(empty, table);
}

std::string delete_script(const std::string& family, const std::string& name) {
    // Added first, so that deleting what is not there is no error.
    return fmt::format("add table {0} {1}\ndelete table {0} {1}\n", family, name);
}

}  // namespace welkin::network
