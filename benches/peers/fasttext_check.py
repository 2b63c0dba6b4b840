"""fastText by its makers against ours, over the same texts: probabilities and speed.

    python fasttext_check.py GRISTMILL MODEL TEXTS.jsonl [--train]

GRISTMILL is the binary, MODEL a .bin or .ftz file, TEXTS.jsonl has a field "text" (and "label" with --train, which
trains MODEL with the makers' own trainer first, pairs of words and subwords on). Prints one line of JSON: how many of
the first 1,000 texts were compared, the largest difference of any of three probabilities, first labels that differ, and the
makers' MB per second of CPU. Exit status 1 where a probability differs by more than 0.00001.

Needs fasttext-wheel 0.9.2 and numpy below 2.
"""

import json
import subprocess
import sys
import time

import fasttext

TEXTS = 1_000


def main():
    gristmill, path, texts_path = sys.argv[1:4]
    with open(texts_path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    texts = [row["text"].replace("\n", " ") for row in rows]
    if "--train" in sys.argv:
        with open(path + ".txt", "w", encoding="utf-8") as file:
            for row, text in zip(rows, texts):
                file.write(f"__label__{row['label']} {text}\n")
        model = fasttext.train_supervised(
            path + ".txt", dim=16, epoch=25, lr=0.5, wordNgrams=2, minn=2, maxn=4, bucket=50_000, thread=1, verbose=0
        )
        model.save_model(path)
    model = fasttext.load_model(path)
    said = subprocess.run(
        [gristmill, "classifier", "predict", path, texts_path, "--top", "3"],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()
    largest, differing = 0.0, 0
    compared = min(TEXTS, len(texts))
    for text, line in zip(texts[:compared], said):
        ours = json.loads(line)
        labels, scores = model.predict(text, k=-1)
        makers = dict(zip((label.removeprefix("__label__") for label in labels), scores))
        largest = max(largest, *(abs(makers[one["label"]] - one["score"]) for one in ours))
        # Of labels with the same score, which is the first is nobody's merit.
        differing += makers[ours[0]["label"]] < max(scores) - 1e-6
    start = time.process_time()
    for text in texts:
        model.predict(text, k=3)
    seconds = time.process_time() - start
    size = sum(len(text.encode()) for text in texts)
    print(json.dumps({
        "compared": compared, "largest_difference": float(largest), "other_first_label": int(differing),
        "makers_mb_per_second": size / 1e6 / seconds,
    }))
    sys.exit(largest > 1e-5 or differing > 0)


if __name__ == "__main__":
    main()
