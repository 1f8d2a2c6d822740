"""Welsh words on printed documents. A draft: no native speaker has read it yet; have it read before letters go out in Welsh.

Values stand where they change no letter of the word before or after them: after a colon, in brackets, after "ar gyfer".
"""

from collections.abc import Mapping
from typing import Final

__all__ = ["WELSH"]

_LETTER: Final[Mapping[str, str]] = {
    "title": "Geirda ar gyfer %(name)s",
    "letters_title": "Llythyrau, argraffwyd: %(day)s",
    "page": "Tudalen {page} o {pages}",
    "number": "Cyfeirnod: %(number)s",
    "charity": "Rhif elusen gofrestredig: %(number)s",
    "confidential": "Rhoddwyd yn gyfrinachol i’r darllenydd",
    "salutation": "I bwy bynnag y bo’n berthnasol",
    "introduction": "Mae %(organisation)s yn adnabod y person hwn ers %(day)s (%(span)s). Rôl: %(capacity)s. "
    "Daw’r ffeithiau isod o’n cofrestr o amser a roddwyd.",
    "capacity_volunteer": "gwirfoddolwr",
    "roles_heading": "Rolau ac amser a gadarnhawyd",
    "role": "Rôl",
    "from": "Diwrnod cyntaf",
    "to": "Diwrnod olaf",
    "confirmed_time": "Amser a gadarnhawyd",
    "total": "Cyfanswm",
    "confirmation": "Cadarnhaodd y sefydliad bob ymweliad, ei ddyddiad a’i hyd. Diwrnod olaf y cyfrif: %(day)s.",
    "training_heading": "Hyfforddiant a gwblhawyd",
    "opinion_heading": "Barn %(author)s",
    "limits_heading": "Yr hyn nad yw’r llythyr hwn yn ei gynnwys",
    "limits": "Mae’n sôn am yr amser a’r rolau uchod, a dim byd arall. "
    "Nid yw’r hyn sydd heb ei ddweud yn cyfrif o blaid nac yn erbyn neb.",
    "good_faith": "Rydym yn ei roi yn ddidwyll. Hyd y gwyddom, mae’n wir, yn gywir ac yn deg.",
    "check_heading": "Gwirio’r llythyr hwn",
    "check_steps": "Sganiwch y cod, neu ewch i %(place)s a theipiwch y cod gwirio a’r cyfenw. Nid oes angen cyfrif. "
    "Cewch weld a yw’r llythyr hwn yn ddilys ac yn dal i sefyll.",
    "check_steps_typed": "Ewch i %(place)s a theipiwch y cod gwirio a’r cyfenw. Nid oes angen cyfrif. "
    "Cewch weld a yw’r llythyr hwn yn ddilys ac yn dal i sefyll.",
    "check_code": "Cod gwirio",
    "qr_description": "Cod QR sy’n agor y dudalen lle gellir gwirio’r llythyr hwn.",
}

_PACK: Final[Mapping[str, str]] = {
    "pack_title": "Geirdaon ar gyfer %(name)s",
    "pack_lead": "Mae’r pecyn hwn ar gyfer un cais. Mae’n cynnwys y llythyrau a restrir isod.",
    "asked_heading": "Yr hyn y gofynnwyd amdano",
    "writers_heading": "Pwy a’u hysgrifennodd",
    "writer": "Awdur",
    "known_since": "Yn adnabod ers",
    "reference_number": "Cyfeirnod",
    "pack_in_confidence": "Rhoddwyd yn gyfrinachol, felly nid yw yn y pecyn hwn. Gofynnwch i’r awdur.",
    "pack_check_heading": "Gwirio’r llythyrau hyn",
    "pack_check_steps": "Sganiwch y cod i’w gweld ar ein gwefan. "
    "Neu ewch i %(place)s a theipiwch god gwirio a’r cyfenw. Nid oes angen cyfrif.",
    "pack_ends": "Diwrnod olaf y ddolen: %(day)s. Ar ôl hynny, bydd y codau gwirio yn dal i weithio.",
    "pack_qr_description": "Cod QR sy’n agor y dudalen gyda’r llythyrau hyn.",
}

_VETTING: Final[Mapping[str, str]] = {
    "vetting_title": "Hanes fetio: %(name)s",
    "vetting_window": "Cyfnod: %(first)s hyd at %(last)s",
    "vetting_preset": "Mae hyn yn dilyn “%(preset)s”. Ffynhonnell: %(source)s, darllenwyd: %(day)s. "
    "Gwiriwch beth mae’r cyflogwr yn ei ofyn.",
    "vetting_picture_heading": "Y blynyddoedd ar un olwg",
    "vetting_picture": "Mae un bar i bob blwyddyn yn dangos beth sy’n ei chwmpasu a ble mae’r bylchau. "
    "Mae’r tabl isod yn dweud yr un peth mewn geiriau.",
    "vetting_table_heading": "Yr holl ddyddiau mewn geiriau",
    "days": "Diwrnodau",
    "what_covers_it": "Yr hyn sy’n ei gwmpasu",
    "seen_by": "Dywedwyd neu gwelwyd gan",
    "kind_register": "Oriau a gadarnhawyd yn ein cofrestr",
    "kind_document": "Cadarnhawyd gan rywun yno, neu gwelwyd tystiolaeth",
    "kind_declared": "Dywedodd y person wrthym; heb ei gadarnhau",
    "kind_minor": "Bwlch byr, heb fod yn hwy nag a ganiateir",
    "kind_needs_evidence": "Bwlch: dywedodd y person wrthym, mae angen tystiolaeth",
    "kind_uncovered": "Bwlch: nid oes dim yn ei gwmpasu",
    "vetting_nothing": "Nid oes diwrnodau wedi’u rhestru.",
    "vetting_referees_heading": "Pobl y gellir gofyn iddynt",
    "name": "Enw",
    "organisation": "Sefydliad",
    "vetting_limits": "Nid ydym yn cadw rhesymau am fylchau. "
    "Nid ydym yn cadw beth oedd y dystiolaeth, dim ond pwy a’i gwelodd a phryd. "
    "Lle cadarnhaodd rhywun mewn lle arall, drwy ddolen y gwnaed hynny. Ni wnaethom wirio pwy ydyw.",
}

WELSH: Final[Mapping[str, str]] = {**_LETTER, **_PACK, **_VETTING}
