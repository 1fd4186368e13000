"""The demo's story: what members do, what they see, and the checks of what they are told."""
