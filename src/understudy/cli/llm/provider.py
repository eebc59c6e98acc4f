"""understudy provider: who answers what the free rungs cannot, with which models, at which prices."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from understudy.cli.content.owner import principal_of
from understudy.cli.context import Json, fail, operator, out, print_json, print_table, run
from understudy.cli.llm.options import KEY_VARIABLE, KeyFrom, local_file, prices_of, read_key, tiers_of
from understudy.companies.domain import Principal
from understudy.kit.errors import Invalid
from understudy.llm.domain import Dialect, Provider
from understudy.llm.providers.domain import (
    NEEDS_KEY,
    NewProvider,
    ProviderChange,
    ProviderNotFound,
    Tested,
    described,
    models_of,
)
from understudy.wiring.product import Product

app = typer.Typer(help="Providers of models, and their keys.", no_args_is_help=True)

TINY_MODEL = (
    "A small model on your own machine answers badly: short, often wrong, and sure of it. It is for trying things out "
    "and for working offline; look at its answers before customers do."
)


Owner = Annotated[
    str | None,
    typer.Option("--company", "-c", help="Slug of the company; without it: the platform.", show_default=False),
]
ProviderName = Annotated[str, typer.Argument(metavar="PROVIDER", help="Its name or id.", show_default=False)]
BaseUrl = Annotated[str | None, typer.Option(help="Address, where it is not the dialect's own.", show_default=False)]
Model = Annotated[
    str | None,
    typer.Option(help="The model for all tiers; for --dialect local, the path of its GGUF file.", show_default=False),
]
Models = Annotated[
    list[str] | None, typer.Option("--tier", help="TIER=MODEL, repeat: small, medium, large.", show_default=False)
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--price", help="MODEL=INPUT,OUTPUT[,CACHED] in dollars per million tokens; repeat.", show_default=False
    ),
]
Free = Annotated[bool, typer.Option("--free", help="Its models cost nothing: a machine of your own.")]
Key = Annotated[
    KeyFrom | None,
    typer.Option("--key", help=f"Where the key is read from; env: {KEY_VARIABLE}.", show_default=False),
]
Position = Annotated[int | None, typer.Option(help="Lower is tried first.", show_default=False)]
Seconds = Annotated[float | None, typer.Option(help="Time limit of a whole answer, in seconds.", show_default=False)]
FirstToken = Annotated[float | None, typer.Option(help="Time limit of its first token.", show_default=False)]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="How routes call it, such as openai.", show_default=False)],
    dialect: Annotated[Dialect, typer.Option(help="How it is spoken to.", show_default=False)],
    company: Owner = None,
    base_url: BaseUrl = None,
    model: Model = None,
    tier: Models = None,
    price: Prices = None,
    free: Free = False,
    key: Key = None,
    position: Position = None,
    timeout_seconds: Seconds = None,
    first_token_seconds: FirstToken = None,
    as_json: Json = False,
) -> None:
    """Sets up a provider. Its key is asked for, or read from stdin or the environment."""
    try:
        if dialect is Dialect.LOCAL:
            base_url, model = local_file(model)
        tiers = tiers_of(model, tier)
        wanted = NewProvider(
            name=name,
            dialect=dialect,
            base_url=base_url,
            key=read_key(key, asks=dialect in NEEDS_KEY),
            tiers=tiers,
            prices=prices_of(price, tiers if free else {}),
            position=position or 0,
            timeout_seconds=timeout_seconds or 30.0,
            first_token_seconds=first_token_seconds or min(10.0, timeout_seconds or 30.0),
        )
    except Invalid as error:
        fail(error)

    async def work(product: Product) -> Provider:
        return await product.paid.providers.add(await principal_of(product, company), wanted)

    show_one(run(work), as_json=as_json)


@app.command("list")
def list_(company: Owner = None, as_json: Json = False) -> None:
    """Lists the providers that may be used, first tried first; never their keys."""

    async def work(product: Product) -> list[Provider]:
        return await product.paid.providers.list(await principal_of(product, company))

    providers = run(work)
    if as_json:
        print_json([document(provider) for provider in providers])
        return
    rows = [
        (
            provider.name,
            provider.dialect.value,
            "company" if provider.company_id else "platform",
            ", ".join(f"{tier}: {name}" for tier, name in models_of(provider).items()),
            provider.position,
            "" if provider.is_enabled else "disabled",
        )
        for provider in providers
    ]
    head = ["name", "dialect", "of", "models", "position", ""]
    print_table(head, rows, empty="No provider yet: understudy provider add openai --dialect openai")


@app.command()
def show(provider: ProviderName, company: Owner = None, as_json: Json = False) -> None:
    """Shows a provider, without its key."""

    async def work(product: Product) -> Provider:
        return await named(product, await principal_of(product, company), provider)

    show_one(run(work), as_json=as_json)


@app.command()
def change(
    provider: ProviderName,
    company: Owner = None,
    base_url: BaseUrl = None,
    model: Model = None,
    tier: Models = None,
    price: Prices = None,
    key: Key = None,
    position: Position = None,
    timeout_seconds: Seconds = None,
    first_token_seconds: FirstToken = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Whether it is used.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Changes a provider; what is left out stays. A new address needs the key again: --key prompt."""
    try:
        wanted = ProviderChange(
            base_url=base_url,
            key=read_key(key, asks=False),
            tiers=tiers_of(model, tier) or None,
            prices=prices_of(price, {}) or None,
            position=position,
            timeout_seconds=timeout_seconds,
            first_token_seconds=first_token_seconds,
            is_enabled=enabled,
        )
    except Invalid as error:
        fail(error)

    async def work(product: Product) -> Provider:
        principal = await principal_of(product, company)
        found = await named(product, principal, provider)
        return await product.paid.providers.change(principal, found.id, wanted)

    show_one(run(work), as_json=as_json)


