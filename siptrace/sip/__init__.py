"""SIP itself: from bytes to messages, without packets, clocks or state.

Five nouns: a `Message` (message.py) is what `parse` (parse.py) makes of any bytes. Its header *fields* (fields.py,
uri.py, digest.py) are read from the text of one value by pure functions that answer with parts and *problems*. A body
is cut into *parts* (body.py) or read as a `Session` (sdp.py, session.py). *grammar* holds the patterns, *headers* and
*methods* the registries.

Text that is not UTF-8 shows as backslash escapes everywhere; the bytes stay in `Message.raw`.
"""
