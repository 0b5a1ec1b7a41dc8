"""Custom components: each with its Python, script, style and markup."""
