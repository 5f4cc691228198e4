"""
How the classes of quickattrs.py are made: shared methods, and an ``__init__`` compiled when the first object is made.

attrs compiles the methods of every class while its module is imported: half a millisecond each, and a command imports
two hundred of them, half of which it never makes an object of. The classes made here behave as those of attrs: slots,
frozen objects, equality, hash, order and repr by field, keyword-only fields, factories, converters, copies. They carry
``__attrs_attrs__``, so that attrs' own functions work on them. tests/unit/test_quickattrs.py holds both side by side.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter, eq, ge, gt, le, lt
from typing import Any, ClassVar, TypeVar

_T = TypeVar("_T")
_Methods = dict[str, Any]


_HASH = "_cached_hash"


class FrozenError(AttributeError):
    """Somebody assigns to a field of a frozen object."""


class _Nothing:
    """No default."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing()


class Field:
    """One field of a class, and what stands for it in the class body."""

    __slots__ = ("converter", "default", "eq", "factory", "init", "kw_only", "name", "repr", "type")

    def __init__(
        self,
        *,
        default: Any = NOTHING,
        factory: Callable[[], Any] | None = None,
        converter: Callable[[Any], Any] | None = None,
        init: bool = True,
        kw_only: bool = False,
        eq: bool = True,
        repr: bool | Callable[[Any], str] = True,
    ) -> None:
        self.name = ""
        self.type: Any = None
        self.default = default
        self.factory = factory
        self.converter = converter
        self.init = init
        self.kw_only = kw_only
        self.eq = eq
        self.repr = repr

    @property
    def alias(self) -> str:
        """What ``__init__`` calls it."""
        return self.name.lstrip("_")


field = Field


def frozen(
    cls: type[_T] | None = None,
    *,
    eq: bool = True,
    order: bool = False,
    slots: bool = True,
    cache_hash: bool = False,
) -> Any:
    """A class whose objects never change; *cache_hash* for those whose hash is dear."""
    return _decorated(cls, True, eq, order, slots, cache_hash)


def define(cls: type[_T] | None = None, *, eq: bool = True, slots: bool = True) -> Any:
    """A class whose objects may change."""
    return _decorated(cls, False, eq, False, slots)


def fields(cls: type) -> tuple[Field, ...]:
    """The fields of a class, inherited ones first."""
    own: tuple[Field, ...] = cls.__dict__["__attrs_attrs__"]
    return own


def evolve(inst: _T, **changes: Any) -> _T:
    """A copy of an object with some fields changed."""
    for each in fields(inst.__class__):
        if each.init and each.alias not in changes:
            changes[each.alias] = getattr(inst, each.name)
    return inst.__class__(**changes)


def asdict(inst: Any) -> dict[str, Any]:
    """The fields of an object by name, with the objects inside it."""
    return {each.name: _plain(getattr(inst, each.name)) for each in fields(inst.__class__)}


def _plain(value: Any) -> Any:
    if "__attrs_attrs__" in value.__class__.__dict__:
        return asdict(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(item) for item in value)
    return value


# ------------------------------------------------------------------ making a class


def _decorated(
    cls: type | None, is_frozen: bool, eq: bool, order: bool, slots: bool, cache_hash: bool = False
) -> Any:
    def make(raw: type) -> type:
        return _made(raw, is_frozen, eq, order, slots, cache_hash)

    return make if cls is None else make(cls)


def _made(raw: type, is_frozen: bool, compares: bool, order: bool, slots: bool, cache_hash: bool) -> type:
    """The class again, with slots and methods for its fields."""
    own = _own_fields(raw)
    every = (*_inherited_fields(raw, own), *own.values())
    namespace = {k: v for k, v in raw.__dict__.items() if k not in {*own, "__dict__", "__weakref__"}}
    if slots:
        weak = any("__weakref__" in base.__dict__ for base in raw.__mro__[1:])
        own_slots = (*own, _HASH) if cache_hash else tuple(own)
        namespace["__slots__"] = (*own_slots, *(() if weak else ("__weakref__",)))
    written = _own_methods(every, is_frozen, compares, order)
    if cache_hash:
        written["__hash__"] = _kept(written["__hash__"])
    namespace |= {
        name: method for name, method in written.items() if name not in raw.__dict__ or name == "__hash__"
    }
    namespace["__attrs_attrs__"] = every
    namespace["__match_args__"] = tuple(f.name for f in every if f.init and not f.kw_only)
    namespace["__qualname__"] = raw.__qualname__
    namespace["__signature__"] = _Signature()
    cls = type(raw)(raw.__name__, raw.__bases__, namespace)
    cls.__init__ = _first_init(cls, is_frozen, slots)  # type: ignore[misc]  # of a class made here
    return cls


def _own_fields(raw: type) -> dict[str, Field]:
    own: dict[str, Field] = {}
    for name, kind in raw.__annotations__.items():
        if getattr(kind, "__origin__", None) is not ClassVar:
            given = raw.__dict__.get(name, NOTHING)
            own[name] = given if isinstance(given, Field) else Field(default=given)
            own[name].name, own[name].type = name, kind
    return own


def _inherited_fields(raw: type, own: dict[str, Field]) -> list[Field]:
    found: dict[str, Field] = {}
    for base in reversed(raw.__mro__[1:]):
        found |= {f.name: f for f in base.__dict__.get("__attrs_attrs__", ()) if f.name not in own}
    return list(found.values())


