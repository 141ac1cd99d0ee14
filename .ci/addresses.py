"""Holds the addresses that machines are told against the branch that the site is served from: each has to be there."""

import json
import re
import subprocess
import sys

SITE = "https://conflictdata.github.io/conflictdata/"


def shown(path: str) -> str | None:
    """Give a file of the branch; none if it is not there."""
    done = subprocess.run(["git", "show", f"gh-pages:{path}"], check=False, capture_output=True)
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None


def main(versions: list[str]) -> int:
    """Look every address of the catalogue and the datasets up, in each version."""
    found, missing = set(), set()
    for version in versions:
        index = shown(f"{version}/data/index.html") or ""
        names = re.findall(r'href="(\w+)/"', index)
        for page in (index, *(shown(f"{version}/data/{name}/index.html") or "" for name in dict.fromkeys(names))):
            for told in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
                text = json.dumps(json.loads(told))
                found |= {(version, address) for address in re.findall(rf'"({re.escape(SITE)}[^"#?]*)', text)}
    for version, address in sorted(found):
        path = address.removeprefix(SITE)
        if path and shown(f"{path}index.html" if path.endswith("/") else path) is None:
            missing.add((version, address))
    print(f"{len(found)} addresses of {len(versions)} versions, {len(missing)} missing")
    print(*missing, sep="\n")
    return int(len(found) < 20 * len(versions) or bool(missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
