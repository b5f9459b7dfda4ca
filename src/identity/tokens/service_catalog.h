#pragma once
// ServiceCatalog: the list of services and endpoints as tokens show it, rendered once per address
// (and project, where URLs depend on it) until identity changes. Any thread.
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/task.h"
#include "core/sql/database.h"
#include "identity/store/catalog_store.h"
#include "identity/tokens/tokens.h"

namespace welkin::identity {

using CatalogText = std::shared_ptr<const std::string>;  ///< a JSON list

class ServiceCatalog {
public:
    ServiceCatalog(sql::Database& database, const CatalogStore& store, Generation& generation);

    /// `base` is "http://host:port" as the client reached us.
    Task<CatalogText> text(std::string base, ProjectId project, UserId user);

private:
    struct Content {
        uint64_t generation = 0;
        std::vector<Service> services;
        std::vector<Endpoint> endpoints;
        bool depends_on_scope = false;  ///< some URL has a project's or user's id
    };
    Task<std::shared_ptr<const Content>> content();
    static CatalogText render(const Content& content, const std::string& base,
                              const ProjectId& project, const UserId& user);

    sql::Database& database_;
    const CatalogStore& store_;
    Generation& generation_;
    std::mutex mutex_;
    std::shared_ptr<const Content> content_;
    std::map<std::string, CatalogText> rendered_;  ///< of content_
};

}  // namespace welkin::identity
