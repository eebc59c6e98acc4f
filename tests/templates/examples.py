"""Templates for the tests of this package, and strategies that draw them."""

from hypothesis import strategies as st

from understudy.templates.domain import Action, Category, Reply, Scenario, Template


def scenario(name: str = "card_arrival", **fields: object) -> Scenario:
    """A complete scenario, with the fields a test cares about."""
    complete: dict[str, object] = {
        "triggers": (f"where is my {name}",),
        "replies": (Reply("On its way.", "Your card is on its way."),),
    }
    return Scenario(name, **(complete | fields))  # type: ignore[arg-type]


def template(*scenarios: Scenario, **fields: object) -> Template:
    """A template of one category."""
    return Template("Retail bank", "banking", (Category("Cards", scenarios or (scenario(),)),), **fields)  # type: ignore[arg-type]


texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(str.strip)
names = texts.map(lambda text: " ".join(text.split())).filter(bool)
lists = st.lists(texts, max_size=3).map(tuple)
replies = st.builds(Reply, short=st.just("") | texts, full=texts)
scenarios = st.builds(
    Scenario,
    name=names,
    triggers=lists,
    negative_triggers=lists,
    examples=lists,
    replies=st.lists(replies, max_size=3).map(tuple),
    follow_up=st.none() | texts,
    priority=st.integers(-999_999, 999_999),
    action=st.sampled_from(Action),
)
templates = st.builds(
    Template,
    name=names,
    trade=names,
    description=st.just("") | texts,
    categories=st.lists(st.builds(Category, names, st.lists(scenarios, max_size=3).map(tuple)), max_size=3).map(tuple),
    filler_words=lists,
    synonyms=st.dictionaries(names, lists, max_size=3),
    out_of_scope_examples=lists,
)
