"""The service. README.md beside this file has the layers and their rule."""