def _own_methods(every: Sequence[Field], is_frozen: bool, compares: bool, order: bool) -> _Methods:
    methods: _Methods = {"__repr__": _repr_of([f for f in every if f.repr])}
    methods |= _state_of([f.name for f in every])
    values = _values_of([f.name for f in every if f.eq])
    if compares:
        methods["__eq__"] = _comparison(values, eq)
        methods["__hash__"] = _hash_of(values) if is_frozen else None
    if order:
        names = {"__lt__": lt, "__le__": le, "__gt__": gt, "__ge__": ge}
        methods |= {name: _comparison(values, compare) for name, compare in names.items()}
    if is_frozen:
        methods |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
    return methods


# ------------------------------------------------------------------ shared methods


def _values_of(names: list[str]) -> Callable[[Any], Any]:
    """What an object is compared by: its field, or the tuple of its fields."""
    return attrgetter(*names) if names else lambda inst: ()


def _comparison(
    values: Callable[[Any], Any], compare: Callable[[Any, Any], Any]
) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compare(values(self), values(other))

    return method


def _hash_of(values: Callable[[Any], Any]) -> Callable[[Any], int]:
    def method(self: Any) -> int:
        return hash((self.__class__, values(self)))

    return method


def _kept(compute: Callable[[Any], int]) -> Callable[[Any], int]:
    """A hash that is computed once for each object."""

    def method(self: Any) -> int:
        try:
            return int(getattr(self, _HASH))
        except AttributeError:
            found = compute(self)
            object.__setattr__(self, _HASH, found)
            return found

    return method


def _repr_of(shown: list[Field]) -> Callable[[Any], str]:
    def method(self: Any) -> str:
        parts = []
        for each in shown:
            write = each.repr if callable(each.repr) else repr
            parts.append(f"{each.name}={write(getattr(self, each.name))}")
        return f"{self.__class__.__qualname__.rpartition('>.')[2]}({', '.join(parts)})"

    return method


def _state_of(names: list[str]) -> _Methods:
    """What copies and pickles take from an object: frozen slots cannot be assigned, so they are set below `__setattr__`."""

    def get(self: Any) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names}

    def set_(self: Any, state: dict[str, Any]) -> None:
        for name in names:
            object.__setattr__(self, name, state[name])

    return {"__getstate__": get, "__setstate__": set_}


def _refuse_set(self: Any, name: str, value: object) -> None:
    raise FrozenError(f"{self.__class__.__name__} is frozen: its {name!r} cannot be set")


def _refuse_delete(self: Any, name: str) -> None:
    raise FrozenError(f"{self.__class__.__name__} is frozen: its {name!r} cannot be deleted")


# ------------------------------------------------------------------ __init__


def _first_init(cls: type, is_frozen: bool, slots: bool) -> Callable[..., None]:
    """An ``__init__`` that compiles the real one, puts it in its own place, and goes on there."""

    def first(self: Any, *args: Any, **kwargs: Any) -> None:
        compile_now()(self, *args, **kwargs)

    def compile_now() -> Callable[..., None]:
        init = cls.__init__ = _compiled_init(cls, is_frozen, slots)  # type: ignore[misc]  # as above
        return init

    first.compile_now = compile_now  # type: ignore[attr-defined]  # for `_Signature`
    return first


class _Signature:
    """What `inspect` shows of a class, made when it is asked for."""

    def __get__(self, inst: object, cls: type) -> object:
        if inst is not None or "__attrs_attrs__" not in cls.__dict__:
            raise AttributeError("__signature__")
        import inspect

        first = cls.__dict__["__init__"]
        whole = inspect.signature(getattr(first, "compile_now", lambda: first)())
        return whole.replace(parameters=list(whole.parameters.values())[1:])


def _compiled_init(cls: type, is_frozen: bool, slots: bool) -> Callable[..., None]:
    """
    The ``__init__`` of a class, from its fields alone.

    For ``a: int`` and ``b: list = field(factory=list)`` of a frozen class it reads::

        def __init__(self, a, b=NOTHING):
            set_a(self, a)
            set_b(self, make_b() if b is NOTHING else b)
    """
    scope: dict[str, Any] = {"NOTHING": NOTHING}
    positional, keywords, body = ["self"], list[str](), list[str]()
    for each in fields(cls):
        name, alias = each.name, each.alias
        value = alias
        if each.factory is not None:
            scope[f"make_{name}"] = each.factory
            value = f"make_{name}() if {alias} is NOTHING else {alias}" if each.init else f"make_{name}()"
        elif not each.init:
            if each.default is NOTHING:
                continue
            value = f"default_{name}"
        if each.converter is not None:
            scope[f"convert_{name}"] = each.converter
            value = f"convert_{name}({value})"
        scope[f"default_{name}"] = NOTHING if each.factory is not None else each.default
        if each.init:
            needed = each.default is NOTHING and each.factory is None
            (keywords if each.kw_only else positional).append(alias if needed else f"{alias}=default_{name}")
        body.append(_assignment(cls, name, value, is_frozen, slots, scope))
    if hasattr(cls, "__attrs_post_init__"):
        body.append("self.__attrs_post_init__()")
    parameters = ", ".join([*positional, *(["*", *keywords] if keywords else [])])
    lines = "\n    ".join(body or ["pass"])
    exec(f"def __init__({parameters}):\n    {lines}", scope)  # noqa: S102  # the names of fields, nothing else
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = {each.alias: each.type for each in fields(cls) if each.init} | {"return": None}
    return init


def _assignment(cls: type, name: str, value: str, is_frozen: bool, slots: bool, scope: dict[str, Any]) -> str:
    if not is_frozen:
        return f"self.{name} = {value}"
    if not slots:
        return f"self.__dict__[{name!r}] = {value}"
    scope[f"set_{name}"] = getattr(cls, name).__set__
    return f"set_{name}(self, {value})"
