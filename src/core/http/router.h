#pragma once
// Router: every URL of every service. find() is a walk down a tree of path parts.
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/http/api.h"

namespace welkin::http {

struct MountedRoute {
    const Api* api = nullptr;
    RouteInfo info;
    Handler handler;
};

class Router {
public:
    Router();
    ~Router();

    /// Adds a service's table. Two rows that cannot be told apart CHECK-fail.
    template <class Service>
    void mount(const Api& api, std::span<const Route<Service>> routes, Service& service) {
        for (const auto& row : routes) {
            add(api, RouteInfo{row.method, row.path, row.rule, row.versions, row.flags, row.action},
                [handler = row.handler, &service](Request& request) {
                    return handler(request, service);
                });
        }
    }
    void add(const Api& api, RouteInfo info, Handler handler);

    /// The candidates for this method and path with path parts filled in. Throws not_found() or
    /// method_not_allowed() (with an Allow header), after setting request.internals.api if the
    /// prefix was recognised, so that the error has the right shape. HEAD falls back to GET.
    std::vector<const MountedRoute*> find(Request& request) const;

    /// Every row, for guards and documentation.
    const std::vector<std::unique_ptr<MountedRoute>>& routes() const;

private:
    struct Node;
    std::unique_ptr<Node> root_;
    std::vector<std::unique_ptr<MountedRoute>> routes_;
    std::vector<std::unique_ptr<Api>> apis_;
};

}  // namespace welkin::http
