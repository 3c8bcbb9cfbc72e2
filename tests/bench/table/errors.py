# SPDX-License-Identifier: LGPL-2.1-or-later
"""What can go wrong."""


class BenchError(Exception):
    """Something that a person is told in one line."""
