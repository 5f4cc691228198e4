"""What notebooks show of the library's objects; the module that draws it is imported when the first one is shown."""

from importlib import import_module


def mimebundle(self: object, include: object = None, exclude: object = None) -> dict[str, str]:
    """
    The object as notebooks ask for it, as ``_repr_mimebundle_`` of its class.

    Args:
        include, exclude: kinds that the front end wants or not; it chooses itself.

    Returns:
        ``text/plain`` and ``text/html``.
    """
    bundle: dict[str, str] = import_module("tierlang.notebook.display").bundle(self)
    return bundle
