"""From bytes in files and pipes to payloads that look like SIP, each with its time, addresses and place.

A *source* is a file or a pipe (sources.py), recognised by its content (open.py). A *walker* finds the packet *records*
in a capture (pcap.py, pcapng.py). A *decoder* follows a record through *links* (links.py) down to UDP and TCP
(decode.py), puts *fragments* together (fragments.py) and segments in order (streams.py). Logs are read in *dialects*
(logs/).
All of them yield `Datagram`s (datagram.py), and all limits stand in limits.py.
"""
