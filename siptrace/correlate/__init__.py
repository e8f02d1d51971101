"""Reference flows, and how real calls compare with them.

`step` holds the rows of a flow as values, `lines` the grammar they are written in, `derive` what need not be written,
`model` the flows themselves and their registry. A new flow is a new file in `flows/` and nothing else.
"""
