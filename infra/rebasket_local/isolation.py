"""Several functions in one process, each as if it were alone: own modules, own environment, own log.

A function's own code (what its CodeUri and layers hold) is imported once for each function, so that what a module keeps —
settings, clients, caches — is that function's; third-party packages are shared. Code that is not in the function's folder
or layers cannot be imported, though it lies in the same repository: on AWS it would not be there, either.
"""

import io
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Imports(MetaPathFinder):
    """Which project modules are in `sys.modules`: everybody's, or those of one code space.

    Args:
        project: All top-level packages of which some function or layer has code.
    """

    def __init__(self, project: frozenset[str]) -> None:
        self._project = project
        self._outside = {name for name in sys.modules if name.partition(".")[0] in project}
        self._inside: CodeSpace | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While inside, code spaces can be entered."""
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)

    @contextmanager
    def of(self, space: "CodeSpace") -> Iterator[None]:
        """While inside, imports and `sys.modules` show this space's modules in place of everybody else's."""
        outer, self._inside = self._inside, space
        others = _taken_out(outer.names if outer is not None else self._outside)
        sys.modules.update(space.modules)
        try:
            yield
        finally:
            space.modules = _taken_out(space.names)
            sys.modules.update(others)
            self._inside = outer

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  # the import system's protocol
        target: ModuleType | None = None,  # noqa: ARG002  # the same
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self._project:
            return None
        if self._inside is None:
            self._outside.add(fullname)  # found by whoever comes next
            return None
        return self._inside.find_spec(fullname)


class CodeSpace:
    """The modules of one function."""

    def __init__(self, owner: str, roots: Sequence[CodeRoot]) -> None:
        self._owner = owner
        self._roots = tuple(roots)
        self.names: set[str] = set()
        self.modules: dict[str, ModuleType] = {}

    def forget(self) -> None:
        """The process is gone; what is imported next is imported anew."""
        self.modules = {}

    def find_spec(self, name: str) -> ModuleSpec | None:
        self.names.add(name)
        for root in self._roots:
            found = root.find(name)
            if found is not None:
                return _spec(name, *found)
        raise ModuleNotFoundError(f"No module named {name!r} in the code and layers of {self._owner}", name=name)


def _taken_out(names: Iterable[str]) -> dict[str, ModuleType]:
    return {name: sys.modules.pop(name) for name in names if name in sys.modules}


def _spec(name: str, source: Path | None, folder: Path | None) -> ModuleSpec | None:
    locations = [str(folder)] if folder is not None else []
    if source is None:
        namespace = ModuleSpec(name, None, is_package=True)
        namespace.submodule_search_locations = locations
        return namespace
    loader = _CompiledOnce(name, str(source))
    return spec_from_file_location(
        name, source, loader=loader, submodule_search_locations=locations if folder is not None else None
    )


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
    """While inside, Python code finds these environment variables and no other; C code and child processes see no change.

    Setting them one by one, twice for each invocation, would take longer than most invocations.
    """
    data: dict[bytes, bytes] = os.environ._data  # type: ignore[attr-defined]  # noqa: SLF001  # what os.environ reads
    before = dict(data)
    data.clear()
    data.update({os.fsencode(name): os.fsencode(value) for name, value in variables.items()})
    try:
        yield
    finally:
        data.clear()
        data.update(before)


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
def captured_output(lines: list[str], warned: set[str]) -> Iterator[None]:
    """While inside, what is printed goes to `lines`, in the pieces in which it is written.

    So do warnings, as far as they are not in `warned`: on Lambda they are log lines, whatever a test run makes of its own.
    """

    def show(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
        text = warnings.formatwarning(message, category, filename, lineno, line="")
        if text not in warned:
            warned.add(text)
            lines.append(text)

    stdout, stderr, before = sys.stdout, sys.stderr, CONSOLE.lines
    sys.stdout = sys.stderr = CONSOLE
    CONSOLE.lines = lines
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = show  # type: ignore[assignment]  # it takes all that the other takes
            yield
    finally:
        sys.stdout, sys.stderr, CONSOLE.lines = stdout, stderr, before
