"""The entry of the command line: gathers the commands of all nouns."""

from __future__ import annotations

import typer

from understudy.cli import ask, company, contact, conversation, db, decisions, demo, doctor, key, serve
from understudy.cli.content import follow, prompt, qa, template
from understudy.cli.evaluation import golden, replay
from understudy.cli.learning import draft, feedback, rescue, savings, suggestion
from understudy.cli.llm import notices, provider, usage

app = typer.Typer(
    name="understudy",
    help="The customer-support agent that costs less every week.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(doctor.doctor)
app.command()(demo.demo)
app.command()(ask.ask)
app.command()(conversation.reply)
app.command()(usage.usage)
app.command()(usage.budget)
app.command()(replay.replay)
app.command()(savings.savings)
app.add_typer(company.app, name="company")
app.add_typer(key.app, name="key")
app.add_typer(provider.app, name="provider")
app.add_typer(conversation.app, name="conversation")
app.add_typer(decisions.app, name="decisions")
app.add_typer(feedback.app, name="feedback")
app.add_typer(notices.app, name="notices")
app.add_typer(contact.app, name="contact")
template.app.command()(draft.draft)
app.add_typer(template.app, name="template")
app.add_typer(rescue.app, name="rescue")
app.add_typer(follow.app, name="follow")
app.add_typer(qa.app, name="qa")
app.add_typer(golden.app, name="golden")
app.add_typer(prompt.app, name="prompt")
app.add_typer(suggestion.app, name="suggestion")
app.add_typer(db.app, name="db")
