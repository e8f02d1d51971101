"""One expression language for every list: which calls, which messages.

    import siptrace

    trace = siptrace.open_trace("call.pcap")
    failed = trace.select_calls('method == INVITE and status >= 400')

Five nouns: a *field* is what an expression may ask about (`siptrace.filters.registry` has them all), a *type* says how
its values are written and compared, an *operator* how a field and values are held together, a *node* is a part of
an expression that selects calls and messages, and a *filter* is the whole.

What a field has on which level is one rule: a message has in the fields of calls the values of its call, a call has
in the fields of messages the values of all its messages. A comparison holds when one of the values does; with `!=`
there must be values, and all must differ. So `messages` and `calls` read an expression alike, and no message has to be
parsed for what the columns know.
"""
