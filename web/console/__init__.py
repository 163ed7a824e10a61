"""The editors' console: sign-in, queue, and the page a fact-check is written on."""
