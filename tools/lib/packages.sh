# shellcheck shell=bash
# The one list of the Debian packages switchfault is built, tested and checked with, and the step
# that installs what is missing. Sourced by tools/demo, tools/check and .ci/run.
#
# Package versions are those of Debian 12; apt cannot pin what a later release no longer has, so
# another release only earns a warning.

# Enough for tools/demo and tools/check: compiler, build tools, libraries, test libraries.
# shellcheck disable=SC2034  # Used by the scripts that source this file.
BUILD_PACKAGES=(
  cmake g++ ninja-build pkg-config
  libboost-dev libboost-program-options-dev libfmt-dev libhowardhinnant-date-dev libpcap-dev
  librandom123-dev libspdlog-dev libsqlite3-dev libyaml-cpp-dev libzstd-dev nlohmann-json3-dev tzdata
  zlib1g-dev
  libbenchmark-dev libgmock-dev libgtest-dev librapidcheck-dev
)

# What .ci/run needs besides: the second compiler, the checkers of style and spelling, the program
# that reads the captures we write, and both implementations of MPI, each of them optional elsewhere.
# shellcheck disable=SC2034
CHECKER_PACKAGES=(
  clang clang-format clang-tidy codespell shellcheck tshark yamllint
  libmpich-dev libopenmpi-dev mpich openmpi-bin
)

warn_unless_debian_12() {
  local id='' version=''
  if [[ -r /etc/os-release ]]; then
    id=$(. /etc/os-release && printf '%s' "${ID:-}")
    version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
  fi
  if [[ $id != debian || $version != 12 ]]; then
    echo "warning: written for Debian 12, this is ${id:-an unknown system} ${version:-}; going on" >&2
  fi
}

is_installed() {
  local status
  # A package for several architectures gives several words.
  status=$(dpkg-query --show --showformat='${db:Status-Status} ' "$1" 2>/dev/null) || return 1
  [[ " $status" == *' installed '* ]]
}

# ensure_packages NAME...: installs what is missing. Asks nothing as root; otherwise prints the one
# command to run and exits with 2. Everything goes to stderr, stdout is for results.
ensure_packages() {
  warn_unless_debian_12
  if ! command -v dpkg-query >/dev/null; then
    echo "warning: no dpkg here; make sure that the equivalents of these are installed: $*" >&2
    return 0
  fi
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    return 0
  fi
  if ((EUID != 0)); then
    echo "Debian packages are missing. Install them with this command, then start again:" >&2
    echo "sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 2
  fi
  echo "installing from Debian: ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  # A broken third-party source must not stop us: what matters is whether the packages arrive.
  apt-get --option Acquire::Retries=3 update </dev/null >&2 ||
    echo "warning: apt-get update failed; trying with the lists at hand" >&2
  if ! apt-get --option Acquire::Retries=3 --yes --no-install-recommends install "${missing[@]}" \
    </dev/null >&2; then
    echo "error: Debian packages could not be installed: ${missing[*]}" >&2
    exit 2
  fi
}
