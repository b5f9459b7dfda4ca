#include "core/http/router.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::http {

namespace {

/// A row and the names of its path parts, in the order in which the walk finds their values.
struct Leaf {
    const MountedRoute* route = nullptr;
    std::vector<std::string> names;
};

/// "/a//b/" gives "a", "", "b": a trailing slash does not count.
std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> parts;
    if (path.starts_with('/')) {
        path.remove_prefix(1);
    }
    if (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    while (!path.empty()) {
        const auto slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) {
            break;
        }
        path.remove_prefix(slash + 1);
        if (path.empty()) {
            parts.emplace_back();
        }
    }
    return parts;
}

/// Decoded part by part, so that an escaped slash does not split.
std::vector<std::string> decode_parts(std::string_view path) {
    std::vector<std::string> parts;
    for (const auto raw : split_path(path)) {
        auto part = text::percent_decode(raw);
        if (!part) {
            throw bad_request("The path has a broken percent escape in '{}'.", raw);
        }
        if (part->find('\0') != std::string::npos || !text::is_utf8(*part)) {
            throw bad_request("The path part '{}' is not valid UTF-8 text.", raw);
        }
        parts.push_back(std::move(*part));
    }
    return parts;
}

bool overlap(VersionRange a, VersionRange b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

struct Router::Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;  ///< sorted
    std::unique_ptr<Node> any;
    std::vector<Leaf> here;
    std::vector<Leaf> rest;    ///< rows whose last part is "{name*}"
    const Api* api = nullptr;  ///< the service whose prefix ends here

    Node* find_literal(std::string_view part) const {
        const auto at = std::lower_bound(
            literals.begin(), literals.end(), part,
            [](const auto& child, std::string_view wanted) { return child.first < wanted; });
        return at != literals.end() && at->first == part ? at->second.get() : nullptr;
    }
    Node& literal(std::string_view part) {
        if (auto* known = find_literal(part)) {
            return *known;
        }
        const auto at = std::lower_bound(
            literals.begin(), literals.end(), part,
            [](const auto& child, std::string_view wanted) { return child.first < wanted; });
        return *literals.emplace(at, std::string(part), std::make_unique<Node>())->second;
    }
    Node& wildcard() {
        if (!any) {
            any = std::make_unique<Node>();
        }
        return *any;
    }
};

namespace {

/// A walk down the tree. Literal parts win over named ones, those over a rest; a place that has no
/// row for the method is left again, but remembered for 405.
struct Walk {
    const std::vector<std::string>& parts;
    Method method;
    std::vector<const std::string*> values = {};
    std::string rest_value = {};
    std::vector<Leaf> const* leaves = nullptr;
    Method taken = Method::GET;
    std::vector<Method> allowed = {};

    bool take(const std::vector<Leaf>& candidates) {
        for (const auto& leaf : candidates) {
            if (std::find(allowed.begin(), allowed.end(), leaf.route->info.method) ==
                allowed.end()) {
                allowed.push_back(leaf.route->info.method);
            }
        }
        for (const auto wanted : {method, Method::GET}) {
            if (wanted != method && method != Method::HEAD) {
                break;
            }
            const bool has = std::any_of(
                candidates.begin(), candidates.end(),
                [wanted](const Leaf& leaf) { return leaf.route->info.method == wanted; });
            if (has) {
                leaves = &candidates;
                taken = wanted;
                return true;
            }
        }
        return false;
    }

