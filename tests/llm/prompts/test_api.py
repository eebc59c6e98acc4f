"""Prompts over HTTP."""

from __future__ import annotations

import httpx2

Headers = dict[str, str]
VOICE = "modality.voice"


async def test_a_part_is_read_changed_compared_and_rolled_back(client: httpx2.AsyncClient, key: Headers) -> None:
    listed = (await client.get("/v1/prompts", headers=key)).json()
    assert listed["version"] == 0
    assert {part["name"] for part in listed["parts"]} >= {"base", VOICE, "tier.small", "sources", "customer", "task"}
    body = {"texts": {VOICE: "Two short sentences."}, "note": "Shorter", "expected_version": 0}
    made = await client.post("/v1/prompts/versions", headers=key, json=body)
    assert (made.status_code, made.json()["version"]) == (201, 1)
    part = (await client.get(f"/v1/prompts/parts/{VOICE}", headers=key)).json()
    assert (part["text"], part["is_own"]) == ("Two short sentences.", True)
    shipped = (await client.get(f"/v1/prompts/parts/{VOICE}", headers=key, params={"version": 0})).json()
    assert shipped["is_own"] is False
    lines = (await client.get("/v1/prompts/diff", headers=key)).json()["lines"]
    assert "+Two short sentences." in lines
    back = await client.post("/v1/prompts/rollback", headers=key, json={"version": 0, "expected_version": 1})
    assert (back.status_code, back.json()["version"], back.json()["from_version"]) == (201, 2, 0)
    versions = (await client.get("/v1/prompts/versions", headers=key)).json()
    assert [one["version"] for one in versions] == [2, 1]


async def test_what_is_wrong_is_said(client: httpx2.AsyncClient, key: Headers) -> None:
    faulty = {"texts": {"sources": "none", "customer": ""}, "expected_version": 0}
    answer = await client.post("/v1/prompts/versions", headers=key, json=faulty)
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json()["problems"]} == {"sources", "customer"}
    moved = {"texts": {VOICE: "x"}, "expected_version": 3}
    assert (await client.post("/v1/prompts/versions", headers=key, json=moved)).status_code == 409
    assert (await client.get("/v1/prompts/parts/tone", headers=key)).status_code == 404
    assert (await client.get("/v1/prompts", headers=key, params={"version": 7})).status_code == 404
    assert (await client.get("/v1/prompts/diff", headers=key, params={"before": 7})).status_code == 404
