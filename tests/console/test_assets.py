"""The files of others that are served: unchanged, locked, licensed, and cached by their content."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from tools import vendor_assets
from tools.make_contracts import ROOT
from understudy.console.rendering import assets, environment

VENDORED = vendor_assets.TARGET


@pytest.fixture
async def static() -> AsyncIterator[httpx2.AsyncClient]:
    app, files = FastAPI(), assets()

    @app.get("/console/static/{name:path}")
    async def static_file(request: Request, name: str) -> Response:
        return files.serve(request, name)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


def test_the_vendored_files_are_those_that_were_copied():
    assert (VENDORED / vendor_assets.SUMS).read_text() == vendor_assets.sums()


def test_versions_are_exact_and_locked_with_their_integrity_and_without_a_host():
    wanted = json.loads((vendor_assets.ASSETS / "package.json").read_text())["dependencies"]
    lock = (vendor_assets.ASSETS / "package-lock.json").read_text()
    locked = json.loads(lock)["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in package for name, package in locked.items() if name)
    assert "resolved" not in lock


def test_each_source_is_named_in_the_notice():
    notice = (ROOT / "NOTICE").read_text()
    assert [name for name in ("Tabler", "htmx", "Inter", "Tabler Icons", "Chart.js") if name not in notice] == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (VENDORED / vendor_assets.SPRITE).read_text()
    looks = (ROOT / "src/understudy/console/appearance.py").read_text()
    used = set(re.findall(r'Look\("\w+", "[^"]+", "([a-z-]+)"', looks))
    for path in (ROOT / "src/understudy/console/templates").glob("*.html"):
        used |= set(re.findall(r'icon\("([a-z-]+)"', path.read_text()))
    assert len(used) > 15
    assert [name for name in used if f'id="{name}"' not in sprite] == []


def test_all_templates_compile():
    jinja = environment(assets())
    for name in jinja.list_templates():
        jinja.get_template(name)


async def test_a_file_named_with_its_version_is_kept_for_good(static: httpx2.AsyncClient):
    url = assets().url("console.css")
    answer = await static.get(url, headers={"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert "--tone" in answer.text
    again = await static.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    plain = await static.get("/console/static/console.css", headers={"accept-encoding": "identity"})
    assert "immutable" not in plain.headers["cache-control"]
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("name", ["../session.py", "..%2fsession.py", "vendor/SHA256SUMS", "vendor/LICENSE.htmx", ""])
async def test_nothing_else_is_served(static: httpx2.AsyncClient, name: str):
    assert (await static.get(f"/console/static/{name}")).status_code == 404
