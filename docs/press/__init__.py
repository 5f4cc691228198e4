"""What the site has beyond its pages: diagrams, the gallery, the API, search in Chinese. Sphinx loads `extension.py`."""
