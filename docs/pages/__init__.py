"""One module for each generated page; each has a function ``page`` that returns it as Markdown."""
