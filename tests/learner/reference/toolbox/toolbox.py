"""What several tests share: the toolbox: its pages, its files in every form, and what hostile words become in them."""

from __future__ import annotations

HOSTILE = "<script>alert(1)</script> & =1+1 \\* *gras* {{7*7}} | `a`"
TOOL = """---
id : carnet-d-essai
titre : Carnet <b>d'essai</b> & Cie
usage : Noter ce que l'on fera.
moment : Le premier jour.
forme : {form}
---

Une ligne par idée.[^s1]

## Idées & refus

Écrit le [[la date => 3 mars]], par **[[=> une élue]]**.[^s1]

| Idée | Prix | Payé | Reste | Part |
|---|---|---|---|---|
| [[{hostile} => {hostile}]] | [[en euros => 1 200 €]] | [[=> 300 €]] | = Prix − Payé | = Payé / Prix |
| [[=> =HYPERLINK("https://mal.example")]] | [[=> 800 €]] | [[=> 0 €]] | = Prix − Payé | = Payé / Prix |
| **Total** | = somme | = somme | = Prix − Payé | = Payé / Prix |

- [[une raison => le prix]]

[^s1]: Un guide, une agence, 2026, <https://example.org/guide> (vérifié : 2026-11)
"""


def text(form: str = "texte") -> str:
    return TOOL.format(form=form, hostile=HOSTILE)
