# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests/bench/run consists of. See README.md."""
