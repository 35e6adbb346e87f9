"""Executes every notebook of this folder, or those that are named, and fails if a cell does.

Outputs are not written back.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

here = Path(__file__).parent


def wrong_with(path):
    """What is wrong with a notebook; nothing if every cell ran."""
    notebook = nbformat.read(path, as_version=4)
    if any(cell.get("outputs") for cell in notebook.cells):
        return "it has outputs: strip them"
    try:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(here)}}).execute()
    except (CellExecutionError, CellTimeoutError) as error:
        return str(error)
    return None


def main():
    paths = [Path(name) for name in sys.argv[1:]] or sorted(here.glob("*.ipynb"))
    failed = 0
    for path in paths:
        began = time.monotonic()
        wrong = wrong_with(path)
        failed += wrong is not None
        print(f"{path.name}: {wrong or 'ok'} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"notebooks: {len(paths) - failed} passed, {failed} failed")
    return min(failed, 1)


sys.exit(main())
