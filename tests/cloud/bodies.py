"""A body that each writing route takes, made for a World: what tests start from to send worse ones.

Bodies are made anew on each call, since most names can be used once only.
"""

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3mYHF6BLZJcBLxCLPCRl1mVzUGgEZ8lgbIo7qNsF+B test"


def _identity(w):
    ids = w.ids
    word = w.unique()
    return {
        "POST /domains": {"domain": {"name": word, "description": "x", "enabled": False}},
        "PATCH /domains/{domain_id}": {"domain": {"name": word, "description": "x", "enabled": False}},
        "POST /projects": {"project": {"name": word, "domain_id": "default", "parent_id": "default",
                                       "is_domain": False, "enabled": True, "description": "x",
                                       "tags": ["t"], "options": {}}},
        "PATCH /projects/{project_id}": {"project": {"name": word, "description": "x", "tags": ["painted"]}},
        "PUT /projects/{project_id}/tags": {"tags": ["painted", "more"]},
        "POST /users": {"user": {"name": word, "domain_id": "default", "enabled": True, "password": "secret",
                                 "default_project_id": w.project, "description": "x", "options": {}}},
        "PATCH /users/{user_id}": {"user": {"email": "a@example.org", "description": "x", "enabled": True}},
        "POST /groups": {"group": {"name": word, "domain_id": "default", "description": "x"}},
        "PATCH /groups/{group_id}": {"group": {"name": word, "description": "x"}},
        "POST /users/{user_id}/application_credentials": {"application_credential": {
            "name": word, "description": "x", "secret": "secret", "unrestricted": False,
            "expires_at": "2099-01-01T00:00:00.000000", "roles": [{"name": "member"}]}},
        "POST /policies": {"policy": {"type": "text/plain", "blob": "words"}},
        "PATCH /policies/{policy_id}": {"policy": {"type": "text/plain", "blob": "words"}},
        "POST /credentials": {"credential": {"user_id": w.alice_id, "type": "totp", "blob": word,
                                             "project_id": w.project}},
        "PATCH /credentials/{credential_id}": {"credential": {"type": "totp", "blob": word}},
        "POST /users/{user_id}/credentials/OS-EC2": {"tenant_id": w.project},
        "POST /roles": {"role": {"name": word, "description": "x", "options": {}}},
        "PATCH /roles/{role_id}": {"role": {"name": word, "description": "x"}},
        "POST /regions": {"region": {"id": word, "description": "x", "parent_region_id": ids["identity", "regions"]}},
        "PUT /regions/{region_id}": {"region": {"description": "x"}},
        "PATCH /regions/{region_id}": {"region": {"description": "x"}},
        "POST /services": {"service": {"type": word, "name": "x", "description": "x", "enabled": True}},
        "PATCH /services/{service_id}": {"service": {"name": "x", "description": "x", "enabled": True}},
        "POST /endpoints": {"endpoint": {"service_id": ids["identity", "services"], "interface": "public",
                                         "region_id": ids["identity", "regions"], "enabled": True,
                                         "url": "http://tested.example.org/"}},
        "PATCH /endpoints/{endpoint_id}": {"endpoint": {"url": "http://tested.example.org/", "enabled": True}},
    }


def _image(w):
    return {
        "POST /images": {"name": w.unique(), "disk_format": "raw", "container_format": "bare", "min_disk": 1,
                         "min_ram": 1, "protected": False, "visibility": "private", "os_hidden": False,
                         "tags": ["t"], "color": "red"},
        "PATCH /images/{image_id}": [{"op": "replace", "path": "/name", "value": w.name("image")},
                                     {"op": "add", "path": "/color", "value": "red"}],
        "POST /images/{image_id}/import": {"method": {"name": "glance-direct"}},
        "POST /images/{image_id}/members": {"member": w.project},
        "PUT /images/{image_id}/members/{member_id}": {"status": "accepted"},
    }


