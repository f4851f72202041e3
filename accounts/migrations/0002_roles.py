from django.db import migrations

from accounts.roles import Role


def make_groups(apps, schema_editor):
    """Groups by name only; what each may do in the CMS is said where the CMS is set up."""
    group = apps.get_model("auth", "Group")
    for role in Role:
        group.objects.get_or_create(name=role.value)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        # Wagtail makes Editors and Moderators itself, and stops if they are there already.
        ("wagtailcore", "0002_initial_data"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
