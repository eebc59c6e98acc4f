"""The scripted stand-in: it picks by label among what it is offered, knows nothing else, and says what it is."""

import json
from pathlib import Path

import httpx2
import pytest

from understudy.answering.paid import AnswerKind
from understudy.answering.rungs.verdicts import ModelAnswer
from understudy.demo import answerer, content
from understudy.demo.oracle import Oracle, oracle
from understudy.demo.standin import MODEL, PLAIN, running_standin
from understudy.kit.errors import Invalid

SCENARIO = '<scenario id="A1" title="card_arrival">\n…\n</scenario>\n'
OFFERED = SCENARIO + '<source id="S1" title="Do you haul it away?">\n…\n</source>'
SCRIPT = Oracle({"where is it": "card_arrival", "and the old one?": "Do you haul it away?", "weather?": "out_of_scope"})


@pytest.mark.parametrize(
    ("question", "kind", "key"),
    [
        ("where is it", AnswerKind.SCENARIO, "A1"),
        ("and the old one?", AnswerKind.SCENARIO, "S1"),
        ("weather?", AnswerKind.OUT_OF_SCOPE, None),
        ("never heard", AnswerKind.UNCLEAR, None),
    ],
)
def test_it_answers_by_its_script_and_says_so(question: str, kind: AnswerKind, key: str | None) -> None:
    answer = ModelAnswer.model_validate(SCRIPT.answer(OFFERED, question))
    assert (answer.kind, answer.key) == (kind, key)
    assert answer.rationale.startswith("[scripted]")


def test_it_picks_nothing_that_was_not_offered() -> None:
    assert SCRIPT.answer("", "where is it")["kind"] == AnswerKind.UNCLEAR


def test_it_knows_every_message_of_the_demo() -> None:
    script = oracle((content.bank(), content.bank_messages()), (content.hvac(), content.hvac_messages())).script
    assert len(script) == len(content.bank_messages()) + len(content.hvac_messages())
    questions = {one.question for one in (*content.hvac().company_qa, *content.hvac().trade_qa)}
    assert questions & set(script.values())


@pytest.mark.parametrize("stream", [True, False])
async def test_over_the_wire_it_speaks_the_dialect(stream: bool) -> None:
    messages = [{"role": "system", "content": OFFERED}, {"role": "user", "content": "where is it"}]
    asked = {"model": MODEL, "messages": messages, "stream": stream, "response_format": {"type": "json_object"}}
    with running_standin(SCRIPT) as url:
        async with httpx2.AsyncClient(base_url=url) as client:
            models = (await client.get("models")).json()
            said = await client.post("chat/completions", json=asked)
            plain = (await client.post("chat/completions", json={"messages": messages})).json()
    assert [one["id"] for one in models["data"]] == [MODEL]
    assert plain["choices"][0]["message"]["content"] == PLAIN
    if stream:
        first, *_, last, done, _ = said.text.split("\n\n")
        assert done == "data: [DONE]"
        assert json.loads(last.removeprefix("data: "))["usage"]["prompt_tokens"] > 0
        content_ = json.loads(first.removeprefix("data: "))["choices"][0]["delta"]["content"]
    else:
        content_ = said.json()["choices"][0]["message"]["content"]
    assert json.loads(content_)["key"] == "A1"


class TestWhoAnswers:
    def test_a_key_that_is_set_is_seen_and_shows_in_nothing(self) -> None:
        keyed = answerer.keyed_in({"OPENAI_API_KEY": " ", "GEMINI_API_KEY": "g-secret"})
        assert keyed is not None
        who = answerer.with_key(keyed, {"GEMINI_API_KEY": "g-secret"})
        assert who.provider is not None
        assert (who.provider.name, who.is_scripted) == ("demo-gemini", False)
        assert "g-secret" not in repr(who)
        assert answerer.keyed_in({}) is None

    def test_the_stand_in_says_what_it_is_and_what_its_price_is(self) -> None:
        who = answerer.stand_in("http://127.0.0.1:9/v1", answerer.KEYED[0])
        assert who.is_scripted
        assert "scripted stand-in (OPENAI_API_KEY is set, --paid uses it)" in who.face
        assert "no provider key set" in answerer.stand_in("http://127.0.0.1:9/v1", None).face
        assert "assumed" in who.face

    def test_a_model_on_this_machine_needs_its_parts(self, tmp_path: Path) -> None:
        with pytest.raises(Invalid):
            answerer.local_model(tmp_path / "none.gguf")
