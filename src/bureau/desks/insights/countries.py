"""Jurisdictions: names of the two-letter codes that stand on patent publications.

Codes of WIPO standard ST.3: countries as in ISO 3166, regional offices, and offices of former states
whose publications are still counted.
"""

from __future__ import annotations

from functools import cache

from bureau.desks.insights.params import Language

ECUADOR = "EC"
# Offices whose publications are not those of one country, and what to know about them.
OFFICE_NOTES: dict[str, dict[Language, str]] = {
    "WO": {
        "es": "WO = publicación internacional de patente bajo el PCT, administrada por la OMPI",
        "en": "WO = international patent publication under PCT, administered by WIPO",
    },
    "EP": {
        "es": "EP = publicación de la Oficina Europea de Patentes, con protección en los "
        "estados miembros",
        "en": "EP = European Patent Office publication, covering protection in member states",
    },
}

# code|Spanish|English
_TABLE = """
AD|Andorra|Andorra
AE|Emiratos Árabes Unidos|United Arab Emirates
AL|Albania|Albania
AM|Armenia|Armenia
AO|Angola|Angola
AP|ARIPO|ARIPO
AR|Argentina|Argentina
AT|Austria|Austria
AU|Australia|Australia
AZ|Azerbaiyán|Azerbaijan
BA|Bosnia y Herzegovina|Bosnia and Herzegovina
BB|Barbados|Barbados
BD|Bangladés|Bangladesh
BE|Bélgica|Belgium
BG|Bulgaria|Bulgaria
BH|Baréin|Bahrain
BN|Brunéi|Brunei
BO|Bolivia|Bolivia
BR|Brasil|Brazil
BW|Botsuana|Botswana
BY|Bielorrusia|Belarus
BZ|Belice|Belize
CA|Canadá|Canada
CH|Suiza|Switzerland
CI|Costa de Marfil|Côte d'Ivoire
CL|Chile|Chile
CM|Camerún|Cameroon
CN|China|China
CO|Colombia|Colombia
CR|Costa Rica|Costa Rica
CS|Checoslovaquia|Czechoslovakia
CU|Cuba|Cuba
CY|Chipre|Cyprus
CZ|Chequia|Czechia
DD|Alemania Oriental|East Germany
DE|Alemania|Germany
DK|Dinamarca|Denmark
DO|República Dominicana|Dominican Republic
DZ|Argelia|Algeria
EA|Oficina Eurasiática|Eurasian Patent Office
EC|Ecuador|Ecuador
EE|Estonia|Estonia
EG|Egipto|Egypt
EP|Oficina Europea de Patentes|European Patent Office
ES|España|Spain
FI|Finlandia|Finland
FR|Francia|France
GB|Reino Unido|United Kingdom
GC|Consejo de Coop. del Golfo|Gulf Cooperation Council
GE|Georgia|Georgia
GH|Ghana|Ghana
GR|Grecia|Greece
GT|Guatemala|Guatemala
HK|Hong Kong|Hong Kong
HN|Honduras|Honduras
HR|Croacia|Croatia
HU|Hungría|Hungary
ID|Indonesia|Indonesia
IE|Irlanda|Ireland
IL|Israel|Israel
IN|India|India
IQ|Irak|Iraq
IR|Irán|Iran
IS|Islandia|Iceland
IT|Italia|Italy
JM|Jamaica|Jamaica
JO|Jordania|Jordan
JP|Japón|Japan
KE|Kenia|Kenya
KG|Kirguistán|Kyrgyzstan
KH|Camboya|Cambodia
KR|Corea del Sur|South Korea
KW|Kuwait|Kuwait
KZ|Kazajistán|Kazakhstan
LA|Laos|Laos
LB|Líbano|Lebanon
LI|Liechtenstein|Liechtenstein
LK|Sri Lanka|Sri Lanka
LT|Lituania|Lithuania
LU|Luxemburgo|Luxembourg
LV|Letonia|Latvia
LY|Libia|Libya
MA|Marruecos|Morocco
MC|Mónaco|Monaco
MD|Moldavia|Moldova
ME|Montenegro|Montenegro
MG|Madagascar|Madagascar
MK|Macedonia del Norte|North Macedonia
MN|Mongolia|Mongolia
MO|Macao|Macao
MT|Malta|Malta
MU|Mauricio|Mauritius
MX|México|Mexico
MY|Malasia|Malaysia
MZ|Mozambique|Mozambique
NA|Namibia|Namibia
NG|Nigeria|Nigeria
NI|Nicaragua|Nicaragua
NL|Países Bajos|Netherlands
NO|Noruega|Norway
NP|Nepal|Nepal
NZ|Nueva Zelanda|New Zealand
OA|OAPI|OAPI
OM|Omán|Oman
PA|Panamá|Panama
PE|Perú|Peru
PH|Filipinas|Philippines
PK|Pakistán|Pakistan
PL|Polonia|Poland
PT|Portugal|Portugal
PY|Paraguay|Paraguay
QA|Catar|Qatar
RO|Rumanía|Romania
RS|Serbia|Serbia
RU|Rusia|Russia
RW|Ruanda|Rwanda
SA|Arabia Saudí|Saudi Arabia
SE|Suecia|Sweden
SG|Singapur|Singapore
SI|Eslovenia|Slovenia
SK|Eslovaquia|Slovakia
SM|San Marino|San Marino
SN|Senegal|Senegal
SU|Unión Soviética|Soviet Union
SV|El Salvador|El Salvador
SY|Siria|Syria
TH|Tailandia|Thailand
TJ|Tayikistán|Tajikistan
TM|Turkmenistán|Turkmenistan
TN|Túnez|Tunisia
TR|Turquía|Türkiye
TT|Trinidad y Tobago|Trinidad and Tobago
TW|Taiwán|Taiwan
TZ|Tanzania|Tanzania
UA|Ucrania|Ukraine
UG|Uganda|Uganda
US|Estados Unidos|United States
UY|Uruguay|Uruguay
UZ|Uzbekistán|Uzbekistan
VE|Venezuela|Venezuela
VN|Vietnam|Vietnam
WO|OMPI|WIPO
YU|Yugoslavia|Yugoslavia
ZA|Sudáfrica|South Africa
ZM|Zambia|Zambia
ZW|Zimbabue|Zimbabwe
"""


@cache
def _names() -> dict[str, dict[Language, str]]:
    rows = (line.split("|") for line in _TABLE.strip().splitlines())
    return {code: {"es": spanish, "en": english} for code, spanish, english in rows}


def country_name(code: str, language: Language) -> str:
    """Name of a jurisdiction, or the code itself where it is not known."""
    names = _names().get(code)
    return names[language] if names else code
