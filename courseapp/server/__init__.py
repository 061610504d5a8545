"""The web server: waitress, whose event loop receives whole requests before a thread sees them.

So a slow client costs an open connection and nothing else. What is ours: when a request began
and had arrived, where its body is kept meanwhile, how long it may take, and stopping cleanly.
"""
