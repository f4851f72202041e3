"""What each content file may hold. The files' own opening comments say the same in words."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from accounts.models import Agency
from library.models import Fact, HelpContact, Indicator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
Day = date
Clock = Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]


class Strict(BaseModel):
    """No unknown keys: a misspelt key is a mistake, not a silent loss."""

    model_config = ConfigDict(extra="forbid")


class SectorRow(Strict):
    code: Code
    name: Text
    order: int
    examples: str = ""


class VocabularyRow(Strict):
    code: Code
    name: Text
    order: int


class IndicatorRow(Strict):
    code: Code
    forms: list[Code] = Field(min_length=1)
    settings: list[Code] = []
    sectors: list[Code] = Field(min_length=1)
    strength: Literal[tuple(Indicator.Strength.values)]
    text: Text
    why: Text
    ask: Text
    source: Text
    check: bool = False


class FactRow(Strict):
    code: Code
    kind: Literal[tuple(Fact.Kind.values)]
    value: str = ""
    unit: str = ""
    year: str = ""
    population: str = ""
    statement: str = ""
    source: Text
    caveat: str = ""
    needs_check: bool = False
    usable: bool = True
    checked_on: date
    review_due_on: date


class ContactRow(Strict):
    code: Code
    name: Text
    number: str = ""
    purpose: Text
    hours: str = ""
    url: str = ""
    nation: Literal[tuple(HelpContact.Nation.values)]
    kind: Literal[tuple(HelpContact.Kind.values)]
    order: int
    in_help_box: bool
    source: Text
    checked_on: date
    check_due_on: date
    needs_check: bool = False


class AgencyTypeRow(Strict):
    code: Code
    name: Text
    sector: Code | None
    first_responder: Literal[tuple(Agency.FirstResponder.values)]


class AgencyRow(Strict):
    slug: Code
    name: Text
    type: Code
    region: Text
    learners: int = Field(ge=0)
    first_responder: Literal[tuple(Agency.FirstResponder.values)] | None = None


class VenueRow(Strict):
    slug: Code
    name: Text
    place: Text
    capacity: int = Field(gt=0)
    online: bool
    access: list[Text]


class PersonRow(Strict):
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.example$")]
    name: Text
    job_role: Text
    sector: Code | None
    agency: Code | None
    roles: list[
        Literal[
            "learner",
            "trainer",
            "lead_trainer",
            "agency_lead",
            "editor",
            "moderator",
            "programme_manager",
            "funder",
            "superuser",
        ]
    ] = Field(min_length=1)


class OutcomeRow(Strict):
    code: Code
    text: Text
    programme: str = ""


class ReadingRow(Strict):
    title: Text
    publisher: str = ""
    year: int | str = ""
    url: str = ""


class ModuleRow(Strict):
    code: Code
    title: Text
    slug: Code
    summary: Annotated[str, StringConstraints(max_length=200)]
    minutes: int = Field(gt=0)
    short_minutes: int | None = Field(default=None, gt=0)
    outcomes: list[OutcomeRow] = Field(min_length=1)
    content_note: str = ""
    reviewed_on: date
    review_due_on: date
    relies_on: list[Code] = []
    further_reading: list[ReadingRow] = []


class CourseModuleRow(Strict):
    code: Code
    form: Literal["full", "short"]
    minutes: int = Field(gt=0)
    required: bool = True


class QuizRow(Strict):
    title: Text
    introduction: Text
    pass_mark: int = Field(ge=1, le=100)
    questions: int = Field(ge=1)
    minutes: int = Field(ge=0)
    exclude_needs_check: bool = False
    category: str = "Assessment"
    at_least_per_outcome: int = Field(default=0, ge=0)


class PracticeRow(Strict):
    """A quiz that counts for nothing: before the course, or after a module."""

    kind: Literal["diagnostic", "check"]
    slug: Code
    title: Text
    introduction: Text
    module: Code | None = None
    questions: int = Field(ge=1)
    chosen: list[Code] = []
    minutes: int = Field(default=0, ge=0)
    attempts: int = Field(default=0, ge=0)
    category: str = "Assessment"
    feedback_at_once: bool = False
    ask_confidence: bool = False


class CourseRow(Strict):
    slug: Code
    title: Text
    summary: Annotated[str, StringConstraints(max_length=200)]
    introduction: Text
    audience: Text
    sectors: list[Code] = []
    level: Text
    format: Text
    learning_outcomes: list[OutcomeRow] = Field(min_length=1)
    content_note: str = ""
    reviewed_on: date
    review_due_on: date
    cpd_minutes: int = Field(gt=0)
    participatory_minutes: int = Field(ge=0)
    session_minutes: int = Field(default=0, ge=0)
    sessions_required: int = Field(default=0, ge=0)
    refresh_months: int | None = None
    modules: list[CourseModuleRow] = Field(min_length=1)
    quiz: QuizRow
    practice: list[PracticeRow] = []


class TitledText(Strict):
    title: Text
    text: Text


class TitledBody(Strict):
    title: Text
    body: Text


class SiteRow(Strict):
    provider: Text
    contact_email: Text


class HomeRow(Strict):
    title: Text
    lead: Text
    values: list[TitledText]
    how_it_works: list[TitledText]
    affected: TitledBody
    organisations: TitledBody


class PageRow(Strict):
    slug: Code
    title: Text
    summary: str = ""
    body: Text


class PagesFile(Strict):
    site: SiteRow
    home: HomeRow
    pages: list[PageRow]


class BreakRow(Strict):
    at: Clock
    minutes: int = Field(gt=0)


class SafetyRow(Strict):
    safeguarding_lead: Text
    disclosure_procedure: Text
    quiet_room: Text


class ProgrammeRow(Strict):
    name: Text
    summary: Text
    funder_name: Text
    starts_on: date
    ends_on: date
    target_people: int = Field(gt=0)
    target_agencies: int | None = None
    target_passed_on_percent: int | None = Field(default=None, ge=0, le=100)


class PeopleRow(Strict):
    """A sector's people: `column` is the part of a session's mix that they fill."""

    column: Code
    sector: Code
    agencies: list[Code] = Field(min_length=1)
    roles: list[Text] = Field(min_length=1)


class PilotSessionRow(Strict):
    name: Text
    date: date
    venue: Code
    trainer: Text
    booked: int = Field(gt=0)
    waiting: int = Field(default=0, ge=0)
    mix: dict[str, int]

    @property
    def attended(self) -> int:
        return sum(self.mix.values())


class BeforeAfterRow(Strict):
    before: int
    after: int


class ConfidenceRow(Strict):
    outcome: Code
    before: float
    after: float
    later: float


class SurveyRow(Strict):
    reply_percent: int = Field(ge=0, le=100)
    used: int
    not_yet: int
    needed_help: int
    passed_on: int


class CascadeRow(Strict):
    trainers: int
    face: int
    elearning: int
    next_generation: int
    until: date
    course: Code


class PilotFile(Strict):
    programme: ProgrammeRow
    sector_targets: dict[str, int]
    course: Code
    starts: Clock
    ends: Clock
    breaks: list[BreakRow]
    safety: SafetyRow
    people: list[PeopleRow] = Field(min_length=1)
    sessions: list[PilotSessionRow] = Field(min_length=1)
    knowledge: BeforeAfterRow
    confidence: list[ConfidenceRow]
    survey: SurveyRow
    cascade: CascadeRow
    feedback: list[Text] = Field(min_length=1)


class DateRow(Strict):
    """A session on a fixed day, or so many days after the demonstration was loaded first."""

    date: Day | None = None
    in_days: int | None = Field(default=None, ge=0)
    starts: Clock = "09:30"
    ends: Clock = "13:15"
    places: int = Field(gt=0)
    booked: int = Field(default=0, ge=0)
    waiting: int = Field(default=0, ge=0)
    came: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def one_day(self):
        if (self.date is None) == (self.in_days is None):
            raise ValueError("a session has a date or in_days, and not both")
        if not self.came <= self.booked <= self.places:
            raise ValueError("more people came than were booked, or more were booked than there are places")
        return self


class GroupRow(Strict):
    group: Text
    course: Code
    trainer: Text
    venue: Code
    programme: ProgrammeRow | None = None
    people: list[PeopleRow] = Field(min_length=1)
    sessions: list[DateRow] = Field(min_length=1)
