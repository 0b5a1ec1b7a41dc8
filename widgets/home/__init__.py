"""The home screen: every collection at a glance, and a first visit."""
