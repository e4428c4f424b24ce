"""What several tests share: `/reseau`: the cités as the course's own file lists them, two filters, sources that have aged."""

from __future__ import annotations

import pytest

from tests.record.world import World

NETWORK = """Des cités.[^a]

| Nom | Communes | Département | Vague | Label |
|---|---|---|---|---|
| Douai | Douai (59178) | Nord | 2 | 2021 |
| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 |
| Loos | Loos (59360) | Nord | 3 | 2022 |

## 9 juin 2022 : une rencontre

On y a parlé de trois histoires.[^a]

[^a]: Une liste, éditeur, 2022, <https://example.org/liste> (vérifié : 2022-11 ; à revoir : 2023-11)
"""


@pytest.fixture
def network(world: World) -> World:
    world.publish(("modules/reseau.md", NETWORK))
    world.person()
    return world
