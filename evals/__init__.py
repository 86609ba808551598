"""Ask the assistant hand-written questions, measure the answers, and gate on the figures."""