def _network(w):
    ids = w.ids
    return {
        "POST /networks": {"network": {"name": w.unique(), "admin_state_up": True, "mtu": 1400, "description": "x",
                                       "port_security_enabled": True, "shared": False,
                                       "availability_zone_hints": []}},
        "PUT /networks/{id}": {"network": {"name": w.name("network"), "admin_state_up": True, "description": "x"}},
        "POST /subnets": {"subnet": {"name": "x", "network_id": ids["network", "networks"], "ip_version": 4,
                                     "cidr": "10.88.0.0/24", "gateway_ip": "10.88.0.1", "enable_dhcp": True,
                                     "allocation_pools": [{"start": "10.88.0.10", "end": "10.88.0.20"}],
                                     "host_routes": [{"destination": "10.99.0.0/24", "nexthop": "10.88.0.2"}],
                                     "dns_nameservers": ["10.88.0.3"], "description": "x"}},
        "PUT /subnets/{id}": {"subnet": {"name": "x", "description": "x", "enable_dhcp": True,
                                         "dns_nameservers": ["10.77.0.3"]}},
        "POST /ports": {"port": {"name": "x", "network_id": ids["network", "networks"], "admin_state_up": True,
                                 "device_id": "", "device_owner": "", "description": "x",
                                 "fixed_ips": [{"subnet_id": ids["network", "subnets"]}],
                                 "security_groups": [ids["network", "security-groups"]],
                                 "allowed_address_pairs": [{"ip_address": "10.77.0.99"}],
                                 "extra_dhcp_opts": [], "dns_name": "", "binding:vnic_type": "normal"}},
        "PUT /ports/{id}": {"port": {"name": "x", "admin_state_up": True, "description": "x",
                                     "allowed_address_pairs": [{"ip_address": "10.77.0.99"}]}},
        "POST /security-groups": {"security_group": {"name": w.unique(), "description": "x"}},
        "PUT /security-groups/{id}": {"security_group": {"name": "a group", "description": "x"}},
        "POST /security-group-rules": {"security_group_rule": {
            "security_group_id": ids["network", "security-groups"], "direction": "ingress", "ethertype": "IPv4",
            "protocol": "udp", "port_range_min": 53, "port_range_max": 53, "remote_ip_prefix": "10.0.0.0/8",
            "description": "x"}},
        "PUT /quotas/{project_id}": {"quota": {"network": 50, "subnet": 50, "port": 50}},
        "PUT /agents/{id}": {"agent": {"admin_state_up": True, "description": "x"}},
        "PUT /{collection}/{id}/tags": {"tags": ["painted", "more"]},
    }


# Server actions that are known and refused: no hypervisor here supports them.
UNSUPPORTED = ("suspend", "resume", "resize", "confirmResize", "revertResize", "migrate", "os-migrateLive", "evacuate",
               "shelve", "shelveOffload", "unshelve", "rescue", "unrescue", "createImage", "createBackup",
               "changePassword", "restore")


def _compute(w):
    ids = w.ids
    action = "POST /servers/{id}/action "
    flavor_action, aggregate_action = "POST /flavors/{id}/action ", "POST /os-aggregates/{id}/action "
    server = {"name": w.unique(), "flavorRef": ids["compute", "flavors"], "imageRef": ids["image", "images"],
              "networks": [{"uuid": ids["network", "networks"]}], "metadata": {"color": "red"},
              "key_name": ids["compute", "os-keypairs"], "user_data": "IyEvYmluL3NoCg==", "config_drive": False,
              "security_groups": [{"name": "default"}], "min_count": 1, "max_count": 1, "adminPass": "secret",
              "accessIPv4": "192.0.2.1", "accessIPv6": "2001:db8::1", "OS-DCF:diskConfig": "AUTO",
              "description": "x", "tags": ["t"], "availability_zone": "nova", "hostname": "host-name"}
    return {
        **{action + name: {name: None} for name in UNSUPPORTED},
        action + "rebuild": {"rebuild": {"imageRef": ids["image", "images"], "name": w.name("server"),
                                         "metadata": {"color": "red"}, "description": "x"}},
        "POST /servers/{id}/os-interface": {"interfaceAttachment": {"net_id": ids["network", "networks"]}},
        "POST /os-security-groups": {"security_group": {"name": w.unique(), "description": "x"}},
        "PUT /os-security-groups/{id}": {"security_group": {"name": "a group", "description": "x"}},
        "POST /os-security-group-rules": {"security_group_rule": {
            "parent_group_id": ids["network", "security-groups"], "ip_protocol": "tcp", "from_port": 23,
            "to_port": 23, "cidr": "10.0.0.0/8"}},
        "POST /images/{id}/metadata": {"metadata": {"color": "red"}},
        "PUT /images/{id}/metadata": {"metadata": {"color": "red"}},
        "PUT /images/{id}/metadata/{key}": {"meta": {"color": "red"}},
        "POST /flavors": {"flavor": {"name": w.unique(), "ram": 64, "vcpus": 1, "disk": 1, "id": w.unique(), "swap": 0,
                                     "OS-FLV-EXT-DATA:ephemeral": 0, "rxtx_factor": 1.0, "description": "x",
                                     "os-flavor-access:is_public": True}},
        "PUT /flavors/{id}": {"flavor": {"description": "x"}},
        "POST /flavors/{id}/os-extra_specs": {"extra_specs": {"color": "red"}},
        "PUT /flavors/{id}/os-extra_specs/{key}": {"color": "red"},
        flavor_action + "addTenantAccess": {"addTenantAccess": {"tenant": w.unique()}},
        flavor_action + "removeTenantAccess": {"removeTenantAccess": {"tenant": w.name("project")}},
        "POST /os-keypairs": {"keypair": {"name": w.unique(), "type": "ssh", "public_key": KEY}},
        "POST /servers": {"server": server, "os:scheduler_hints": {"group": ids["compute", "os-server-groups"]}},
        "PUT /servers/{id}": {"server": {"name": w.name("server"), "accessIPv4": "192.0.2.1", "description": "x"}},
        "POST /servers/{id}/metadata": {"metadata": {"color": "red"}},
        "PUT /servers/{id}/metadata": {"metadata": {"color": "red"}},
        "PUT /servers/{id}/metadata/{key}": {"meta": {"color": "red"}},
        "PUT /servers/{id}/tags": {"tags": ["painted"]},
        "POST /servers/{id}/remote-consoles": {"remote_console": {"protocol": "vnc", "type": "novnc"}},
        action + "os-start": {"os-start": None},
        action + "os-stop": {"os-stop": None},
        action + "reboot": {"reboot": {"type": "SOFT"}},
        action + "pause": {"pause": None},
        action + "unpause": {"unpause": None},
        action + "lock": {"lock": {"locked_reason": "x"}},
        action + "unlock": {"unlock": None},
        action + "os-resetState": {"os-resetState": {"state": "active"}},
        action + "forceDelete": {"forceDelete": None},
        action + "addSecurityGroup": {"addSecurityGroup": {"name": "default"}},
        action + "removeSecurityGroup": {"removeSecurityGroup": {"name": "default"}},
        action + "os-getConsoleOutput": {"os-getConsoleOutput": {"length": 5}},
        action + "os-getVNCConsole": {"os-getVNCConsole": {"type": "novnc"}},
        "PUT /os-quota-sets/{id}": {"quota_set": {"instances": 20, "cores": 20, "ram": 20000}},
        "PUT /os-quota-class-sets/{id}": {"quota_class_set": {"instances": 10}},
        "POST /os-server-groups": {"server_group": {"name": "x", "policy": "affinity", "rules": {}}},
        "PUT /os-services/{id}": {"status": "enabled"},
        "POST /os-aggregates": {"aggregate": {"name": w.unique(), "availability_zone": "zone"}},
        "PUT /os-aggregates/{id}": {"aggregate": {"name": w.unique()}},
        aggregate_action + "add_host": {"add_host": {"host": w.host}},
        aggregate_action + "remove_host": {"remove_host": {"host": w.host}},
        aggregate_action + "set_metadata": {"set_metadata": {"metadata": {"color": "red"}}},
    }


