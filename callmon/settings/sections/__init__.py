"""The settings by theme: one class a section, all of them one flat set of names (`callmon.settings.model.Settings`)."""
