"""HTTP with a running cloud (see ../with_cloud.py), and the shapes in which its services refuse."""
import http.client
import json
import os
import urllib.parse

URL = urllib.parse.urlsplit(os.environ.get("WELKIN_URL", ""))


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Session:
    """One keep-alive connection, made again when the server has closed it."""

    def __init__(self, token=None):
        self.token = token
        self.connection = None

    def call(self, method, path, body=None, headers=None, data=None):
        """`body` is sent as JSON, `data` (bytes) as it is."""
        send = {} if self.token is None else {"X-Auth-Token": self.token}
        if body is not None:
            data = json.dumps(body).encode()
            send["Content-Type"] = "application/json"
        send.update(headers or {})
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(URL.hostname, URL.port, timeout=30)
            try:
                self.connection.request(method, path, body=data, headers=send)
                reply = self.connection.getresponse()
                return Reply(reply.status, reply.headers, reply.read())
            except (http.client.HTTPException, OSError) as trouble:
                self.connection.close()
                self.connection = None
                if attempt == 2 or not isinstance(trouble, ConnectionError):
                    raise

    def make(self, method, path, body=None, data=None, headers=None):
        """A call that must succeed; what its JSON body says, without the envelope if it has one."""
        reply = self.call(method, path, body, headers, data)
        if reply.status >= 300:
            raise AssertionError(f"{method} {path}: {reply}")
        said = reply.json if reply.body else {}
        inner = list(said.values())
        return inner[0] if len(inner) == 1 and isinstance(inner[0], dict) else said


def login(user, password, project, domain="default"):
    """A token of the user, scoped to the project."""
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
        "name": user, "domain": {"id": domain}, "password": password}}},
        "scope": {"project": {"name": project, "domain": {"id": domain}}}}}
    reply = Session().call("POST", "/identity/v3/auth/tokens", body)
    if reply.status != 201:
        raise AssertionError(f"log in as {user}: {reply}")
    return reply.headers["X-Subject-Token"]


def admin():
    return Session(login("admin", os.environ["WELKIN_ADMIN_PASSWORD"], "admin"))


def service_of(path):
    """Whose words a path is refused in; what belongs to nobody is refused in identity's."""
    first = path.strip("/").split("/")[0]
    return {"image": "image", "network": "network", "compute": "compute", "console": "compute",
            "placement": "placement"}.get(first, "identity")


def shape_error(service, reply):
    """What is wrong with a refusal's shape, or None: clients look into these bodies."""
    try:
        if service == "image":
            text = reply.body.decode()
            told = str(reply.status) in text and ("<html>" in text or text.startswith("{"))
            return None if told else "not the page that image refuses with"
        said = reply.json
        if service == "network":
            error = said["NeutronError"]
            told = error["message"] and error["type"] and error["detail"] == ""
        elif service == "compute":
            (error,) = said.values()
            told = error["message"] and error["code"] == reply.status
        elif service == "placement":
            error = said["errors"][0]
            told = error["detail"] and error["title"] and error["status"] == reply.status
        else:
            error = said["error"]
            told = error["message"] and error["title"] and error["code"] == reply.status
        return None if told else "a part of the error is empty or wrong"
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as trouble:
        return f"not in the shape of {service}: {trouble!r}"
