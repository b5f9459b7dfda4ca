#include "identity/tokens/service_catalog.h"

#include "core/json/json.h"

namespace welkin::identity {

namespace {

// Addresses come from the client's Host header, so there must be an end to them.
constexpr size_t max_rendered = 512;

void write_endpoint(json::Writer& out, const Endpoint& endpoint, const std::string& url) {
    out.begin_object();
    out.member("id", endpoint.id.value).member("interface", endpoint.interface);
    for (const auto* name : {"region_id", "region"}) {
        if (endpoint.region_id) {
            out.member(name, endpoint.region_id->value);
        } else {
            out.member_null(name);
        }
    }
    out.member("url", url);
    out.end_object();
}

}  // namespace

ServiceCatalog::ServiceCatalog(sql::Database& database, const CatalogStore& store,
                               Generation& generation)
    : database_(database), store_(store), generation_(generation) {}

Task<CatalogText> ServiceCatalog::text(std::string base, ProjectId project, UserId user) {
    const auto current = co_await content();
    const auto key =
        current->depends_on_scope ? base + " " + project.value + " " + user.value : base;
    {
        const std::lock_guard lock(mutex_);
        if (content_ == current) {
            if (const auto found = rendered_.find(key); found != rendered_.end()) {
                co_return found->second;
            }
        }
    }
    auto text = render(*current, base, project, user);
    const std::lock_guard lock(mutex_);
    if (content_ == current) {
        if (rendered_.size() >= max_rendered) {
            rendered_.clear();
        }
        rendered_[key] = text;
    }
    co_return text;
}

Task<std::shared_ptr<const ServiceCatalog::Content>> ServiceCatalog::content() {
    const auto generation = generation_.load();
    {
        const std::lock_guard lock(mutex_);
        if (content_ && content_->generation == generation) {
            co_return content_;
        }
    }
    auto loaded = std::make_shared<Content>();
    loaded->generation = generation;
    co_await database_.read([&](sql::Transaction& tx) {
        loaded->services = store_.enabled_services(tx);
        loaded->endpoints = store_.enabled_endpoints(tx);
    });
    for (const auto& endpoint : loaded->endpoints) {
        loaded->depends_on_scope =
            loaded->depends_on_scope || endpoint.url.find("_id)s") != std::string::npos;
    }
    const std::lock_guard lock(mutex_);
    content_ = loaded;
    rendered_.clear();
    co_return loaded;
}

CatalogText ServiceCatalog::render(const Content& content, const std::string& base,
                                   const ProjectId& project, const UserId& user) {
    auto text = std::make_shared<std::string>();
    json::Writer out(*text);
    out.begin_array();
    for (const auto& service : content.services) {
        out.begin_object().key("endpoints").begin_array();
        for (const auto& endpoint : content.endpoints) {
            if (endpoint.service_id != service.id) {
                continue;
            }
            if (const auto url = fill_url(endpoint.url, base, project, user)) {
                write_endpoint(out, endpoint, *url);
            }
        }
        out.end_array();
        out.member("id", service.id.value).member("type", service.type);
        out.member("name", service.name.value_or(""));
        out.end_object();
    }
    out.end_array();
    return text;
}

}  // namespace welkin::identity
