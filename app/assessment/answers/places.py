"""Where a service is, said after its name: « SDJES du Nord », « CRIP 59 ». Pure."""

from __future__ import annotations

import re

from app.assessment.answers.normalise import SMALL_WORDS, spaced_spelling


def _longest_first(names: str) -> tuple[str, ...]:
    return tuple(sorted(names.split(","), key=len, reverse=True))


PLACES = _longest_first(
    "ain,aisne,allier,alpes de haute provence,alpes maritimes,ardeche,ardennes,ariege,aube,aude,aveyron,bas rhin,bouches du rhone,calvados,cantal,"
    "charente,charente maritime,cher,correze,corse,corse du sud,cote d or,cotes d armor,creuse,deux sevres,dordogne,doubs,drome,essonne,eure,"
    "eure et loir,finistere,gard,gers,gironde,guadeloupe,guyane,haut rhin,haute corse,haute garonne,haute loire,haute marne,haute saone,"
    "haute savoie,haute vienne,hautes alpes,hautes pyrenees,hauts de seine,herault,ille et vilaine,indre,indre et loire,isere,jura,landes,"
    "loir et cher,loire,loire atlantique,loiret,lot,lot et garonne,lozere,maine et loire,manche,marne,martinique,mayenne,mayotte,"
    "meurthe et moselle,meuse,morbihan,moselle,nievre,nord,oise,orne,paris,pas de calais,puy de dome,pyrenees atlantiques,pyrenees orientales,"
    "reunion,rhone,saone et loire,sarthe,savoie,seine et marne,seine maritime,seine saint denis,somme,tarn,tarn et garonne,"
    "territoire de belfort,val d oise,val de marne,var,vaucluse,vendee,vienne,vosges,yonne,yvelines,"
    "auvergne rhone alpes,bourgogne franche comte,bretagne,centre val de loire,grand est,hauts de france,ile de france,normandie,"
    "nouvelle aquitaine,occitanie,pays de loire,provence alpes cote d azur"
)
"""Départements and régions as they are folded, the longest first."""
_NUMBER = re.compile(r" (?:n° ?)?(?:[0-9]{1,3}|2[ab])$")


_BRACKETED = re.compile(r"(.+?) \((.+)\)")


def before_brackets(text: str) -> str:
    """« Grigny » of « Grigny (Essonne) », folded; nothing where no territory or number stands in brackets at the end."""
    found = _BRACKETED.fullmatch(spaced_spelling(text))
    return found[1] if found and (found[2] in PLACES or _NUMBER.fullmatch(f" {found[2]}")) else ""


def without_place(text: str) -> str:
    """What stands before a territory or a number, folded; nothing where a text ends by none."""
    spelling = spaced_spelling(text)
    place = next((f" {place}" for place in PLACES if spelling.endswith(f" {place}")), "")
    rest = spelling.removesuffix(place) if place else _NUMBER.sub("", spelling)
    words = rest.split() if rest != spelling else []
    while words and words[-1] in SMALL_WORDS:
        words.pop()
    return " ".join(words)
