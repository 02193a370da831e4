"""Who takes part accepts the rules: at entry, and each new version before it acts under it."""

from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden, Invalid
from competition.models import Competition, Membership, RulesAcceptance, RulesVersion, User


def accept_rules(*, user: User, competition: Competition, number: int) -> RulesAcceptance:
    """Accept the version in force, or one that is published and not in force yet. Safe to call twice."""
    if Membership.objects.of(user, competition) is None:
        raise Forbidden("not_entered", _("Rules are accepted by those who take part; enter the competition first."))
    now = competition.now()
    current = competition.rules_versions.in_force(now)
    open_to = [rules for rules in (current, *competition.rules_versions.coming(now)) if rules is not None]
    rules = next((rules for rules in open_to if rules.number == number), None)
    if rules is None:
        raise Conflict("rules_outdated", _("A later version is in force; read and accept that one."))
    return RulesAcceptance.objects.get_or_create(rules=rules, user=user, defaults={"accepted_at": now})[0]


def accept_at_entry(*, user: User, competition: Competition, version: str) -> None:
    """Accept the version in force by its name; nothing where no rules are in force."""
    now = competition.now()
    rules = competition.rules_versions.in_force(now)
    if rules is None:
        return
    if version != rules.version:
        raise Invalid(
            "rules_not_accepted",
            _('Read the rules and accept their current version: "accept_rules" must be "{version}".').format(
                version=rules.version
            ),
            field="accept_rules",
        )
    RulesAcceptance.objects.get_or_create(rules=rules, user=user, defaults={"accepted_at": now})


def rules_to_accept(user: User, competition: Competition) -> RulesVersion | None:
    """The version in force, where the person has not accepted it."""
    rules = competition.rules_versions.in_force(competition.now())
    if rules is None or rules.acceptances.filter(user=user).exists():
        return None
    return rules


def refuse_unless_rules_accepted(user: User, competition: Competition) -> None:
    """Say no to who acts under rules that it has not accepted."""
    rules = rules_to_accept(user, competition)
    if rules is not None:
        raise Forbidden(
            "rules_not_accepted",
            _(
                "Version {version} of the rules is in force since {in_force_at} UTC. Read what has "
                "changed and accept it on the page “Rules” (POST …/rules/{number}/accept), then try "
                "again."
            ).format(version=rules.version, in_force_at=f"{rules.in_force_at:%Y-%m-%d %H:%M}", number=rules.number),
        )
