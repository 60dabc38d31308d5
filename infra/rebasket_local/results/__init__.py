"""What came of a run: figures, files, a page.

- `findings`: everything there is to know at the end, from the books by HTTP, the episodes, the outbox and the ledger;
- `lateness`, `fates`: due → sent; what became of each abandoned cart;
- `later`: what changed in days that were closed before;
- `summary`: the figures in summary.json, and the promises that were broken; `terminal`: the table at the end of a run;
- `previews`, `outbox_files`: a message as its reader sees it, and all of them as files;
- `page`: report.html, with `sections`, `explanations` and `charts` for what is on it, `words` for numbers.
"""
