"""Proves, checks and compiles the mathematics of machine learning; the public names, nothing else.

Names are loaded when they are used first, so that ``import derive`` costs nothing.

>>> import derive
>>> derive.load("softmax_gradient").title
'Softmax gradient'
>>> derive.differentiate("x^2", wrt="x", assume="x > 0").result
2*x
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

# Each public name and where it is defined.
PUBLIC = {
    "Equation": ("derive.catalogue", "Equation"),
    "all_equations": ("derive.catalogue", "all_equations"),
    "audit": ("derive.audit", "audit"),
    "differentiate": ("derive.answer", "differentiate"),
    "load": ("derive.catalogue", "load"),
    "verify": ("derive.verify", "verify_text"),
}


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"derive has no public name {name!r}; it has {', '.join(PUBLIC)}")
    module, function = PUBLIC[name]
    found = import_module(module)
    return found if module == f"derive.{name}" else getattr(found, function)


def __dir__() -> list[str]:
    return sorted({*globals(), *PUBLIC})


class _CallableModule(ModuleType):
    """A module that has the name of a public function: ``derive.verify(text)`` is
    ``derive.verify.verify_text(text)``.
    """

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return getattr(self, PUBLIC[self.__name__.removeprefix("derive.")][1])(*arguments, **options)


class _Package(ModuleType):
    """This package: a submodule with the name of a public function becomes callable as soon as it is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and name in PUBLIC:
            value.__class__ = _CallableModule
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
