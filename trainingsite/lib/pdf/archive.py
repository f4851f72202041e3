"""PDF/A-3a and PDF/UA-1 in one file: WeasyPrint writes one of them at a time."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

VARIANT = "pdf/a-3a"

#: The PDF/UA identifier, and the description that PDF/A asks of a schema which is not its own.
ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF: the data that the page was made from, or says in words."""

    filename: str
    content: bytes
    media_type: str
    description: str
    made_at: datetime


def also_accessible(document) -> None:
    """Let the metadata of a PDF/A document say that it is PDF/UA-1 as well."""
    plain = document.metadata.generate_rdf_metadata

    def both(*variant) -> bytes:
        return plain(*variant).replace(b"</rdf:RDF>", ACCESSIBLE)

    document.metadata.generate_rdf_metadata = both


def attachment(kind: type, file: Attached):
    """Return `file` as WeasyPrint's Attachment, which `kind` is."""
    made = kind(
        file_obj=BytesIO(),
        name=file.filename,
        description=file.description,
        created=file.made_at,
        modified=file.made_at,
        relationship="Data",
    )
    # Its own source would guess the media type from the name.
    made.source = nullcontext((BytesIO(file.content), None, None, file.media_type))
    return made
