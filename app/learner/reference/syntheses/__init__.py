"""Papers made of the published course: a synthesis of each module, the glossary and the timeline on one sheet."""
