"""``python -m zhanggui``: the same as the ``zhanggui`` command, also where no script folder is on the path."""

from zhanggui.config.cli import main

main()
