"""What the register declares of one table: whom it is about, what for, how long, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from app.platform.french import agree, capital

_COUNTS = {1: "un", 2: "deux", 3: "trois", 7: "sept", 14: "quatorze", 30: "trente"}


def duration(days: int) -> str:
    """« un an », « deux ans », « trente jours »: how long a treatment keeps its rows, wherever it is said."""
    years, rest = divmod(days, 365)
    count, unit = (days, "jour") if rest else (years, "an")
    return f"{_COUNTS.get(count, count)} {agree(count, unit)}"


class Ending(Enum):
    """What an erasure does with the rows about the person."""

    KEPT = "les lignes restent, sans rien qui {whom} nomme"
    DELETED = "les lignes sont supprimées"


class Treatment(Struct, frozen=True):
    """What one table holds on people."""

    table: str
    title: str
    data: str
    purpose: str
    ending: Ending
    feature: str = ""
    """The one that writes it: off, what it holds of nobody is not told."""
    lasting: str = ""
    """For how long, in words; what follows `kept_days` in words, where there are some."""
    subject: str = ""
    """Column whose key is the person whom the rows are about; empty when the table only says who acted."""
    actors: tuple[str, ...] = ()
    """Columns whose key is somebody who did something in their work."""
    others: tuple[str, ...] = ()
    """Columns whose key is somebody else, for whom another table keeps what was done."""
    through: tuple[str, str] | None = None
    """(own column, table) when the rows are about a person by way of another declared table."""
    addressed: str = ""
    """Column that holds a mail address: rows with the person's are about them, whatever the keys say."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Column → how the export calls it."""
    beside: tuple[str, str, Mapping[str, str]] | None = None
    """(own column, table, its columns → labels): what the export says of a row that is nobody's, which this one names by its key."""
    inner: tuple[str, ...] = ()
    """Columns that the export leaves out: keys, digests, secrets, what says nothing of the person."""
    emptied: Mapping[str, object] = field(default_factory=dict)
    """Column → its value after an erasure."""
    typed: tuple[str, ...] = ()
    """JSON columns of answers: an erasure takes what was typed out of them and leaves what was ticked or ranked, which counts need."""
    free_text: tuple[str, ...] = ()
    """Columns that people write in: an erased name or address is removed from everybody's rows."""
    private: tuple[str, ...] = ()
    """Columns that only the person reads: whoever answers their request, or sees « comme » them, is told that there is something."""
    opening: tuple[str, ...] = ()
    """Columns that hold addresses which open something to whoever has them: a copy, which may be passed on, says each without its end."""
    redrawn: tuple[str, ...] = ()
    """Columns drawn again at random by an erasure, so that an address given before leads nowhere."""
    kept_days: int | None = None
    """`flask privacy purge` deletes older rows."""
    dated: str = ""
    """The column that says how old a row is."""

    @property
    def retention(self) -> str:
        """Says in words how long the rows are kept, from `kept_days`."""
        if self.kept_days is None:
            return self.lasting
        return f"{capital(duration(self.kept_days))}{self.lasting}"

    @property
    def erasure(self) -> str:
        """What an erasure does, in words to the person."""
        return self.erasure_words("vous")

    def erasure_words(self, whom: str) -> str:
        """Says what erasure removes, addressed to the person (« vous ») or to somebody else (« la »)."""
        lost, ending = [self.labels[column] for column in self.emptied if column in self.labels], self.ending.value.format(whom=whom)
        return f"{ending} ; effacé : {', '.join(lost)}" if lost else ending
