"""The two ledgers refuse every change and deletion in the database itself, whoever asks."""

from django.db import migrations

TABLES = ("inventory_movement", "inventory_reservationentry")
FUNCTION = """CREATE FUNCTION inventory_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the stock ledger is append-only'; END $$"""


def guard(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        for act in ("update", "delete"):
            if postgres:
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION inventory_refuse()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END"
                )


def unguard(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for act in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{act}" + (f" ON {table}" if postgres else ""))
    if postgres:
        schema_editor.execute("DROP FUNCTION inventory_refuse()")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
