# Shared by ./quickstart and ./test: packages, building, and showing progress. Sourced, not run.

build_packages="clang-19 libclang-rt-19-dev mold ccache cmake ninja-build libboost1.81-dev libsoci-dev
 libsqlite3-dev libssl-dev libcrypt-dev libfmt-dev libspdlog-dev libcli11-dev libtomlplusplus-dev
 libgtest-dev libgmock-dev"
run_packages="python3 openssh-client qemu-system-x86 qemu-utils dnsmasq-base nftables iproute2 conntrack
 genisoimage busybox-static dropbear-bin e2fsprogs cpio kmod zstd xz-utils mtools dosfstools
 novnc python3-openstackclient"
test_packages="clang-format-19 python3-gabbi tempest python3-subunit python3-os-testr openssl curl"

started=$(date +%s)
elapsed() { echo $(($(date +%s) - started)); }
say() { printf '%4ds  %s\n' "$(elapsed)" "$*"; }
die() { printf '\n%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# bar PERCENT TEXT: one line, redrawn in place on a terminal; elsewhere a line each 25 percent.
bar_quarter=-1
bar() {
  local percent=$1 text=$2 filled
  if [ -t 1 ]; then
    filled=$((percent * 30 / 100))
    printf '\r%4ds  [%-30s] %3d%%  %-40.40s' "$(elapsed)" \
      "$(printf '%*s' "$filled" '' | tr ' ' '#')" "$percent" "$text"
  elif [ $((percent / 25)) -ne "$bar_quarter" ]; then
    bar_quarter=$((percent / 25)); printf '%4ds  %3d%%  %s\n' "$(elapsed)" "$percent" "$text"
  fi
}
bar_end() { bar_quarter=-1; if [ -t 1 ]; then printf '\r\033[K'; fi; }

become_root() { [ "$(id -u)" = 0 ] || exec sudo -E "$0" "$@"; }

install_packages() {  # PACKAGE...: installs those that are missing, with a progress bar
  local missing=() package status log line
  status=$(dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' 2>/dev/null | sed 's/:[a-z0-9]* / /')
  for package in "$@"; do
    grep -qx "$package installed" <<<"$status" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  . /etc/os-release
  [ "${VERSION_ID:-}" = 12 ] || say "this is not Debian 12; trying all the same"
  say "installing ${#missing[@]} packages from Debian: ${missing[*]:0:6}${missing[6]:+ ...}"
  log=$(mktemp)
  local apt=(apt-get -o DPkg::Lock::Timeout=900 -qq)
  "${apt[@]}" update >"$log" 2>&1 || { cat "$log" >&2; die "apt-get update failed"; }
  while IFS=: read -r kind _ percent text; do
    case $kind in
      dlstatus) bar "$(printf %.0f "$(bc_half "$percent" 0)")" "$text" ;;
      pmstatus) bar "$(printf %.0f "$(bc_half "$percent" 50)")" "$text" ;;
      failed) printf 'failed' >"$log.failed" ;;
    esac
  done < <(DEBIAN_FRONTEND=noninteractive "${apt[@]}" -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 install -y \
             --no-install-recommends "${missing[@]}" 3>&1 >"$log" 2>&1 || echo failed:::)
  bar_end
  [ ! -e "$log.failed" ] || { tail -20 "$log" >&2; rm -f "$log.failed"; die "installing packages failed"; }
  rm -f "$log"
}
bc_half() { awk -v p="$1" -v base="$2" 'BEGIN { print p / 2 + base }'; }

# build PRESET [TARGET...]: configures if needed and builds, with ninja's count as a progress bar
build() {
  local preset=$1 log=build/$1.log line status; shift
  mkdir -p build
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"$log" 2>&1 \
    || { cat "$log" >&2; die "configuring build/$preset failed"; }
  : >"$log"
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]]; then
      bar $((BASH_REMATCH[1] * 100 / BASH_REMATCH[2])) "building $preset: ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    fi
  done < <(cmake --build "build/$preset" ${1:+--target "$@"} 2>&1; echo "exit $?")
  bar_end
  [ "$(tail -1 "$log")" = "exit 0" ] || { grep -E -A5 'error|FAILED|Error' "$log" | head -60 >&2
    die "the build failed; all of it is in $log"; }
}
