"""Several functions in one process, each as if it were alone: own modules, own environment, own log.

A function's own code (what its CodeUri and layers hold) is imported once for each function, so that what a module keeps —
settings, clients, caches — is that function's; third-party packages are shared. Code that is not in the function's folder
or layers cannot be imported, though it lies in the same repository: on AWS it would not be there, either.
"""

import importlib
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final


@dataclass(frozen=True)
class CodeRoot:
    """A folder from which modules are imported under a package path; "" for the top level."""

    package: str
    folder: Path

    def top_level_names(self) -> set[str]:
        if self.package:
            return {self.package.partition(".")[0]}
        if not self.folder.is_dir():
            return set()
        return {entry.stem for entry in self.folder.iterdir() if entry.suffix == ".py" or _is_package_folder(entry)}

    def find(self, name: str) -> tuple[Path | None, Path | None] | None:
        """(source file, package folder) of a module; None if it is not here."""
        if self.package == name or self.package.startswith(f"{name}."):
            own_init = self.folder / "__init__.py"
            if self.package == name:
                return (own_init if own_init.is_file() else None), self.folder
            return None, None  # a parent package, which exists by name only
        if self.package and not name.startswith(f"{self.package}."):
            return None
        path = self.folder.joinpath(*name.removeprefix(self.package).lstrip(".").split("."))
        if (path / "__init__.py").is_file():
            return path / "__init__.py", path
        if path.with_suffix(".py").is_file():
            return path.with_suffix(".py"), None
        return (None, path) if _is_package_folder(path) else None


def _is_package_folder(path: Path) -> bool:
    return path.is_dir() and path.name.isidentifier() and any(path.glob("*.py"))


class CodeSpace:
    """The modules of one function. `project` names all top-level packages of which some function or layer has code."""

    def __init__(self, owner: str, roots: Sequence[CodeRoot], project: frozenset[str]) -> None:
        self._owner = owner
        self._roots = tuple(roots)
        self._project = project
        self._modules: dict[str, ModuleType] = {}

    def forget(self) -> None:
        """The process is gone; what is imported next is imported anew."""
        self._modules = {}

    def import_module(self, name: str) -> ModuleType:
        """Only inside `entered`. Raises whatever the import raises."""
        return importlib.import_module(name)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """While inside, imports and `sys.modules` show this function's modules in place of everybody else's."""
        others = _taken_out(self._project)
        sys.modules.update(self._modules)
        finder = _Finder(self._owner, self._roots, self._project)
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            self._modules = _taken_out(self._project)
            sys.modules.update(others)


def _taken_out(project: frozenset[str]) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] in project]
    return {name: sys.modules.pop(name) for name in names}


class _Finder(MetaPathFinder):
    def __init__(self, owner: str, roots: Sequence[CodeRoot], project: frozenset[str]) -> None:
        self._owner = owner
        self._roots = roots
        self._project = project

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self._project:
            return None
        for root in self._roots:
            found = root.find(fullname)
            if found is not None:
                return _spec(fullname, *found)
        raise ModuleNotFoundError(f"No module named {fullname!r} in the code and layers of {self._owner}", name=fullname)


def _spec(name: str, source: Path | None, folder: Path | None) -> ModuleSpec | None:
    locations = [str(folder)] if folder is not None else []
    if source is None:
        namespace = ModuleSpec(name, None, is_package=True)
        namespace.submodule_search_locations = locations
        return namespace
    loader = _CompiledOnce(name, str(source))
    return spec_from_file_location(name, source, loader=loader, submodule_search_locations=locations if folder is not None else None)


class _CompiledOnce(SourceFileLoader):
    """Compiles a file once for all functions that have it."""

    _compiled: Final[dict[tuple[str, int], CodeType]] = {}

    def get_code(self, fullname: str) -> CodeType | None:
        key = (self.path, Path(self.path).stat().st_mtime_ns)
        if key not in self._compiled:
            code = super().get_code(fullname)
            if code is None:
                return None
            self._compiled[key] = code
        return self._compiled[key]


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """While inside, the process has these environment variables and no other."""
    before = dict(os.environ)
    _set_environment(variables)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(variables: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    for name, value in variables.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


class Console(io.TextIOBase):
    """Standard output of whichever function runs. One for the whole process: loggers keep the stream they were made with."""

    def __init__(self) -> None:
        self.lines: list[str] | None = None

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.lines is None:
            return sys.__stdout__.write(text) if sys.__stdout__ is not None else len(text)
        self.lines.append(text)
        return len(text)


CONSOLE: Final = Console()


@contextmanager
def captured_output(lines: list[str]) -> Iterator[None]:
    """While inside, what is printed goes to `lines`, in the pieces in which it is written."""
    stdout, stderr, before = sys.stdout, sys.stderr, CONSOLE.lines
    sys.stdout = sys.stderr = CONSOLE
    CONSOLE.lines = lines
    try:
        yield
    finally:
        sys.stdout, sys.stderr, CONSOLE.lines = stdout, stderr, before
