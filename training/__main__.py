"""`python -m training STEP`: from others' questions and the articles to the weights of the reader."""

import argparse
import json
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RECIPE = Path(__file__).parent / "recipe.json"
SLIM = Path(__file__).parent / "slim.json"
STEPS = ("examples", "begin", "train", "slim", "export", "evaluate", "whole", "confidence")


def main() -> None:
    """Run one step; each goes on where it was cut off."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of questions and articles")
    parser.add_argument("--work", type=Path, default=Path(".training"), help="where all that is made is kept")
    parser.add_argument("--run", default="reader", help="the name of a run, below the work folder")
    parser.add_argument(
        "--recipe",
        type=Path,
        default=None,
        help="the plan of a run, as JSON (recipe.json, for slim slim.json)",
    )
    parser.add_argument(
        "--articles", type=int, default=20_000, help="examples: how many articles to make them from"
    )
    parser.add_argument(
        "--folder", type=Path, default=None, help="begin, slim, evaluate, export: the folder that ships"
    )
    options = parser.parse_args()
    run = options.work / "runs" / options.run
    folder = options.folder or run / "reader"
    match options.step:
        case "examples":
            from training.gather import gather

            gather(options.data, options.work, articles=options.articles)
        case "begin":
            from qa.reader import WEIGHTS
            from training.model import start_folder
            from training.train import begin_from

            print(begin_from(options.folder or WEIGHTS, start=start_folder(), work=run))
        case "train":
            from training.model import start_folder
            from training.train import Plan, train

            plan = Plan(**json.loads((options.recipe or RECIPE).read_text(encoding="utf-8")))
            train(plan, start=start_folder(), data=options.work / "examples", work=run)
        case "slim":
            from qa.reader import WEIGHTS
            from training.slim import slim, slim_plan

            print(
                slim(
                    slim_plan(options.recipe or SLIM),
                    weights=options.folder or WEIGHTS,
                    data=options.work / "examples",
                    work=run,
                )
            )
        case "export":
            from training.export import export
            from training.model import start_folder

            print(export(run / "checkpoint.pt", start=start_folder(), folder=folder))
        case "whole":
            from training.whole import whole_figures

            print(json.dumps(whole_figures(options.data, options.work), indent=1))
        case "confidence":
            from training.fit_confidence import confidence_figures

            print(json.dumps(confidence_figures(options.data, options.work), indent=1))
        case _:
            from training.report import report

            print(json.dumps(report(folder, options.data, options.work), indent=1))


if __name__ == "__main__":
    main()
