"""QTI items as other systems write them, in the names of 2.1 and of 3.0."""

from decimal import Decimal

import pytest

from quizzes.content import ItemType, Mode
from quizzes.exchange import archive, qti_reading
from quizzes.exchange.question import Unreadable
from tests.quizzes.exchange.strategies import picture_bytes

OLD = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" title="An item" '
    'adaptive="false" timeDependent="false">{}</assessmentItem>'
)
TEMPLATE = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'


def response(base: str, cardinality: str, rights: tuple[str, ...] = (), mapping: str = "") -> str:
    values = "".join(f"<value>{right}</value>" for right in rights)
    correct = f"<correctResponse>{values}</correctResponse>" if rights else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"{correct}{mapping}</responseDeclaration>{SCORE}"
    )


def processing(name: str) -> str:
    return f'<responseProcessing template="{TEMPLATE}{name}"/>'


def row_of(inside: str, frame: str = OLD):
    rows, notes = qti_reading.read(frame.format(inside).encode())
    assert notes == []
    (row,) = rows
    return row


def choices(**words: str) -> str:
    return "".join(f'<simpleChoice identifier="{k}">{v}</simpleChoice>' for k, v in words.items())


def test_a_choice_of_qti_3_0_with_its_prompt():
    row = row_of(
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>"
        "<qti-item-body><p>Look at the sign.</p>"
        '<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">'
        "<qti-prompt>What does it <b>say</b>?</qti-prompt>"
        '<qti-simple-choice identifier="A">Stop</qti-simple-choice>'
        '<qti-simple-choice identifier="B" fixed="true">Stay'
        '<qti-feedback-inline outcome-identifier="FEEDBACK" identifier="B" show-hide="show">Right</qti-feedback-inline>'
        "</qti-simple-choice></qti-choice-interaction></qti-item-body>"
        '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>',
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" title="Sign">{}'
        "</qti-assessment-item>",
    )
    content = row.question.content
    assert (content.type, content.stem) == (ItemType.SINGLE, "Look at the sign.\n\nWhat does it say?")
    assert [(c.text, c.is_correct, c.feedback) for c in content.choices] == [
        ("Stop", False, ""),
        ("Stay", True, "Right"),
    ]
    assert row.losses == ("formatting dropped: bold",)


def test_mapped_answers_keep_their_worth():
    mapping = (
        '<mapping lowerBound="0" upperBound="2" defaultValue="-2">'
        '<mapEntry mapKey="H" mappedValue="1"/><mapEntry mapKey="O" mappedValue="1"/>'
        '<mapEntry mapKey="Cl" mappedValue="-1"/></mapping>'
    )
    row = row_of(
        response("identifier", "multiple", ("H", "O"), mapping)
        + '<itemBody><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="0">'
        + choices(H="Hydrogen", He="Helium", O="Oxygen", Cl="Chlorine")
        + "</choiceInteraction></itemBody>"
        + processing("map_response")
    )
    content = row.question.content
    assert (content.type, content.mode, content.marks) == (ItemType.MULTIPLE, Mode.OWN_SHARES, 2)
    assert [c.share for c in content.choices] == [Decimal(50), Decimal(-100), Decimal(50), Decimal(-50)]


def test_several_right_answers_without_a_mapping_are_all_or_nothing():
    content = row_of(
        response("identifier", "multiple", ("A", "B"))
        + '<itemBody><p>Which?</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="2">'
        + choices(A="a", B="b", C="c")
        + "</choiceInteraction></itemBody>"
        + processing("match_correct")
    ).question.content
    assert content.mode == Mode.ALL_OR_NOTHING
    assert [c.is_correct for c in content.choices] == [True, True, False]


def test_order_match_and_gaps():
    order = row_of(
        response("identifier", "ordered", ("B", "A"))
        + '<itemBody><p>Order.</p><orderInteraction responseIdentifier="RESPONSE" shuffle="true">'
        + choices(A="second", B="first")
        + "</orderInteraction></itemBody>"
        + processing("match_correct")
    ).question.content
    assert [c.text for c in order.choices] == ["first", "second"]

    match = row_of(
        response("directedPair", "multiple", ("A X", "B Y"))
        + '<itemBody><p>Match.</p><matchInteraction responseIdentifier="RESPONSE" shuffle="false" maxAssociations="2">'
        '<simpleMatchSet><simpleAssociableChoice identifier="A" matchMax="1">NRM</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="B" matchMax="1">ICTG</simpleAssociableChoice></simpleMatchSet>'
        '<simpleMatchSet><simpleAssociableChoice identifier="X" matchMax="1">Referral</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="Y" matchMax="1">Guardian</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="Z" matchMax="1">Visa</simpleAssociableChoice></simpleMatchSet>'
        "</matchInteraction></itemBody>" + processing("match_correct")
    ).question.content
    assert [(c.text, c.match) for c in match.choices] == [
        ("NRM", "Referral"),
        ("ICTG", "Guardian"),
        ("", "Visa"),
    ]
    assert (match.mode, match.shuffle) == (Mode.ALL_OR_NOTHING, False)

    gap = row_of(
        response(
            "string",
            "single",
            ("York",),
            '<mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1" caseSensitive="true"/>'
            '<mapEntry mapKey="Jorvik" mappedValue="0.5" caseSensitive="true"/></mapping>',
        )
        + '<itemBody><p>Born in <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="15"/>, he</p>'
        "</itemBody>" + processing("map_response")
    ).question.content
    assert (gap.stem, gap.is_case_sensitive) == ("Born in _____, he", True)
    assert [(c.text, c.share) for c in gap.choices] == [("York", None), ("Jorvik", Decimal(50))]


