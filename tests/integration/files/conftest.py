"""These tests use models: Django must be set up before they are collected."""

import django

django.setup()
