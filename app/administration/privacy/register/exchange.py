"""What is held of the other programs that read the site."""

from __future__ import annotations

from app.administration.privacy.register.learning import AS_LONG_AS_THE_ACCOUNT
from app.administration.privacy.register.treatment import Ending, Treatment

EXCHANGE = (
    Treatment(
        table="api_token",
        title="Jetons d’accès",
        data="Les jetons que vous avez créés pour d’autres logiciels, si vous administrez le site : leur nom, leur territoire, leurs dates, leur dernier usage et de quoi les reconnaître ; jamais le jeton",
        purpose="Savoir quel logiciel lit quoi, jusqu’à quand et sous la responsabilité de qui ; le lui retirer",
        lasting=" : le jeton lui-même ne fonctionne qu’un an au plus",
        ending=Ending.DELETED,
        subject="maker_id",
        others=("revoker_id",),
        labels={
            "prefix": "début du jeton",
            "name": "pour",
            "territory_id": "territoire",
            "made_at": "créé",
            "expires_on": "dernier jour",
            "revoked_at": "révoqué",
            "used_at": "dernier usage",
        },
        inner=("id", "digest"),
        free_text=("name",),
        kept_days=730,
        dated="made_at",
    ),
    Treatment(
        table="lrs_account",
        title="Traces d’apprentissage",
        data="Si l’organisme du site a choisi un ou plusieurs entrepôts de traces (LRS) : un numéro tiré au sort qui vous y désigne. Partent avec lui ce que vous ouvrez, lisez, remettez et réussissez, vos notes, présences et dispenses, avec leurs dates ; ni nom, ni adresse, ni réponse, ni raison donnée",
        purpose="Dire à ces entrepôts, que l’organisme nomme, ce qui est appris, sans dire par qui",
        lasting=f"{AS_LONG_AS_THE_ACCOUNT} ; l’entrepôt garde ce qu’il a reçu, que plus rien ne relie alors à vous",
        ending=Ending.DELETED,
        subject="person_id",
        labels={"account": "numéro dans les entrepôts"},
    ),
)
