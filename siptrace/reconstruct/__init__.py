"""From rows to meaning: transactions, dialogs, calls; state machines are tables."""
