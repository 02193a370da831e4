"""A whole challenge, played: made-up teams over three simulated months against the real server.

Every board that it publishes is held against books and numbers of the script's own, which share no code with
`scoring` or `competition`.
"""
