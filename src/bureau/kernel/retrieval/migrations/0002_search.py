"""What Django's schema cannot say: words to search, storage of vectors, approximate indexes.

`search` depends on constants only, so that a dump of one server loads in any other. Vectors are
kept in the row (PLAIN): a scan that had to fetch each from the side table would be several times
slower. One index a dimension, because an index holds vectors of one length.
"""

from __future__ import annotations

from django.db import migrations

DIMENSIONS = (384, 768, 1024, 1536, 3072)
CONFIGURATIONS = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}

SEARCH = "\n".join(
    [
        "ALTER TABLE retrieval_chunk ADD COLUMN search tsvector GENERATED ALWAYS AS (CASE language",
        *(
            f"WHEN '{language}' THEN to_tsvector('pg_catalog.{name}', section || ' ' || text)"
            for language, name in CONFIGURATIONS.items()
        ),
        "ELSE to_tsvector('pg_catalog.simple', section || ' ' || text) END) STORED;",
        "CREATE INDEX chunk_search ON retrieval_chunk USING gin (search);",
    ]
)
UNDO_SEARCH = "ALTER TABLE retrieval_chunk DROP COLUMN search"
PLAIN = "ALTER TABLE retrieval_chunkvector ALTER COLUMN embedding SET STORAGE PLAIN"


def index_of(dimension: int) -> migrations.RunSQL:
    """The approximate index of published vectors of one length."""
    name = f"vector_near_{dimension}"
    return migrations.RunSQL(
        f"CREATE INDEX {name} ON retrieval_chunkvector"
        f" USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops)"
        f" WITH (m = 16, ef_construction = 100)"
        f" WHERE dimension = {dimension} AND collection_id IS NOT NULL",
        f"DROP INDEX {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("retrieval", "0001_initial")]

    operations = [
        migrations.RunSQL(SEARCH, UNDO_SEARCH),
        migrations.RunSQL(PLAIN, migrations.RunSQL.noop),
        *map(index_of, DIMENSIONS),
    ]
