"""Loads a model that gristmill-train exported with transformers, and compares greedy text and loss.

Needs torch and transformers: python check_export.py PROGRAM MODEL_FOLDER
PROGRAM is the built gristmill-train. Exits 1 where the two differ.
"""

import json
import subprocess
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

program, folder = sys.argv[1:]
model, loading = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
assert not loading["missing_keys"] and not loading["unexpected_keys"], loading
tokenizer = AutoTokenizer.from_pretrained(folder)
for prompt in ["The", "ROMEO:\nI will", "na\u00efve \u7c89"]:
    command = [program, "generate", "--model", folder, "--prompt", prompt, "--greedy", "--tokens", "40", "--json"]
    ours = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    with torch.no_grad():
        theirs = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=40, do_sample=False)[0].tolist()
    if theirs[-1] == tokenizer.eos_token_id:
        theirs.pop()
    print(f"{prompt!r}: {len(ours['ids'])} ids, the same: {ours['ids'] == theirs}")
    if ours["ids"] != theirs:
        sys.exit(1)
    if tokenizer.decode(theirs, skip_special_tokens=True) != ours["text"]:
        sys.exit("the ids are the same and the texts differ")
