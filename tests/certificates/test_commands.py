import pytest
from django.core.management import CommandError, call_command

from certificates.models import Award, Certificate
from tests.factories.certificates import CertificateFactory, earned_enrolment
from tests.factories.courses import CoursePageFactory

pytestmark = pytest.mark.django_db


def test_sample_certificate_draws_one_and_records_nothing(tmp_path, capsys):
    CoursePageFactory(slug="fast-track")
    out = tmp_path / "sample.pdf"

    call_command("sample_certificate", name="Nguyễn Thị Phương Thảo", out=out, course="fast-track")

    assert b"/ByteRange" in out.read_bytes()  # the seal
    assert str(out) in capsys.readouterr().out
    assert not Award.objects.exists()
    assert not Certificate.objects.exists()


def test_sample_certificate_says_what_it_cannot_draw(tmp_path):
    CoursePageFactory()

    with pytest.raises(CommandError, match=r"李 \(U\+674E CJK UNIFIED IDEOGRAPH-674E\), 🙂"):
        call_command("sample_certificate", name="李 🙂", out=tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_sample_certificate_says_what_to_do(tmp_path):
    with pytest.raises(CommandError, match="no course yet"):
        call_command("sample_certificate", name="Ann", out=tmp_path / "x.pdf")
    CoursePageFactory()
    with pytest.raises(CommandError, match="no course “nowhere”"):
        call_command("sample_certificate", name="Ann", out=tmp_path / "x.pdf", course="nowhere")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("sample_certificate", name="Ann", out=tmp_path / "no" / "x.pdf")


def test_reconcile_awards_prints_what_it_mended(capsys, mailoutbox):
    earned_enrolment()
    CertificateFactory()

    call_command("reconcile_awards")
    assert capsys.readouterr().out == "Mended: awards 1, certificates 2, e-mails 2\n"
    call_command("reconcile_awards")
    assert capsys.readouterr().out == "Mended: awards 0, certificates 0, e-mails 0\n"
