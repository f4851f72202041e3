import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_fill_activity_versions")]
    operations = [
        migrations.AlterField(
            model_name="award",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="awards",
                to="certificates.activityversion",
            ),
        ),
        migrations.RemoveField(
            model_name='award',
            name='accreditation_number',
        ),
        migrations.RemoveField(
            model_name='award',
            name='accredited_to',
        ),
        migrations.RemoveField(
            model_name='award',
            name='accreditor',
        ),
        migrations.RemoveField(
            model_name='award',
            name='assessment_basis',
        ),
        migrations.RemoveField(
            model_name='award',
            name='course_title',
        ),
        migrations.RemoveField(
            model_name='award',
            name='course_version',
        ),
        migrations.RemoveField(
            model_name='award',
            name='delivery',
        ),
        migrations.RemoveField(
            model_name='award',
            name='outcomes',
        ),
        migrations.RemoveField(
            model_name='award',
            name='provider_name',
        ),
        migrations.RemoveField(
            model_name='award',
            name='provider_number',
        ),
        migrations.RemoveField(
            model_name='award',
            name='signatory_name',
        ),
        migrations.RemoveField(
            model_name='award',
            name='signatory_role',
        ),
    ]
