"""The web chat: a page anybody may open, and the socket behind it. A *seat* is one open socket."""
