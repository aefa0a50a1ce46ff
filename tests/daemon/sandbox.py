#!/usr/bin/env python3
"""Runs a program under the limits of a systemd unit that a process can put on itself: the filter of system calls, address
families, namespaces, memory that is writable and executable, and no new privileges; where systemd itself does not run.

usage: sandbox.py UNIT PROGRAM [ARGUMENT...]       Exit status 125: this machine cannot.
"""
import ctypes
import os
import re
import subprocess
import sys

ALLOW, EPERM, ENOSYS = 0x7FFF0000, 1, 38
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NE, EQ, MASKED_EQ = 1, 4, 7
CLONE_NEW = 0x7E020000 | 0x80
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def settings(path):
    """Key -> values of the unit, in order."""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            key, equals, value = line.strip().partition("=")
            if equals and not line.startswith("#"):
                found.setdefault(key, []).append(value)
    return found


def group(name, cache={}):
    """The system calls of a set such as @system-service, its inner sets followed."""
    if name not in cache:
        done = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name], text=True, capture_output=True)
        if done.returncode:
            raise OSError(done.stderr)
        words = [line.strip() for line in done.stdout.splitlines()[1:]]
        cache[name] = set()
        for word in words:
            if word and not word.startswith("#"):
                cache[name] |= group(word) if word.startswith("@") else {word}
    return cache[name]


def allowed(lines):
    """What SystemCallFilter= lets through; @default always is."""
    calls = set(group("@default"))
    for line in lines:
        is_out = line.startswith("~")
        for word in line.lstrip("~").split():
            names = group(word) if word.startswith("@") else {word}
            calls = calls - names if is_out else calls | names
    return calls | group("@default")


class Filter:
    def __init__(self):
        self.lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.lib.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Compare)]
        self.lib.seccomp_load.argtypes = [ctypes.c_void_p]
        self.context = self.lib.seccomp_init(0x00050000 | EPERM)

    def rule(self, action, name, *comparisons):
        number = self.lib.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            return  # not of this machine
        array = (Compare * max(1, len(comparisons)))(*comparisons)
        if self.lib.seccomp_rule_add_array(self.context, action, number, len(comparisons), array) != 0:
            raise OSError(f"no rule for {name}")

    def load(self):
        if self.lib.seccomp_load(self.context) != 0:
            raise OSError("the kernel takes no filter")


def yes(unit, key):
    return unit.get(key, ["no"])[-1] == "yes"


def build(unit):
    calls, f = allowed(unit["SystemCallFilter"]), Filter()
    if yes(unit, "MemoryDenyWriteExecute"):
        calls -= {"mmap", "mmap2", "mprotect", "pkey_mprotect", "shmat"}
        for mask in (PROT_WRITE, PROT_EXEC):  # not both at once
            f.rule(ALLOW, "mmap", Compare(2, MASKED_EQ, mask, 0))
        f.rule(ALLOW, "mprotect", Compare(2, MASKED_EQ, PROT_EXEC, 0))
        f.rule(ALLOW, "shmat", Compare(2, MASKED_EQ, SHM_EXEC, 0))
    if yes(unit, "RestrictNamespaces"):
        calls -= {"clone", "clone3", "unshare", "setns"}
        f.rule(ALLOW, "clone", Compare(0, MASKED_EQ, CLONE_NEW & ~0xFF, 0))
        f.rule(0x00050000 | ENOSYS, "clone3")  # it hides its flags: the library falls back to clone
    if "RestrictAddressFamilies" in unit:
        calls -= {"socket"}
        for name in unit["RestrictAddressFamilies"][-1].split():
            f.rule(ALLOW, "socket", Compare(0, EQ, FAMILIES[name], 0))
    for name in sorted(calls):
        f.rule(ALLOW, name)
    return f


def main():
    try:
        unit = settings(sys.argv[1])
        f = build(unit)
        libc = ctypes.CDLL(None)
        if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
            raise OSError("no_new_privs")
        f.load()
    except (OSError, AttributeError) as why:
        print(f"sandbox.py: {why}", file=sys.stderr)
        sys.exit(125)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
