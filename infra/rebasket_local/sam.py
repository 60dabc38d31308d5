"""template.yaml → plain CloudFormation, by the translator that AWS itself deploys with (aws-sam-translator)."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from urllib.parse import unquote, urlsplit

import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from rebasket_local.errors import TemplateInvalid
from rebasket_local.json_value import Json

LOCAL_BUCKET: Final = "local-folder"
"""Stands for the bucket that `sam deploy` would have uploaded code to; the key is the folder, as the template writes it."""

_FOLDERS: Final[Mapping[str, str]] = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def transform(path: Path, parameters: Mapping[str, str], region: str) -> dict[str, Json]:
    """Read and transform a SAM template; intrinsic functions stay as they are. Raises `TemplateInvalid`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TemplateInvalid(path.name, str(error)) from error
    return deepcopy(_transformed(text, path.name, tuple(sorted(parameters.items())), region))


@lru_cache(maxsize=8)
def _transformed(text: str, name: str, parameters: tuple[tuple[str, str], ...], region: str) -> dict[str, Json]:
    """Tests start many clouds of one template, and reading it takes longer than starting one."""
    try:
        document = yaml_parse(text)
    except yaml.YAMLError as error:
        raise TemplateInvalid(name, str(error)) from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateInvalid(name, "has no Resources")
    document = deepcopy(document)  # YAML anchors share objects, which the translator would change in two places
    for properties, folder in _folders(document):
        if isinstance(properties.get(folder), str) and not properties[folder].startswith("s3://"):
            properties[folder] = f"s3://{LOCAL_BUCKET}/{properties[folder]}"
    translator = Translator({}, Parser(), boto_session=SimpleNamespace(region_name=region))
    try:
        with _without_warnings():
            translated: dict[str, Json] = translator.translate(document, dict(parameters))
    except InvalidDocumentException as error:
        raise TemplateInvalid(name, "; ".join(cause.message for cause in error.causes)) from error
    finally:
        translator.metrics.publish()  # to nobody; else it warns that nobody got them
    return translated


@contextmanager
def _without_warnings() -> Iterator[None]:
    """The translator's are about AWS's own feature toggles, which it does not find outside of AWS."""
    logger = logging.getLogger("samtranslator")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def folder_of(code: Mapping[str, Json], root: Path) -> Path | None:
    """The folder below `root` that a function's Code or a layer's Content stood for, None if it really is in S3."""
    if code.get("S3Bucket") != LOCAL_BUCKET:
        return None
    key = unquote(urlsplit(f"s3://{LOCAL_BUCKET}/{code['S3Key']}").path.lstrip("/"))
    return (root / key).resolve()


def _folders(document: Mapping[str, Json]) -> Iterator[tuple[dict[str, Json], str]]:
    shared = document.get("Globals", {}).get("Function")
    if shared:
        yield shared, "CodeUri"
    for resource in document["Resources"].values():
        name = _FOLDERS.get(resource.get("Type", ""))
        if name:
            yield resource.setdefault("Properties", {}), name