def test_hot_text_between_other_words_keeps_the_whole_text_in_the_question():
    row = row_of(
        response("identifier", "multiple", ("A",))
        + '<itemBody><hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Mark.</prompt>'
        '<p>Then <hottext identifier="A">he paid</hottext> and <hottext identifier="B">she left</hottext>.</p>'
        "</hottextInteraction></itemBody>" + processing("match_correct")
    )
    content = row.question.content
    assert content.type == ItemType.SIGNS
    assert content.stem == "Mark.\n\nThen he paid and she left."
    assert [c.text for c in content.choices] == ["he paid", "she left"]


@pytest.mark.parametrize(
    ("inside", "kind", "reason"),
    [
        ("<itemBody><p>Read.</p></itemBody>", "item", "it asks nothing: information alone is no question here"),
        (
            response("string", "single") + '<itemBody><extendedTextInteraction responseIdentifier="RESPONSE"/></itemBody>',
            "extendedTextInteraction",
            "an essay is marked by a person and is no question here",
        ),
        (
            response("point", "single") + '<itemBody><selectPointInteraction responseIdentifier="RESPONSE"/></itemBody>',
            "selectPointInteraction",
            "a place on a picture has no accessible equal here",
        ),
        (
            '<itemBody><p><textEntryInteraction responseIdentifier="A"/>'
            '<textEntryInteraction responseIdentifier="B"/></p></itemBody>',
            "textEntryInteraction",
            "it asks 2 things at once: make one question of each",
        ),
        (
            response("identifier", "single")
            + '<itemBody><choiceInteraction responseIdentifier="RESPONSE">'
            + choices(A="a", B="b")
            + "</choiceInteraction></itemBody>",
            "choiceInteraction",
            "it does not say which of its answers is right",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_is_named(inside, kind, reason):
    row = row_of(inside)
    assert (row.name, row.kind, row.refusal) == ("An item", kind, reason)


def package(resources: str, **files: bytes) -> bytes:
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><organizations/><resources>'
        f"{resources}</resources></manifest>"
    )
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in files.items()}
    return archive.pack({"imsmanifest.xml": manifest.encode(), **named})


ITEM = (
    response("identifier", "single", ("A",)) + '<itemBody><p>See <img src="../img/a.png" alt="A door"/></p>'
    '<choiceInteraction responseIdentifier="RESPONSE">'
    + choices(A="a", B="b")
    + "</choiceInteraction></itemBody>"
)


def test_a_package_with_pictures_a_test_and_a_missing_file():
    rows, notes = qti_reading.read(
        package(
            '<resource identifier="r1" type="imsqti_item_xmlv2p2" href="items/one.xml"/>'
            '<resource identifier="r2" type="imsqti_item_xmlv2p2" href="items/gone.xml"/>'
            '<resource identifier="r3" type="imsqti_test_xmlv2p2" href="test.xml"/>',
            items__one_dot_xml=OLD.format(ITEM).encode(),
            img__a_dot_png=picture_bytes(),
        )
    )
    assert notes == ["The order and rules of its test are not imported, only its questions."]
    first, second = rows
    assert (first.question.content.image_alt, list(first.question.pictures), first.file) == (
        "A door",
        [""],
        "items/one.xml",
    )
    assert second.refusal == "its file is not in the package"


def test_a_broken_item_in_a_package_is_refused_alone():
    rows, _ = qti_reading.read(
        package(
            '<resource identifier="r1" type="imsqti_item_xmlv2p1" href="bad.xml"/>',
            bad_dot_xml=b"<assessmentItem>",
        )
    )
    assert rows[0].refusal == "This is no well-formed XML: line 1, column 17."


def test_a_picture_outside_the_package_is_not_read():
    rows, _ = qti_reading.read(
        package(
            '<resource identifier="r1" type="imsqti_item_xmlv2p1" href="one.xml"/>',
            one_dot_xml=OLD.format(ITEM.replace("../img/a.png", "../../../etc/passwd")).encode(),
        )
    )
    assert rows[0].losses == ("a picture that is not in the file (“../../../etc/passwd”)",)


def test_a_package_without_questions_says_so():
    with pytest.raises(Unreadable, match=r"lists no QTI 2\.1 or 3\.0 question"):
        qti_reading.read(package(""))
