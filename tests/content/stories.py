"""A small situation, as a trainer types it: the opening, then two choices, twice. What closes it is added by those who use it."""

STORY = """
Le QPV attend, un soir.[^a]

> [!CHOIX] Que fait-*elle* ?
> - [Réunir les trois](#reunir)
> - [Écrire **seule**](#ecrire)

## Trois chaises {#reunir}

Le QPV est nommé. Un fait.[^b]

> [!CHOIX]
> - [Attendre](#attendre)
> - [Partir](#partir)

### Une heure plus tard {#attendre}

Ils arrivent.[^a]

### Le retour {#partir}

Personne ne rappelle.

## Une page {#ecrire}

Elle tient en dix lignes.

> [!CHOIX]
> Et ensuite ?
>
> - [L'envoyer](#envoyer)
> - [La garder](#garder)
> - [La relire](#relire)

### Envoyée {#envoyer}

On répond.

### Gardée {#garder}

On oublie.

### Relue {#relire}

On corrige.
"""
CLOSING = "\n## À retenir\n\n- Une phrase.\n"
SCENES = ("reunir", "attendre", "partir", "ecrire", "envoyer", "garder", "relire")
