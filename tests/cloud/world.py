"""A small cloud to test against: two projects, their people, and one of everything that a URL can name."""
import re
import time
import uuid

from cloud import session

PASSWORD = "a password of a test"


class World:
    """`alice` (member) and `rita` (reader) belong to the project that owns everything here;
    `mallory` (member) belongs to another project; `admin` is the administrator."""

    def __init__(self):
        self.mark = uuid.uuid4().hex[:8]
        self.admin = session.admin()
        self.roles = {r["name"]: r["id"] for r in self.admin.make("GET", "/identity/v3/roles")["roles"]}
        self.project, self.other_project = self._project("mine"), self._project("other")
        self.alice, self.alice_id = self._user("alice", "mine", "member")
        self.rita, self.rita_id = self._user("rita", "mine", "reader")
        self.mallory, self.mallory_id = self._user("mallory", "other", "member")
        self.ids = {}
        self._fill_identity()
        self._fill_network()
        self._fill_image()
        self._fill_compute()

    def name(self, noun):
        return f"{noun}-{self.mark}"

    def unique(self):
        return f"n{uuid.uuid4().hex[:12]}"

    def _project(self, noun):
        return self.admin.make("POST", "/identity/v3/projects", {"project": {"name": self.name(noun)}})["id"]

    def _user(self, noun, project, role):
        made = self.admin.make("POST", "/identity/v3/users", {"user": {
            "name": self.name(noun), "password": PASSWORD, "email": f"{noun}@example.org"}})
        project_id = self.project if project == "mine" else self.other_project
        self.admin.make("PUT", f"/identity/v3/projects/{project_id}/users/{made['id']}/roles/{self.roles[role]}")
        return session.Session(session.login(self.name(noun), PASSWORD, self.name(project))), made["id"]

    def _fill_identity(self):
        make = lambda path, key, **body: self.admin.make("POST", "/identity/v3/" + path, {key: body})["id"]
        ids = self.ids
        ids["identity", "projects"] = self.project
        ids["identity", "users"] = self.alice_id
        ids["identity", "domains"] = make("domains", "domain", name=self.name("domain"), enabled=False)
        ids["identity", "groups"] = make("groups", "group", name=self.name("group"))
        ids["identity", "roles"] = make("roles", "role", name=self.name("role"))
        ids["identity", "implies"] = make("roles", "role", name=self.name("implied"))
        ids["identity", "regions"] = make("regions", "region", id=self.name("region"))
        ids["identity", "services"] = make("services", "service", type=self.name("type"), name="tested")
        ids["identity", "endpoints"] = make("endpoints", "endpoint", service_id=ids["identity", "services"],
                                            interface="public", url="http://tested.example.org/")
        ids["identity", "policies"] = make("policies", "policy", type="text/plain", blob="words")
        ids["identity", "tags"] = "painted"
        self.admin.make("PUT", f"/identity/v3/projects/{self.project}/tags/painted")
        alice = self.alice
        ids["identity", "credentials"] = alice.make("POST", "/identity/v3/credentials", {"credential": {
            "user_id": self.alice_id, "type": "totp", "blob": "secret"}})["id"]
        ids["identity", "OS-EC2"] = alice.make("POST", f"/identity/v3/users/{self.alice_id}/credentials/OS-EC2", {
            "tenant_id": self.project})["access"]
        ids["identity", "application_credentials"] = alice.make(
            "POST", f"/identity/v3/users/{self.alice_id}/application_credentials",
            {"application_credential": {"name": self.name("application")}})["id"]

    def _fill_network(self):
        make = lambda path, key, **body: self.alice.make("POST", "/network/v2.0/" + path, {key: body})["id"]
        ids = self.ids
        network = ids["network", "networks"] = make("networks", "network", name=self.name("network"))
        ids["network", "subnets"] = make("subnets", "subnet", network_id=network, ip_version=4, cidr="10.77.0.0/24")
        ids["network", "ports"] = make("ports", "port", network_id=network, name="a port")
        group = ids["network", "security-groups"] = make("security-groups", "security_group", name="a group")
        ids["network", "security-group-rules"] = make(
            "security-group-rules", "security_group_rule", security_group_id=group, direction="ingress",
            protocol="tcp", port_range_min=22, port_range_max=22)
        ids["network", "agents"] = self.admin.make("GET", "/network/v2.0/agents")["agents"][0]["id"]
        ids["network", "quotas"] = self.project
        ids["network", "extensions"] = "security-group"
        ids["network", "tags"] = "painted"
        self.alice.make("PUT", f"/network/v2.0/networks/{network}/tags/painted")

    def _fill_image(self):
        image = self.ids["image", "images"] = self.alice.make("POST", "/image/v2/images", {
            "name": self.name("image"), "disk_format": "raw", "container_format": "bare",
            "visibility": "private", "color": "red"})["id"]
        self.alice.make("PUT", f"/image/v2/images/{image}/file", data=bytes(1024),
                        headers={"Content-Type": "application/octet-stream"})
        self.alice.make("PUT", f"/image/v2/images/{image}/tags/painted")
        self.ids["image", "tags"] = "painted"
        self.ids["image", "members"] = self.other_project
        self.ids["image", "schemas"] = "image"

    def _fill_compute(self):
        ids = self.ids
        as_admin = lambda path, key, **body: self.admin.make("POST", "/compute/v2.1/" + path, {key: body})
        flavor = ids["compute", "flavors"] = as_admin("flavors", "flavor", name=self.name("flavor"), ram=64, vcpus=1,
                                                      disk=1, **{"os-flavor-access:is_public": False})["id"]
        self.admin.make("POST", f"/compute/v2.1/flavors/{flavor}/os-extra_specs", {"extra_specs": {"color": "red"}})
        for project in (self.project, self.name("project")):
            self.admin.make("POST", f"/compute/v2.1/flavors/{flavor}/action", {"addTenantAccess": {"tenant": project}})
        ids["compute", "os-extra_specs"] = "color"
        ids["compute", "os-aggregates"] = as_admin("os-aggregates", "aggregate", name=self.name("aggregate"))["id"]
        hypervisor = self.admin.make("GET", "/compute/v2.1/os-hypervisors/detail")["hypervisors"][0]
        self.host = hypervisor["hypervisor_hostname"]
        ids["compute", "os-hypervisors"] = hypervisor["id"]
        ids["compute", "os-hosts"] = self.host
        ids["compute", "os-instance_usage_audit_log"] = "2026-01-01%2000:00:00"
        ids["compute", "os-security-groups"] = ids["network", "security-groups"]
        ids["compute", "os-security-group-rules"] = ids["network", "security-group-rules"]
        ids["compute", "images"] = ids["image", "images"]
        ids["compute", "os-services"] = self.admin.make("GET", "/compute/v2.1/os-services?binary=nova-compute", headers={
            "OpenStack-API-Version": "compute 2.93"})["services"][0]["id"]
        make = lambda path, key, **body: self.alice.make("POST", "/compute/v2.1/" + path, {key: body})
        ids["compute", "os-keypairs"] = make("os-keypairs", "keypair", name=self.name("keypair"))["name"]
        ids["compute", "os-server-groups"] = make("os-server-groups", "server_group", name="a group",
                                                  policies=["affinity"])["id"]
        server = ids["compute", "servers"] = make(
            "servers", "server", name=self.name("server"), flavorRef=flavor, imageRef=self.ids["image", "images"],
            networks=[{"uuid": ids["network", "networks"]}], metadata={"color": "red"})["id"]
        self.wait_for_server(server)
        self.alice.make("PUT", f"/compute/v2.1/servers/{server}/tags/painted", headers={
            "OpenStack-API-Version": "compute 2.93"})
        actions = self.alice.make("GET", f"/compute/v2.1/servers/{server}/os-instance-actions")["instanceActions"]
        interfaces = self.alice.make("GET", f"/compute/v2.1/servers/{server}/os-interface")["interfaceAttachments"]
        ids.update({("compute", "metadata"): "color", ("compute", "tags"): "painted",
                    ("compute", "ips"): self.name("network"), ("compute", "os-interface"): interfaces[0]["port_id"],
                    ("compute", "os-instance-actions"): actions[0]["request_id"],
                    ("compute", "os-quota-sets"): self.project, ("compute", "os-quota-class-sets"): "default",
                    ("compute", "os-simple-tenant-usage"): self.project, ("compute", "extensions"): "os-keypairs"})

    def wait_for_server(self, server):
        for _ in range(300):
            status = self.alice.make("GET", f"/compute/v2.1/servers/{server}")["status"]
            if status != "BUILD":
                assert status == "ACTIVE", status
                return
            time.sleep(0.05)
        raise AssertionError("the server stays in BUILD")

    def settle(self):
        """Waits until nothing is being done with the server."""
        for _ in range(300):
            server = self.admin.make("GET", f"/compute/v2.1/servers/{self.ids['compute', 'servers']}")
            if server["OS-EXT-STS:task_state"] is None:
                return
            time.sleep(0.05)
        raise AssertionError("the server does not settle")

    def fill(self, route):
        """The route's path with the ids of what is here; a variable is known by the part before it."""
        parts, before = [], ""
        for part in route.path.split("/"):
            if part == "{collection}":
                part = "networks"
            elif part.startswith("{"):
                service = session.service_of(route.path)
                part = str(self.ids[service, re.sub("^inherited_to_projects$", "roles", before)])
            parts.append(part)
            before = part if (session.service_of(route.path), part) in self.ids else before
        return "/".join(parts)
