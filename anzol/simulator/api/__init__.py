"""The Bot API's side: one small function per method."""
