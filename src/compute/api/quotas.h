#pragma once
// What a project may have and has: os-quota-sets, os-quota-class-sets, limits,
// os-simple-tenant-usage.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> show_quotas(http::Request& request, State& compute);
Task<http::Reply> show_quotas_detail(http::Request& request, State& compute);
Task<http::Reply> show_default_quotas(http::Request& request, State& compute);
Task<http::Reply> update_quotas(http::Request& request, State& compute);
Task<http::Reply> delete_quotas(http::Request& request, State& compute);
Task<http::Reply> show_quota_class(http::Request& request, State& compute);
Task<http::Reply> update_quota_class(http::Request& request, State& compute);

Task<http::Reply> show_limits(http::Request& request, State& compute);

Task<http::Reply> list_usages(http::Request& request, State& compute);
Task<http::Reply> show_usage(http::Request& request, State& compute);

/// What is used now of the resources that are counted by project; others are 0.
Limits used_resources(sql::Transaction& tx, State& compute, const ProjectId& project);

}  // namespace welkin::compute
