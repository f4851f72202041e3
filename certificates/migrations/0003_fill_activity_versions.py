from hashlib import sha256
from json import dumps

from django.db import migrations

#: Field of an activity version <- field that an award had.
FROM_AWARD = {
    "title": "course_title",
    "version": "course_version",
    "provider_name": "provider_name",
    "provider_number": "provider_number",
    "delivery": "delivery",
    "outcomes": "outcomes",
    "minutes_total": "cpd_minutes",
    "minutes_participatory": "participatory_minutes",
    "assessment_basis": "assessment_basis",
    "accreditor": "accreditor",
    "accreditation_number": "accreditation_number",
    "accredited_to": "accredited_to",
}


def fill(apps, schema_editor):
    """Give each award the version of its activity that it described in its own fields."""
    Award, ActivityVersion = (apps.get_model("certificates", name) for name in ("Award", "ActivityVersion"))
    for award in Award.objects.filter(activity=None).select_related("enrolment__course").iterator():
        facts = {to: getattr(award, name) for to, name in FROM_AWARD.items()}
        facts["refresh_months"] = award.enrolment.course.refresh_months if award.refresh_by else None
        facts["signatories"] = [{"name": award.signatory_name, "role": award.signatory_role}]
        fingerprint = sha256(dumps(facts, sort_keys=True, default=str).encode()).hexdigest()
        award.activity, _ = ActivityVersion.objects.get_or_create(
            course=award.enrolment.course, fingerprint=fingerprint, defaults=facts
        )
        award.save(update_fields=["activity"])


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_activity_versions")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