    template <class Node>
    bool descend(const Node& node, size_t depth) {
        if (depth == parts.size()) {
            return take(node.here);
        }
        const auto& part = parts[depth];
        if (const auto* child = node.find_literal(part); child && descend(*child, depth + 1)) {
            return true;
        }
        if (node.any && !part.empty()) {
            values.push_back(&part);
            if (descend(*node.any, depth + 1)) {
                return true;
            }
            values.pop_back();
        }
        if (!node.rest.empty() && take(node.rest)) {
            for (auto i = depth; i < parts.size(); ++i) {
                rest_value.append(i > depth ? "/" : "").append(parts[i]);
            }
            values.push_back(&rest_value);
            return true;
        }
        return false;
    }
};

std::string allow_header(const std::vector<Method>& methods) {
    std::string text;
    for (const auto method : methods) {
        text.append(text.empty() ? "" : ", ").append(to_text(method));
        const bool head_too = method == Method::GET && std::find(methods.begin(), methods.end(),
                                                                 Method::HEAD) == methods.end();
        text.append(head_too ? ", HEAD" : "");
    }
    return text;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

const std::vector<std::unique_ptr<MountedRoute>>& Router::routes() const { return routes_; }

void Router::add(const Api& api, RouteInfo info, Handler handler) {
    auto known = std::find_if(apis_.begin(), apis_.end(), [&](const auto& one) {
        return one->name == api.name && one->prefix == api.prefix;
    });
    if (known == apis_.end()) {
        known = apis_.insert(apis_.end(), std::make_unique<Api>(api));
    }
    auto* node = root_.get();
    for (const auto part : split_path(api.prefix)) {
        node = &node->literal(part);
    }
    if (!node->api) {
        node->api = known->get();
    }
    auto route = std::make_unique<MountedRoute>(known->get(), std::move(info), std::move(handler));
    Leaf leaf{route.get(), {}};
    auto* leaves = &node->here;
    for (const auto part : split_path(route->info.path)) {
        CHECK(leaves == &node->here);  // nothing follows a rest
        if (part.starts_with('{') && part.ends_with("*}")) {
            leaf.names.emplace_back(part.substr(1, part.size() - 3));
            leaves = &node->rest;
            continue;
        }
        if (part.starts_with('{') && part.ends_with('}')) {
            leaf.names.emplace_back(part.substr(1, part.size() - 2));
            node = &node->wildcard();
        } else {
            node = &node->literal(part);
        }
        leaves = &node->here;
    }
    for (const auto& other : *leaves) {
        const auto& there = other.route->info;
        CHECK(!(there.method == route->info.method && there.action == route->info.action &&
                overlap(there.versions, route->info.versions)));
    }
    CHECK(!route->info.rule.empty() || has(route->info.flags, Flag::public_route));
    leaves->push_back(std::move(leaf));
    routes_.push_back(std::move(route));
}

std::vector<const MountedRoute*> Router::find(Request& request) const {
    const auto question = request.target.find('?');
    const auto raw_path = std::string_view(request.target).substr(0, question);

    // The service first, so that whatever is wrong further on is said in its words.
    const auto* node = root_.get();
    const Api* api = node->api;
    size_t prefix_parts = 0;
    size_t depth = 0;
    for (const auto part : split_path(raw_path)) {
        node = node->find_literal(part);
        if (!node) {
            break;
        }
        ++depth;
        if (node->api) {
            api = node->api;
            prefix_parts = depth;
        }
    }
    request.internals.api = api;

    auto parts = decode_parts(raw_path);
    const bool trailing_slash = raw_path.size() > 1 && raw_path.ends_with('/');
    request.path.clear();
    for (auto i = prefix_parts; i < parts.size(); ++i) {
        request.path.append("/").append(parts[i]);
    }
    if (request.path.empty() || trailing_slash) {
        request.path += '/';
    }
    request.query = question == std::string::npos
                        ? Query()
                        : Query(std::string_view(request.target).substr(question + 1));

    Walk walk{parts, request.method};
    if (!walk.descend(*root_, 0)) {
        // "DELETE /images/" is not a method that a list lacks, but an item without an id.
        const bool item_without_id = trailing_slash && parts.size() > prefix_parts;
        if (walk.allowed.empty() || item_without_id) {
            throw not_found("The resource {} could not be found.", raw_path);
        }
        const auto allow = allow_header(walk.allowed);
        throw method_not_allowed("The method {} is not allowed for this resource; {} are.",
                                 to_text(request.method), allow)
            .with_header("Allow", allow);
    }
    if (trailing_slash && !walk.rest_value.empty()) {
        walk.rest_value += '/';
    }
    std::vector<const MountedRoute*> found;
    auto& named = request.internals.path_parts;
    named.clear();
    for (const auto& leaf : *walk.leaves) {
        if (leaf.route->info.method != walk.taken) {
            continue;
        }
        found.push_back(leaf.route);
        for (size_t i = 0; i < leaf.names.size(); ++i) {
            const bool known = std::any_of(named.begin(), named.end(), [&](const auto& one) {
                return one.first == leaf.names[i];
            });
            if (!known) {
                named.emplace_back(leaf.names[i], *walk.values[i]);
            }
        }
    }
    request.internals.api = found.front()->api;
    return found;
}

}  // namespace welkin::http
