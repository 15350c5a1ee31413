"""The peer of the console: a Textual application with nothing in it."""

from textual.app import App

if __name__ == "__main__":
    App[None]().run()
