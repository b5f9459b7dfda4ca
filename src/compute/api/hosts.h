#pragma once
// What operators see of the cloud's hosts: os-hypervisors, os-services, os-availability-zone.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> list_hypervisors(http::Request& request, State& compute);
Task<http::Reply> list_hypervisors_detail(http::Request& request, State& compute);
Task<http::Reply> show_hypervisor(http::Request& request, State& compute);
Task<http::Reply> show_hypervisor_uptime(http::Request& request, State& compute);
Task<http::Reply> show_hypervisor_statistics(http::Request& request, State& compute);
Task<http::Reply> search_hypervisors(http::Request& request, State& compute);
Task<http::Reply> list_hypervisor_servers(http::Request& request, State& compute);

// In hosts.cpp.
Task<http::Reply> list_hosts(http::Request& request, State& compute);
Task<http::Reply> show_host(http::Request& request, State& compute);

// In audit_log.cpp.
Task<http::Reply> list_audit_logs(http::Request& request, State& compute);
Task<http::Reply> show_audit_log(http::Request& request, State& compute);

Task<http::Reply> list_services(http::Request& request, State& compute);
/// PUT /os-services/{enable|disable|disable-log-reason|force-down}, up to 2.52
Task<http::Reply> change_service(http::Request& request, State& compute);
/// PUT /os-services/{uuid}, from 2.53 on
Task<http::Reply> update_service(http::Request& request, State& compute);
Task<http::Reply> delete_service(http::Request& request, State& compute);

Task<http::Reply> list_zones(http::Request& request, State& compute);
Task<http::Reply> list_zones_detail(http::Request& request, State& compute);

}  // namespace welkin::compute
