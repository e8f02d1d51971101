"""The command line: one module a subcommand, all of stdout in `output`, all of stderr in `diagnostics`."""
