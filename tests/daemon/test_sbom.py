#!/usr/bin/env python3
"""tools/sbom: the bill holds what CycloneDX 1.5 asks of it, every library that the loader takes, and twice the same bytes. TAP.

usage: test_sbom.py MOTCUAD ROOT
"""
import json
import pathlib
import re
import subprocess
import sys
import uuid

MOTCUAD, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
TYPES = {"application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
         "firmware", "file", "machine-learning-model", "data"}
HASHES = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
TOP_FIELDS = {"bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"}
FIELDS = {"type", "bom-ref", "supplier", "name", "version", "scope", "hashes", "licenses", "purl", "properties"}


def bill(*more):
    done = subprocess.run([sys.executable, ROOT / "tools/sbom", "--program", MOTCUAD, *more], text=True, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def component_faults(c):
    name = c.get("name")
    if set(c) - FIELDS:
        yield f"{name}: fields that the schema does not have: {set(c) - FIELDS}"
    if c.get("type") not in TYPES or not name:
        yield f"{name}: type and name are asked for"
    if "purl" in c and not re.fullmatch(r"pkg:[a-z]+/[^@\s]+@[^@?\s]+(\?[a-z]+=[^&\s]+(&[a-z]+=[^&\s]+)*)?", c["purl"]):
        yield f"{name}: purl {c['purl']}"
    for h in c.get("hashes", []):
        if len(h["content"]) != HASHES.get(h["alg"]) or not re.fullmatch("[0-9a-f]+", h["content"]):
            yield f"{name}: hash {h}"
    for entry in c.get("licenses", []):
        if set(entry) != {"license"} or len(set(entry["license"]) & {"id", "name"}) != 1 or not all(entry["license"].values()):
            yield f"{name}: licence {entry}"
    for p in c.get("properties", []):
        if set(p) != {"name", "value"}:
            yield f"{name}: property {p}"


def shape_faults(b):
    if set(b) != TOP_FIELDS or b["bomFormat"] != "CycloneDX" or b["specVersion"] != "1.5" or b["version"] != 1:
        yield f"head: {sorted(b)}"
    if b["serialNumber"] != f"urn:uuid:{uuid.UUID(b['serialNumber'].removeprefix('urn:uuid:'))}":
        yield "serial number"
    everything = [b["metadata"]["component"], *b["components"]]
    references = [c["bom-ref"] for c in everything]
    if len(set(references)) != len(references):
        yield "a reference stands twice"
    for c in everything:
        yield from component_faults(c)
    if sorted(d["ref"] for d in b["dependencies"]) != sorted(references):
        yield "each component has one row of dependencies, and no other has"
    for d in b["dependencies"]:
        if not set(d["dependsOn"]) <= set(references) or len(set(d["dependsOn"])) != len(d["dependsOn"]):
            yield f"{d['ref']} depends on what is not listed"


def loaded():
    """File names of what the loader takes, asked of the loader itself and not of ldd."""
    out = subprocess.run(["/lib64/ld-linux-x86-64.so.2", "--list", MOTCUAD], text=True, capture_output=True).stdout
    return {pathlib.Path(p).resolve().name for p in re.findall(r"(?:=> )?(/\S+) \(0x", out)}


def checks():
    code, text, said = bill()
    yield "the bill can be had", code == 0, said
    if code:
        return
    b = json.loads(text)
    faults = list(shape_faults(b))
    yield "it has the shape of CycloneDX 1.5", not faults, "\n".join(faults)
    yield "the same program gives the same bytes", bill()[1] == text, ""
    files = {p["value"].split()[0] for c in b["components"] for p in c.get("properties", []) if p["name"] == "file"}
    files |= {c["name"] for c in b["components"] if c["bom-ref"].startswith("file:")}
    missing = loaded() - files
    yield "every library that the loader takes is listed", not missing and len(files) > 20, str(missing)
    bare = [c["name"] for c in b["components"] if not c.get("licenses") and not c["bom-ref"].startswith("file:")]
    yield "each package has a licence", not bare, str(bare)
    direct = next(d["dependsOn"] for d in b["dependencies"] if d["ref"].startswith("pkg:generic/motcua@"))
    wanted = ("/libssl3", "/libpq5", "/libuv1", "/libcjson1", "pkg:npm/htm@")
    yield "what we link ourselves is ours to watch", all(any(w in d for d in direct) for w in wanted), str(direct)
    code, _, said = bill("--program", str(ROOT / "absent"))
    yield "without a program it says so", code == 1 and "there is no program" in said, said


def main():
    if not pathlib.Path("/usr/bin/dpkg").exists() or not pathlib.Path("/lib64/ld-linux-x86-64.so.2").exists():
        print("1..0 # SKIP only Debian on amd64 can name the packages")
        return
    n = failed = 0
    for name, is_good, more in checks():
        n += 1
        failed += not is_good
        print(f"{'ok' if is_good else 'not ok'} {n} - {name}")
        if not is_good:
            print("\n".join(f"# {line}" for line in more.splitlines()))
    print(f"1..{n}")
    sys.exit(1 if failed else 0)


main()
