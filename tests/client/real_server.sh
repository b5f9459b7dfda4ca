#!/bin/bash
# One real guest from its creation to its last trace, by the clients people have: first_server.py (what
# ./quickstart runs), ssh and the openstack client. Run it under tests/with_cloud.py --real.
#
#   real_server.sh DIRECTORY     holds tiny/tiny.qcow2; gets keys and client configuration
set -euo pipefail
work=$1
tools=$(cd "$(dirname "$0")/../../tools" && pwd)
fail() { echo "real_server: $*" >&2; cat "$WELKIN_DATA"/servers/*/console.log 2>/dev/null | tail -20 >&2; exit 1; }

rm -f "$work"/id_ed25519* "$work/demo-password" "$work/clouds.yaml"
/usr/bin/python3 "$tools/first_server.py" --data-dir "$WELKIN_DATA" --work-dir "$work" --clouds-yaml "$work/clouds.yaml"
/usr/bin/python3 "$tools/first_server.py" --data-dir "$WELKIN_DATA" --work-dir "$work" --clouds-yaml "$work/clouds.yaml" \
  >/dev/null || fail "a second run of first_server.py failed"

for name in $(env | grep -o '^OS_[A-Z_]*'); do unset "$name"; done
export OS_CLIENT_CONFIG_FILE=$work/clouds.yaml OS_CLOUD=demo
os() { openstack "$@" -f value; }
address_of() { os server show "$1" -c addresses | grep -oE '[0-9]+(\.[0-9]+){3}' | head -1; }
login() {
  ssh -i "$work/id_ed25519" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    -o ConnectTimeout=2 "root@$(address_of "$1")" "${@:2}"
}

[ "$(os server show first -c status)" = ACTIVE ] || fail "the first server is not ACTIVE"
[ "$(login first hostname)" = first ] || fail "the guest does not know its name"
openstack console log show first | grep -q 'tiny: dhcp eth0' || fail "no address by DHCP on the console"
login first 'wget -q -O - http://169.254.169.254/openstack/latest/meta_data.json' | grep -q '"name":"first"' \
  || fail "the metadata service does not know the guest"

# A second one, with user data and a config drive; the two reach each other within the default group.
printf '#!/bin/sh\necho user data ran >/root/proof\n' >"$work/user-data"
[ "$(os server create --flavor tiny --image tiny --network demo --key-name demo --config-drive True \
  --user-data "$work/user-data" --property role=second --wait second -c status | grep .)" = ACTIVE ] \
  || fail "the second server did not become ACTIVE"
for _ in $(seq 120); do login second 'cat /root/proof' 2>/dev/null | grep -q 'user data ran' && break; sleep 1; done
[ "$(login second 'cat /root/proof')" = 'user data ran' ] || fail "user data did not run"
openstack console log show second | grep -q 'datasource configdrive' || fail "the config drive was not used"
login second 'mkdir -p /tmp/drive && mount -t iso9660 /dev/sr0 /tmp/drive && cat /tmp/drive/openstack/latest/meta_data.json' \
  | grep -q '"admin_pass":"' || fail "the config drive does not tell the password"
login second "ping -c 1 -W 5 $(address_of first)" >/dev/null || fail "the two servers do not reach each other"

"$(dirname "$0")/vnc_console.py" first || fail "the display of the first server is not as it should be"

openstack server pause second; openstack server unpause second
openstack server stop first
for _ in $(seq 60); do [ "$(os server show first -c status)" = SHUTOFF ] && break; sleep 1; done
[ "$(os server show first -c status)" = SHUTOFF ] || fail "the first server did not stop"

openstack server delete --wait first second
[ -z "$(os server list)" ] || fail "servers are left"
[ -z "$(ls "$WELKIN_DATA/servers")" ] || fail "folders are left: $(ls "$WELKIN_DATA/servers")"
[ -z "$(ip -o link show | grep wtap)" ] || fail "taps are left"
! pgrep -f "unix:/run/welkin-.*\.qmp.*$(basename "$WELKIN_DATA")" >/dev/null || fail "a guest's process is left"
[ -z "$(os port list -c ID -c device_owner | grep compute: || true)" ] || fail "ports are left"
echo "real_server: passed"
