#!/bin/sh
# Runs a command (a data plane test) as root in network and mount namespaces of its own, so that the
# bridges, namespaces and tables that it makes are not this host's. Exit code 77: not root.
[ "$(id -u)" = 0 ] || exit 77
exec unshare --net --mount sh -c '
    mount --make-rprivate / && mkdir -p /run/netns && mount -t tmpfs netns /run/netns &&
        mount -t sysfs sysfs /sys && ip link set lo up && WELKIN_OWN_NAMESPACE=1 exec "$@"' sh "$@"
