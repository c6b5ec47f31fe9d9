"""Background jobs: the django_tasks API on huey; SQLite by default, Redis or PostgreSQL when grown."""
