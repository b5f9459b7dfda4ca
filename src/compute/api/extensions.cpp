// /extensions: since 2.1 there are none, but old clients ask which there are.
#include <algorithm>

#include "compute/api/aggregates.h"
#include "compute/api/links.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

struct Extension {
    std::string_view alias;
    std::string_view name;
};

constexpr Extension extensions[] = {
    {"OS-DCF", "DiskConfig"},
    {"OS-EXT-AZ", "ExtendedAvailabilityZone"},
    {"OS-EXT-IPS", "ExtendedIps"},
    {"OS-EXT-IPS-MAC", "ExtendedIpsMac"},
    {"OS-EXT-SRV-ATTR", "ExtendedServerAttributes"},
    {"OS-EXT-STS", "ExtendedStatus"},
    {"OS-FLV-DISABLED", "FlavorDisabled"},
    {"OS-FLV-EXT-DATA", "FlavorExtraData"},
    {"OS-SCH-HNT", "SchedulerHints"},
    {"OS-SRV-USG", "ServerUsage"},
    {"os-admin-actions", "AdminActions"},
    {"os-aggregates", "Aggregates"},
    {"os-attach-interfaces", "AttachInterfaces"},
    {"os-availability-zone", "AvailabilityZone"},
    {"os-config-drive", "ConfigDrive"},
    {"os-console-output", "ConsoleOutput"},
    {"os-consoles", "Consoles"},
    {"os-extended-volumes", "ExtendedVolumes"},
    {"os-flavor-access", "FlavorAccess"},
    {"os-flavor-extra-specs", "FlavorExtraSpecs"},
    {"os-flavor-manage", "FlavorManage"},
    {"os-hosts", "Hosts"},
    {"os-hypervisors", "Hypervisors"},
    {"os-instance-actions", "InstanceActions"},
    {"os-keypairs", "Keypairs"},
    {"os-multiple-create", "MultipleCreate"},
    {"os-quota-class-sets", "QuotaClasses"},
    {"os-quota-sets", "Quotas"},
    {"os-security-groups", "SecurityGroups"},
    {"os-server-groups", "ServerGroups"},
    {"os-services", "Services"},
    {"os-simple-tenant-usage", "SimpleTenantUsage"},
    {"os-used-limits", "UsedLimits"},
    {"os-user-data", "UserData"},
};

void write(json::Writer& writer, const Extension& extension) {
    writer.begin_object().member("alias", extension.alias).member("name", extension.name);
    writer.member("description", "").member("namespace", "http://docs.openstack.org/compute/ext/");
    writer.member("updated", "2014-12-03T00:00:00Z").key("links").begin_array().end_array();
    writer.end_object();
}

}  // namespace

/// GET /extensions
Task<Reply> list_extensions(Request& request, State&) {
    request.authorize();
    co_return http::ok(wrapped("extensions", [](json::Writer& writer) {
        writer.begin_array();
        for (const auto& extension : extensions) {
            write(writer, extension);
        }
        writer.end_array();
    }));
}

/// GET /extensions/{alias}
Task<Reply> show_extension(Request& request, State&) {
    request.authorize();
    const auto& alias = request.path_part("alias");
    const auto found = std::ranges::find(extensions, alias, &Extension::alias);
    if (found == std::end(extensions)) {
        throw not_found("There is no extension '{}'.", alias);
    }
    co_return http::ok(wrapped("extension", [&](json::Writer& writer) { write(writer, *found); }));
}

}  // namespace welkin::compute
