#!/bin/sh
# The main job on the sample captures: which calls are in them, and what happened in one.
set -eu
captures=fixtures/flows/captures
echo "\$ siptrace calls $captures/rfc3665-3.*.udp4.pcap"
siptrace calls $captures/rfc3665-3.*.udp4.pcap
echo
echo "\$ siptrace ladder $captures/rfc3665-3.2.udp4.pcap"
siptrace ladder $captures/rfc3665-3.2.udp4.pcap
