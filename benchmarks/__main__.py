"""`make bench`: measures all there is, prints it and writes it into the documents."""

from __future__ import annotations

import argparse

from benchmarks import chart, document, results
from benchmarks.everything import measure, measure_workbench


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "--workbench", action="store_true", help="only a check and the journal; keep the rest"
    )
    if parser.parse_args().workbench:
        measured = results.read()
        measured["workbench"] = measure_workbench()
    else:
        measured = measure()
    for name, part in document.parts(measured).items():
        print(f"\n==> {name}\n{part.strip()}")
    results.write(measured)
    page = results.DOCS / "benchmarks.md"
    page.write_text(document.filled(page.read_text(encoding="utf-8"), measured), encoding="utf-8")
    (results.DOCS / "benchmarks.svg").write_text(chart.chart(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