@app.command()
def remove(provider: ProviderName, company: Owner = None, as_json: Json = False) -> None:
    """Removes a provider with its key."""

    async def work(product: Product) -> Provider:
        principal = await principal_of(product, company)
        found = await named(product, principal, provider)
        await product.paid.providers.remove(principal, found.id)
        return found

    removed = run(work)
    if as_json:
        print_json({"id": removed.id, "removed": True})
    else:
        out.print(f"Removed {removed.name}.")


@app.command("reset-health")
def reset_health(provider: ProviderName, company: Owner = None, as_json: Json = False) -> None:
    """Lets a provider that was left alone be asked again at once; its failures so far count no longer."""

    async def work(product: Product) -> Provider:
        principal = await principal_of(product, company)
        found = await named(product, principal, provider)
        return await product.paid.recovery.reset_health(principal, found.id)

    reset = run(work)
    if as_json:
        print_json({"id": reset.id, "reset": True})
    else:
        out.print(f"{reset.name} is asked again. If it still fails, it is left alone once more.")


@app.command("test")
def try_(
    provider: ProviderName,
    company: Annotated[
        str, typer.Option("--company", "-c", help="The company from whose budget it is paid.", show_default=False)
    ],
    model: Annotated[str | None, typer.Option(help="Without it, the model of its lowest tier.")] = None,
    as_json: Json = False,
) -> None:
    """Asks a provider for one word: a tiny real call, metered like any other."""

    async def work(product: Product) -> Tested:
        principal = await principal_of(product, company)
        found = await named(product, principal, provider)
        return await product.paid.probe.test(principal, found.id, payer=principal.company, model=model)

    tested = run(work)
    if as_json:
        print_json(tested)
    elif tested.answered:
        out.print(f"{tested.target} answered in {tested.latency_ms} ms.")
    else:
        out.print(f"[red]{tested.target} failed after {tested.latency_ms} ms:[/] {tested.message}")
    if not tested.answered:
        raise typer.Exit(6)


@app.command("rotate-keys")
def rotate_keys(as_json: Json = False) -> None:
    """Seals every provider's key and every webhook's secret anew.

    With the newest key of UNDERSTUDY_SECRETS_KEYS, or a fresh one of the key file.
    """

    async def work(product: Product) -> int:
        return await product.paid.rotation.rotate(operator()) + await product.notices.webhooks.reseal()

    count = run(work)
    if as_json:
        print_json({"resealed": count})
    else:
        out.print(f"Sealed {count} secrets anew. Older keys may go once every process runs with the newest.")


async def named(product: Product, principal: Principal, name: str) -> Provider:
    """The provider of an id or a name; a company's own comes before the platform's."""
    try:
        return await product.paid.providers.show(principal, UUID(name))
    except ValueError:
        pass
    fitting = [one for one in await product.paid.providers.list(principal) if one.name == name]
    if not fitting:
        raise ProviderNotFound(f'there is no provider "{name}"', remedy="`understudy provider list` shows them")
    return max(fitting, key=lambda one: one.company_id is not None)


def document(provider: Provider) -> dict[str, object]:
    """A provider for programs, without its key."""
    return {
        "id": provider.id,
        "company_id": provider.company_id,
        **described(provider),
        "models": {tier.value: model for tier, model in models_of(provider).items()},
    }


def show_one(provider: Provider, *, as_json: bool) -> None:
    """Prints a provider."""
    if as_json:
        print_json(document(provider))
        return
    print_table(["", ""], [(name, value) for name, value in document(provider).items()], empty="")
    if provider.dialect is Dialect.LOCAL:
        out.print(f"[yellow]{TINY_MODEL}[/]")
