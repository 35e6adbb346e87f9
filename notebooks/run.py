"""Executes every notebook of this folder and fails if a cell does. Outputs are not written back."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

here = Path(__file__).parent
for path in sorted(here.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    if any(cell.get("outputs") for cell in notebook.cells):
        sys.exit(f"{path.name} has outputs: strip them")
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(here)}}).execute()
    print(f"{path.name}: {len(notebook.cells)} cells ran")
