"""Who may do what: every address of the site, every role, reading and posting, other people's objects included.

An address without a rule fails, so that nobody can add one without deciding who it is for.
"""

import re
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver

from tests.conftest import forget_cached
from tests.security.scene import ROLES, build_scene

YES, LOGIN, NOT_FOUND, NOT_ALLOWED, FORBIDDEN = "yes", "login", 404, 405, 403

# --- Who. Everybody who is not named meets a page that does not exist. ----------------------------
EVERYBODY = dict.fromkeys(ROLES, YES)
LOGGED_IN = EVERYBODY | {"anonymous": LOGIN}
NOBODY_ELSE = dict.fromkeys(ROLES, NOT_FOUND) | {"anonymous": LOGIN}


def only(*roles: str) -> dict:
    return NOBODY_ELSE | dict.fromkeys(roles, YES)


THE_OWNER = only("owner")
THE_HOLDER = only("owner", "manager", "admin")
ITS_READERS = only("trainer", "lead", "manager", "admin")
ITS_TRAINERS = only("trainer", "lead", "admin")
ALL_TRAINERS = only("trainer", "trainer2", "lead", "admin")
ITS_PLANNERS = only("lead", "manager", "admin")
LEADS_OF_AGENCIES = only("agency", "admin")
READ_THE_TREE = only("lead", "manager", "admin")
MAY_LICENSE = only("lead", "admin")
REPORT_READERS = only("agency", "lead", "manager", "funder", "admin")
ITS_REPORT_READERS = only("lead", "manager", "funder", "admin")
AGENCY_LEADS = only("agency", "admin")
MANAGERS = only("manager", "admin")
TRAINER_AREA = only("trainer", "trainer2", "lead", "manager", "admin")


def never(who: dict) -> dict:
    """Nobody, whatever the role; but those who may not know of the page are not told that it is there."""
    return {role: NOT_ALLOWED if answer == YES else answer for role, answer in who.items()}


def unreadable(who: dict) -> dict:
    """Let in, and told that an empty message is no batch of marks."""
    return {role: 400 if answer == YES else answer for role, answer in who.items()}


NO_METHOD = never(EVERYBODY)