PREFIXES = {"identity": "/identity/v3", "image": "/image/v2", "network": "/network/v2.0", "compute": "/compute/v2.1"}
TABLES = {"identity": _identity, "image": _image, "network": _network, "compute": _compute}
# Routes that write without a JSON body, and those that log in.
BODILESS = ("POST /identity/v3/auth/tokens", "POST /identity/v3/users/{user_id}/password",
            "PUT /image/v2/images/{image_id}/file", "PUT /image/v2/images/{image_id}/stage",
            "POST /image/v2/images/{image_id}/actions/deactivate",
            "POST /image/v2/images/{image_id}/actions/reactivate")


def takes_body(route):
    """Whether the route's requests have a JSON body: a PUT on one tag, member or grant has none."""
    if route.method not in ("POST", "PUT", "PATCH") or route.name in BODILESS:
        return False
    last = route.path.split("/")[-1]
    return not (route.method == "PUT" and (last in ("{tag}", "inherited_to_projects") or
                                           "/roles/" in route.path or "/groups/" in route.path))


def body_for(world, route):
    """A good body for the route, or None for one that takes none. KeyError: nobody wrote one yet."""
    if not takes_body(route):
        return None
    service, rest = route.path.strip("/").split("/", 1)
    rest = "/" + rest.split("/", 1)[1]
    body = TABLES[service](world)[" ".join(filter(None, (route.method, rest, route.action)))]
    return _of_first_version(body) if route.is_twin else body


def _of_first_version(body):
    """The body without what compute's API got to know after its first version."""
    for envelope, newer in (("flavor", ("description",)), ("server", ("description", "tags", "hostname")),
                            ("rebuild", ("description",)), ("lock", ("locked_reason",))):
        for name in newer if body.get(envelope) else ():
            body[envelope].pop(name, None)
    if "server_group" in body:
        body["server_group"] = {"name": "x", "policies": ["affinity"]}
    return body


def headers_for(route):
    """The headers with which the route is found and reads its body."""
    headers = {}
    if route.path.startswith("/compute"):
        version = "2.93" if route.serves((2, 93)) else route.versions.split("-")[1]
        headers["OpenStack-API-Version"] = f"compute {version}"
    if route.path.startswith("/image") and route.method == "PATCH":
        headers["Content-Type"] = "application/openstack-images-v2.1-json-patch"
    if route.path.endswith(("/file", "/stage")) and route.method == "PUT":
        headers["Content-Type"] = "application/octet-stream"
    return headers
