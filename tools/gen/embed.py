#!/usr/bin/env python3
"""Turns files into one C array, so that SQL, pages and seeds travel inside the binary.

    embed.py --symbol sql_files --out sql_files.c [--base DIR] FILE...

defines `const struct embedded sql_files[]` (engine/base/embed.h) in order of name, ended by an entry without
a name. A name is the path below --base, with slashes; without --base the file's last part. The same input
always gives the same bytes.
"""
import argparse
import pathlib
import sys

WIDTH = 24  # bytes in a line


def array(index, data):
    """The bytes of one file; the NUL behind them makes text usable as a string, and is not counted."""
    data += b"\0"
    lines = (",".join(map(str, data[i:i + WIDTH])) for i in range(0, len(data), WIDTH))
    return f"static const unsigned char bytes_{index}[] = {{\n" + ",\n".join(lines) + "};\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--symbol", required=True, help="name of the array")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="the C file to write")
    parser.add_argument("--base", type=pathlib.Path, help="names are relative to this folder")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    args = parser.parse_args()

    named = {}
    for path in args.files:
        name = path.resolve().relative_to(args.base.resolve()).as_posix() if args.base else path.name
        if name in named:
            sys.exit(f"embed.py: two files are named {name}")
        named[name] = path
    names = sorted(named)
    out = ["/* Made by tools/gen/embed.py; do not edit. */\n", '#include "base/embed.h"\n\n']
    out.append(f"extern const struct embedded {args.symbol}[];\n")
    sizes = []
    for i, name in enumerate(names):
        data = named[name].read_bytes()
        sizes.append(len(data))
        out.append(array(i, data))
    out.append(f"const struct embedded {args.symbol}[] = {{\n")
    for i, name in enumerate(names):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        out.append(f'    {{"{escaped}", (const char *)bytes_{i}, {sizes[i]}}},\n')
    out.append("    {0, 0, 0},\n};\n")
    args.out.write_text("".join(out), encoding="utf-8")


main()