# --- What: address -> (who may read it, who may post to it) --------------------------------------
TABLE = {
    "healthz": (EVERYBODY, EVERYBODY),
    "readyz": (EVERYBODY, EVERYBODY),
    "robots.txt": (EVERYBODY, NO_METHOD),
    "help/": (EVERYBODY, NO_METHOD),
    "exit/": (EVERYBODY, NO_METHOD),
    "indicators/": (EVERYBODY, NO_METHOD),
    "indicators/pocket/": (EVERYBODY, NO_METHOD),
    "indicators/pocket.pdf": (EVERYBODY, NO_METHOD),
    "indicators/<code>/": (EVERYBODY, NO_METHOD),
    "courses/": (EVERYBODY, EVERYBODY),
    "courses/<course>/": (EVERYBODY, EVERYBODY),
    "courses/<course>/start/": (EVERYBODY, EVERYBODY),
    "courses/<course>/<module>/": (EVERYBODY, EVERYBODY),
    "courses/<course>/<module>/complete/": (NO_METHOD, EVERYBODY),
    "quizzes/<course>/": (LOGGED_IN, LOGGED_IN),
    "quizzes/<course>/<quiz>/": (LOGGED_IN, LOGGED_IN),
    "quizzes/attempts/<attempt>/": (THE_OWNER, never(LOGGED_IN)),
    "quizzes/attempts/<attempt>/<position>/": (THE_OWNER, THE_OWNER),
    "quizzes/attempts/<attempt>/<position>/feedback/": (THE_OWNER, never(LOGGED_IN)),
    "quizzes/attempts/<attempt>/submit/": (never(LOGGED_IN), THE_OWNER),
    "quizzes/attempts/<submitted>/result/": (THE_OWNER, never(LOGGED_IN)),
    "my/": (LOGGED_IN, never(LOGGED_IN)),
    "jobs/<job_id>/": (THE_OWNER, never(LOGGED_IN)),
    "jobs/<job_id>/<job_action>/": (never(LOGGED_IN), THE_OWNER),
    "my/account/": (LOGGED_IN, LOGGED_IN),
    "my/account/data/": (LOGGED_IN, never(LOGGED_IN)),
    "my/account/close/": (LOGGED_IN, LOGGED_IN),
    "my/cpd/": (LOGGED_IN, never(LOGGED_IN)),
    "my/cpd/record.csv": (LOGGED_IN, never(LOGGED_IN)),
    "my/cpd/everything.zip": (LOGGED_IN, never(LOGGED_IN)),
    "my/cpd/regulator/": (LOGGED_IN, LOGGED_IN),
    "my/cpd/learning/new/": (LOGGED_IN, LOGGED_IN),
    "my/cpd/learning/<learning_id>/": (THE_OWNER, THE_OWNER),
    "my/cpd/learning/<learning_id>/delete/": (THE_OWNER, THE_OWNER),
    "my/cpd/learning/<learning_id>/evidence/": (THE_OWNER, never(LOGGED_IN)),
    "my/cpd/learning/<learning_id>/reflect/": (THE_OWNER, THE_OWNER),
    "my/cpd/awards/<award_id>/reflect/": (THE_OWNER, THE_OWNER),
    "my/cpd/reflections/<reflection_id>/": (THE_OWNER, THE_OWNER),
    "my/cpd/reflections/<reflection_id>/delete/": (THE_OWNER, THE_OWNER),
    "my/cpd/packs/": (LOGGED_IN, never(LOGGED_IN)),
    "my/cpd/packs/<regulator>/": (LOGGED_IN, never(LOGGED_IN)),
    "my/cpd/packs/<regulator>/pack.<pack_kind>": (LOGGED_IN, never(LOGGED_IN)),
    "my/certificates/<number>/": (THE_HOLDER, never(LOGGED_IN)),
    "my/certificates/<number>/refresh/": (THE_OWNER, THE_OWNER),
    "my/certificates/<number>/sharing/": (THE_OWNER, THE_OWNER),
    "my/certificates/<number>/sharing/link/": (never(LOGGED_IN), THE_OWNER),
    "my/certificates/<number>/sharing/<share_link_id>/end/": (never(LOGGED_IN), THE_OWNER),
    "my/certificates/<number>/badge.json": (THE_HOLDER, never(LOGGED_IN)),
    "my/certificates/<number>/badge.png": (THE_HOLDER, never(LOGGED_IN)),
    ".well-known/did.json": (EVERYBODY, NO_METHOD),
    "badges/issuer/": (EVERYBODY, NO_METHOD),
    "badges/badge.png": (EVERYBODY, NO_METHOD),
    "badges/status/<generation>/": (EVERYBODY, NO_METHOD),
    "badges/achievements/<fingerprint>/": (EVERYBODY, NO_METHOD),
    "my/groups/<member_id>/leave/": (THE_OWNER, THE_OWNER),
    "my/certificates/<number>/correct/": (THE_OWNER, THE_OWNER),
    "my/certificates/<number>/appeal/": (THE_OWNER, THE_OWNER),
    "certificates/": (MANAGERS, never(MANAGERS)),
    "certificates/export/": (MANAGERS, never(MANAGERS)),
    "certificates/statistics/": (MANAGERS, never(MANAGERS)),
    "certificates/statistics/export/": (MANAGERS, never(MANAGERS)),
    "certificates/waiting/": (MANAGERS, never(MANAGERS)),
    "certificates/many/": (MANAGERS, MANAGERS),
    "certificates/names/<name_request>/": (MANAGERS, MANAGERS),
    "certificates/revocations/<revocation_request>/": (MANAGERS, MANAGERS),
    "certificates/revocations/<batch>/": (MANAGERS, MANAGERS),
    "certificates/appeals/<appeal_request>/": (MANAGERS, MANAGERS),
    "certificates/<number>/": (MANAGERS, never(MANAGERS)),
    "certificates/<number>/reissue/": (MANAGERS, MANAGERS),
    "certificates/<number>/revoke/": (MANAGERS, MANAGERS),
    "certificates/<number>/restore/": (MANAGERS, MANAGERS),
    "certificates/<number>/send/": (never(MANAGERS), MANAGERS),
    "certificates/<number>/note/": (never(MANAGERS), MANAGERS),
    "trainer/cohorts/<cohort_id>/certificates/": (ITS_READERS, ITS_READERS),
    "reports/": (REPORT_READERS, never(LOGGED_IN)),
    "reports/programmes/<programme_id>/": (ITS_REPORT_READERS, never(LOGGED_IN)),
    "reports/programmes/<programme_id>/report.pdf": (ITS_REPORT_READERS, never(LOGGED_IN)),
    "reports/programmes/<programme_id>/export/": (ITS_REPORT_READERS, never(LOGGED_IN)),
    "reports/agency/": (AGENCY_LEADS, never(LOGGED_IN)),
    "reports/agency/export/": (AGENCY_LEADS, never(LOGGED_IN)),
    "verify/": (EVERYBODY, NO_METHOD),
    "verify/keys/": (EVERYBODY, NO_METHOD),
    "verify/keys/<kid>.pem": (EVERYBODY, NO_METHOD),
    "verify/<number>/": (EVERYBODY, EVERYBODY),
    "verify/file/": (NO_METHOD, EVERYBODY),
    "verify/s/<share_token>/": (EVERYBODY, NO_METHOD),
    "verify/t/<certificate_token>/": (EVERYBODY, EVERYBODY),
    "join/<join_token>/": (EVERYBODY, LOGGED_IN),
    "join/<invitation_token>/decline/": (NO_METHOD, EVERYBODY),
    "trainer/": (TRAINER_AREA, never(TRAINER_AREA)),
    "trainer/licence/": (ALL_TRAINERS, never(ALL_TRAINERS)),
    "trainer/licence/deliveries/new/": (ALL_TRAINERS, ALL_TRAINERS),
    "trainer/licence/deliveries/<delivery_id>/withdraw/": (only("trainer"), only("trainer")),
    "trainer/licence/<licence_id>/changes/": (only("trainer"), only("trainer")),
    "trainer/pack/<course>/": (ALL_TRAINERS, never(LOGGED_IN)),
    "trainer/cascade/": (READ_THE_TREE, never(READ_THE_TREE)),
    "trainer/cascade/table/": (READ_THE_TREE, never(READ_THE_TREE)),
    "trainer/cascade/export/": (READ_THE_TREE, never(READ_THE_TREE)),
    "trainer/cascade/people/": (READ_THE_TREE, never(READ_THE_TREE)),
    "trainer/cascade/people/<person_id>/<course>/": (READ_THE_TREE, never(READ_THE_TREE)),
    "trainer/cascade/people/<person_id>/<course>/observe/": (MAY_LICENSE, MAY_LICENSE),
    "trainer/cascade/people/<person_id>/<course>/grant/": (MAY_LICENSE, MAY_LICENSE),
    "trainer/cascade/licences/<licence_id>/renew/": (never(MAY_LICENSE), MAY_LICENSE),
    "trainer/cascade/licences/<licence_id>/revoke/": (MAY_LICENSE, MAY_LICENSE),
    "trainer/cascade/rules/": (MAY_LICENSE, MAY_LICENSE),
    "trainer/cascade/rules/<rule_id>/remove/": (never(MAY_LICENSE), MAY_LICENSE),
    "trainer/programmes/": (ITS_PLANNERS, never(ITS_PLANNERS)),
    "trainer/programmes/new/": (ITS_PLANNERS, ITS_PLANNERS),
    "trainer/programmes/<programme_id>/": (ITS_PLANNERS, never(ITS_PLANNERS)),
    "trainer/programmes/<programme_id>/edit/": (ITS_PLANNERS, ITS_PLANNERS),
    "trainer/cohorts/new/": (ALL_TRAINERS, ALL_TRAINERS),
    "trainer/cohorts/<cohort_id>/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/edit/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/export/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/questions/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/questions/export/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/people/add/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/remind/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/message/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/download/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/remove/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/messages/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/people/file/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/file/<file_id>/": (only("trainer"), only("trainer")),
    "trainer/cohorts/<cohort_id>/people/<member_id>/remove/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/<member_id>/quizzes/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/people/<member_id>/quizzes/<quiz_id>/reopen/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/people/<member_id>/quizzes/<quiz_id>/more/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/evaluation/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/evaluation/export/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/sessions/<session_id>/feedback/": (ITS_TRAINERS, never(TRAINER_AREA)),
    "evaluation/courses/<course>/": (LOGGED_IN, LOGGED_IN),
    "evaluation/sessions/<past_session>/": (THE_OWNER, THE_OWNER),
    "evaluation/follow-up/<follow_up>/": (EVERYBODY, EVERYBODY),
    "evaluation/follow-up/<follow_up>/sure/": (EVERYBODY, EVERYBODY),
    "evaluation/follow-up/<follow_up>/stop/": (EVERYBODY, EVERYBODY),
    "trainer/cohorts/<cohort_id>/link/": (ITS_TRAINERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/link/qr.<kind>": (ITS_TRAINERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/link/close/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/link/renew/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/link/prolong/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/invitations/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/cohorts/<cohort_id>/invitations/<invitation_id>/resend/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/invitations/<invitation_id>/withdraw/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/copy/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/cohorts/<cohort_id>/sessions/new/": (ITS_TRAINERS, ITS_TRAINERS),
    "sessions/": (EVERYBODY, NO_METHOD),
    "sessions/<session_id>/": (EVERYBODY, NO_METHOD),
    "sessions/<session_id>/book/": (NO_METHOD, LOGGED_IN),
    "sessions/<session_id>/needs/": (never(LOGGED_IN), THE_OWNER),
    "sessions/<session_id>/cancel/": (THE_OWNER, THE_OWNER),
    "sessions/<session_id>/session.ics": (THE_OWNER, never(LOGGED_IN)),
    "sessions/<session_id>/colleagues/": (LEADS_OF_AGENCIES, LEADS_OF_AGENCIES),
    "my/colleagues/": (LEADS_OF_AGENCIES, never(LEADS_OF_AGENCIES)),
    "my/colleagues/<colleague_booking>/cancel/": (only("agency"), only("agency")),
    "my/calendar/": (LOGGED_IN, LOGGED_IN),
    "calendar/<feed_token>.ics": (EVERYBODY, NO_METHOD),
    "trainer/sessions/<session_id>/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/sessions/<session_id>/edit/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/open/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/close/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/call-off/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/people/add/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/register/": (ITS_READERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/register/marks/": (never(TRAINER_AREA), unreadable(ITS_TRAINERS)),
    "trainer/sessions/<session_id>/register/state/": (ITS_TRAINERS, never(TRAINER_AREA)),
    "trainer/sessions/<session_id>/register/worker.js": (ITS_TRAINERS, never(TRAINER_AREA)),
    "trainer/sessions/<session_id>/register/add/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/register/add/member/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/register/people/<person>/": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/sessions/<running_session>/register/people/<walk_in>/letter/": (
        never(TRAINER_AREA),
        ITS_TRAINERS,
    ),
    "trainer/sessions/<running_session>/register/people/<walk_in>/remove/": (
        never(TRAINER_AREA),
        ITS_TRAINERS,
    ),
    "trainer/sessions/<session_id>/door/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/door/close/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/tables/": (ITS_READERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/tables/move/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/tables/fit/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/tables/undo/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/tables/show/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/tables/tables.pdf": (ITS_READERS, never(TRAINER_AREA)),
    "trainer/sessions/<session_id>/kit.pdf": (ITS_TRAINERS, never(TRAINER_AREA)),
    "check-in/": (EVERYBODY, EVERYBODY),
    "check-in/<running_session>/<door_code>/": (EVERYBODY, LOGGED_IN),
    "check-in/<running_session>/<door_code>/name/": (EVERYBODY, EVERYBODY),
    "walk-in/<walk_in_token>/": (EVERYBODY, LOGGED_IN),
    "trainer/sessions/<session_id>/bookings/<booking_id>/approve/": (never(TRAINER_AREA), ITS_TRAINERS),
    "trainer/sessions/<session_id>/bookings/<booking_id>/decline/": (ITS_TRAINERS, ITS_TRAINERS),
    "trainer/sessions/<session_id>/bookings/<booking_id>/cancel/": (ITS_TRAINERS, ITS_TRAINERS),
}

#: Written by others and covered by a rule for everything below the prefix, in the tests further down.
BY_PREFIX = ("cms/", "django-admin/", "documents/", "accounts/", "_util/")
#: The pattern that hands what is left to Wagtail's pages.
THE_PAGES = r"^((?:[\w\-]+/)*)$"

#: Which token an address with a token of its own means, and which attempt has a result.
OWN_NAMES = {
    "check-in/<session_id>/<code>/": "check-in/<running_session>/<door_code>/",
    "check-in/<session_id>/<code>/name/": "check-in/<running_session>/<door_code>/name/",
    "walk-in/<token>/": "walk-in/<walk_in_token>/",
    "trainer/sessions/<session_id>/register/people/<person>/letter/": (
        "trainer/sessions/<running_session>/register/people/<walk_in>/letter/"
    ),
    "trainer/sessions/<session_id>/register/people/<person>/remove/": (
        "trainer/sessions/<running_session>/register/people/<walk_in>/remove/"
    ),
    "jobs/<job_id>/<action>/": "jobs/<job_id>/<job_action>/",
    "verify/t/<token>/": "verify/t/<certificate_token>/",
    "certificates/names/<request_id>/": "certificates/names/<name_request>/",
    "certificates/revocations/<request_id>/": "certificates/revocations/<revocation_request>/",
    "certificates/appeals/<request_id>/": "certificates/appeals/<appeal_request>/",
    "verify/s/<token>/": "verify/s/<share_token>/",
    "my/certificates/<number>/sharing/<link_id>/end/": "my/certificates/<number>/sharing/<share_link_id>/end/",
    "my/cpd/packs/<regulator>/pack.<kind>": "my/cpd/packs/<regulator>/pack.<pack_kind>",
    "join/<token>/": "join/<join_token>/",
    "calendar/<token>.ics": "calendar/<feed_token>.ics",
    "my/colleagues/<booking_id>/cancel/": "my/colleagues/<colleague_booking>/cancel/",
    "join/<token>/decline/": "join/<invitation_token>/decline/",
    "evaluation/sessions/<session_id>/": "evaluation/sessions/<past_session>/",
    "evaluation/follow-up/<token>/": "evaluation/follow-up/<follow_up>/",
    "evaluation/follow-up/<token>/sure/": "evaluation/follow-up/<follow_up>/sure/",
    "evaluation/follow-up/<token>/stop/": "evaluation/follow-up/<follow_up>/stop/",
    "quizzes/attempts/<attempt>/result/": "quizzes/attempts/<submitted>/result/",
    r"trainer/cohorts/<cohort_id>/link/qr.<kind>": "trainer/cohorts/<cohort_id>/link/qr.<kind>",
}


def patterns(resolver=None, prefix: str = ""):
    """Yield every address as written in the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        full = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield full
        else:
            yield from patterns(entry, full)


def plain(pattern: str) -> str:
    """Return `pattern` with its arguments by name: courses/<course>/."""
    pattern = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern)  # of a regular expression
    pattern = re.sub(r"<\w+:(\w+)>", r"<\1>", pattern)
    address = pattern.removeprefix("^").removesuffix("$").replace("\\", "")
    return OWN_NAMES.get(address, address)


def own_addresses() -> set[str]:
    return {plain(p) for p in patterns() if not p.startswith(BY_PREFIX) and p != THE_PAGES}


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert own_addresses() ^ TABLE.keys() == set()


def outcome(response) -> str | int:
    """Say what the answer means: let in, sent to log in, or refused."""
    if response.status_code == 302 and urlsplit(response.url).path in {"/accounts/login/", "/cms/login/"}:
        return LOGIN
    return YES if response.status_code in {200, 302, 303} else response.status_code


def ask(client, method: str, path: str) -> str | int:
    """Ask, and undo whatever the answer changed."""
    forget_cached()
    with transaction.atomic():
        response = getattr(client, method)(path)
        if response.streaming:
            b"".join(response)  # to its end, where the file is closed
        transaction.set_rollback(True)
    return outcome(response)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_the_answer_of_the_table(db, client_for, role):
    scene = build_scene()
    client = client_for(scene.people[role])
    cookies = dict(client.cookies)
    expected, found = {}, {}
    for address, rules in TABLE.items():
        path = "/" + re.sub(r"<(\w+)>", lambda match: str(scene.arguments[match[1]]), address)
        for method, rule in zip(("get", "post"), rules, strict=True):
            expected[f"{method} {address}"] = rule[role]
            client.cookies = SimpleCookie(cookies)  # an answer may have changed them
            found[f"{method} {address}"] = ask(client, method, path)
    wrong = {
        what: (found[what], "expected", expected[what]) for what in found if found[what] != expected[what]
    }
    assert wrong == {}


# --- What others wrote, by prefix -----------------------------------------------------------------
#: Below /cms/, open to all because nothing of the site is in them.
CMS_OPEN = {"cms/login/", "cms/logout/", "cms/jsi18n/", "cms/sprite/", "cms/password_reset/"}
CMS_ROLES = {"editor", "moderator", "manager", "admin"}
#: Parts of the CMS and who may open them.
CMS_TABLE = {
    "/cms/": CMS_ROLES,
    "/cms/pages/": {"editor", "moderator", "admin"},
    "/cms/attempts/": {"manager", "admin"},
    "/cms/attempts/people/": {"manager", "admin"},
    "/cms/marks/": CMS_ROLES,
    "/cms/users/": {"admin"},
    "/cms/groups/": {"admin"},
    "/cms/sites/": {"admin"},
    "/cms/collections/": {"admin"},
    "/cms/workflows/list/": {"admin"},
    "/cms/redirects/": {"admin"},
    "/cms/images/": {"editor", "moderator", "admin"},
    "/cms/documents/": {"editor", "moderator", "admin"},
    "/cms/media/": {"editor", "moderator", "admin"},
    "/cms/analysis/": {"editor", "moderator", "manager", "admin"},
    "/cms/snippets/certificates/certificatetemplate/": {"editor", "moderator", "admin"},
}


def below(prefix: str) -> list[str]:
    """Every address below `prefix` with 1 or a word for each argument."""
    found = []
    for pattern in {plain(p) for p in patterns() if p.startswith(prefix)}:
        path = re.sub(r"<\w+>", "1", pattern)
        if not re.search(r"[()\[\]*+?|]", path):
            found.append(path)
    return sorted(found)


@pytest.mark.parametrize("role", sorted(set(ROLES) - CMS_ROLES))
def test_people_without_a_part_in_the_cms_reach_nothing_below_it(db, client_for, role):
    client = client_for(build_scene().people[role])
    paths = [path for path in below("cms/") if path not in CMS_OPEN]
    assert len(paths) > 100
    let_in = [path for path in paths if ask(client, "get", f"/{path}") == YES]
    assert let_in == []


@pytest.mark.parametrize("role", sorted(CMS_ROLES))
def test_each_part_of_the_cms_opens_to_its_roles_alone(db, client_for, role):
    client = client_for(build_scene().people[role])
    found = {path for path in CMS_TABLE if client.get(path).status_code == 200}
    assert found == {path for path, roles in CMS_TABLE.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_djangos_admin_is_for_superusers(db, client_for, role):
    client = client_for(build_scene().people[role])
    let_in = [path for path in below("django-admin/") if client.get(f"/{path}").status_code == 200]
    assert bool(let_in) == (role == "admin")


#: Below /accounts/, for people who are not logged in.
BEFORE_LOGIN = {
    "accounts/login/",
    "accounts/signup/",
    "accounts/logout/",
    "accounts/inactive/",
    "accounts/confirm-email/",
    "accounts/login/code/",
    "accounts/login/code/confirm/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/confirm/",
    "accounts/password/reset/complete/",
    "accounts/2fa/authenticate/",
    "accounts/2fa/webauthn/login/",
}


def test_account_pages_ask_a_stranger_to_log_in(db, client_for):
    private = [path for path in below("accounts/") if path not in BEFORE_LOGIN]
    assert len(private) > 10
    assert {path: ask(client_for(), "get", f"/{path}") for path in private} == dict.fromkeys(private, LOGIN)


@pytest.mark.parametrize("path", ["/cms/login/", "/_util/login/", "/django-admin/login/"])
def test_no_other_log_in_form_goes_round_the_second_factor(db, client_for, path):
    response = client_for().get(f"{path}?next=/cms/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/cms/")
    assert client_for().post(path, {"username": "x", "password": "y"}).status_code == 302


def test_documents_are_served_by_wagtail_which_knows_who_may_see_them(db, client_for):
    assert below("documents/")
    assert client_for().get("/documents/1/secret.pdf").status_code == 404
