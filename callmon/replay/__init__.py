"""A recording played back: a clock that can be stopped, sped up and moved, and a journal that knows no more than it."""
