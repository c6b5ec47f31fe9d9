"""On PostgreSQL, ids compare byte by byte, so that a prefix of one is an index range as it is on SQLite."""

from django.db import migrations

COLUMNS = [("orders_order", "order_no"), ("orders_line", "line_no"), ("orders_line", "waybill")]


def plain(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in COLUMNS:
        schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE text COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(plain, migrations.RunPython.noop)]
