# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table, and the same as JSON."""
import json
import os
import pathlib
import platform
import sys

COLUMNS = "{:<24} {:<8} {:<26} {:>11} {:>11} {:>8} {:>15}  {}"


def say(text):
    print(text.rstrip())
    sys.stdout.flush()


def print_head(names):
    titles = [*names, "", ""][:2]
    say(COLUMNS.format("scenario", "over", "medians of all runs", *titles, "ratio", "its range", "goal"))


def print_rows(name, over, rows):
    for i, row in enumerate(rows):
        numbers = [f"{value:.{row['decimals']}f}" for value in row["values"]] + [""]
        ratio = spread = ""
        if row["ratio"] is not None:
            ratio = f"{row['ratio']:.3f}"
        if row["ratio_range"] is not None:
            spread = "{:.3f}-{:.3f}".format(*row["ratio_range"])
        goal = row["goal"] + (" MISSED" if row["misses_goal"] else "")
        say(COLUMNS.format(*((name, over) if i == 0 else ("", "")), row["metric"], *numbers[:2], ratio, spread, goal))


def faults(results):
    """Lost and disordered messages: a broker that does less is not faster."""
    found = []
    for result in results:
        for name, raw in result["raw"].items():
            lost = sum(one.get("lost", 0) for one in raw)
            disordered = sum(one.get("disordered", 0) for one in raw)
            if lost or disordered:
                found.append(f"{result['scenario']} over {result['transport']}, {name}: {lost} lost, {disordered} disordered")
    return found


def missed(results):
    """One line for each goal that was not reached."""
    for result in results:
        for row in result["rows"]:
            if row["misses_goal"]:
                figure = row["values"][0] if row["ratio"] is None or "ratio" not in row["goal"] else row["ratio"]
                yield f"{result['scenario']} over {result['over']}: {row['metric']} {figure:.3f}, goal {row['goal']}"


def write_json(path, results, versions, options):
    document = {
        "versions": versions,
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load_average": os.getloadavg(),
        "runs": options.runs,
        "payload_bytes": options.payload,
        "quick": options.quick,
        "results": results,
    }
    pathlib.Path(path).write_text(json.dumps(document, indent=1) + "\n")
