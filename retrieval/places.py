"""One name for a country however the news calls it: by its capital, its people or its seat of power."""

from retrieval.words import terms

_COUNTRIES = """
afghanistan afghan kabul | albania albanian tirana | algeria algerian algiers | argentina argentine buenos-aires | armenia armenian yerevan
australia australian canberra | austria austrian vienna | azerbaijan azerbaijani baku | bangladesh bangladeshi dhaka | belarus belarusian minsk
belgium belgian | brazil brazilian brasilia | bulgaria bulgarian sofia | cambodia cambodian phnom-penh | canada canadian ottawa | chile chilean
china chinese beijing prc | colombia colombian bogota | croatia croatian zagreb | cuba cuban havana | cyprus cypriot nicosia | czech czechia prague
denmark danish copenhagen | egypt egyptian cairo | estonia estonian tallinn | ethiopia ethiopian | finland finnish helsinki | france french paris elysee
georgia georgian tbilisi | germany german berlin | greece greek athens | hungary hungarian budapest | iceland icelandic reykjavik | india indian delhi
indonesia indonesian jakarta | iran iranian tehran | iraq iraqi baghdad | ireland irish dublin | israel israeli jerusalem | italy italian rome
japan japanese tokyo | jordan jordanian amman | kazakhstan kazakh astana | kenya kenyan nairobi | kosovo kosovar pristina | kyrgyzstan kyrgyz bishkek
laos laotian vientiane | latvia latvian riga | lebanon lebanese beirut | libya libyan tripoli | lithuania lithuanian vilnius | malaysia malaysian
mexico mexican | moldova moldovan chisinau | mongolia mongolian ulaanbaatar | morocco moroccan rabat | myanmar burmese | nepal nepali kathmandu
netherlands dutch | nigeria nigerian abuja | norway norwegian oslo | pakistan pakistani islamabad | palestine palestinian | peru peruvian lima
philippines filipino manila | poland polish warsaw | portugal portuguese lisbon | qatar qatari doha | romania romanian bucharest
russia russian moscow kremlin | saudi riyadh | serbia serbian belgrade | slovakia slovak bratislava | slovenia slovenian ljubljana | somalia somali
spain spanish madrid | sudan sudanese khartoum | sweden swedish stockholm | switzerland swiss bern | syria syrian damascus | taiwan taiwanese taipei
tajikistan tajik dushanbe | thailand thai bangkok | tunisia tunisian tunis | turkey turkish ankara turkiye | uganda ugandan | ukraine ukrainian kyiv kiev
uzbekistan uzbek tashkent | venezuela venezuelan caracas | vietnam vietnamese hanoi | yemen yemeni sanaa | zambia zambian lusaka | zimbabwe zimbabwean harare
us usa america american washington | uk britain british london | eu european brussels
"""

_CANONICAL = {
    term: terms(country.split()[0])[0] if terms(country.split()[0]) else country.split()[0]
    for line in _COUNTRIES.strip().splitlines()
    for country in line.split("|")
    for name in country.split()
    for term in terms(name.upper() if name in ("us", "uk", "eu") else name)
}


def country(term: str) -> str:
    """The stem of the country that a stem stands for; any other stem as it is.

    >>> country("beij"), country("kashin")
    ('china', 'kashin')
    """
    return _CANONICAL.get(term, term)


def is_country(term: str) -> bool:
    """Whether a stem names a country, its capital or its people."""
    return term in _CANONICAL
