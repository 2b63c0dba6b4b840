"""Makes llama.safetensors: what transformers' LlamaForCausalLM and torch.optim.AdamW do, for tests/golden.rs.

Needs torch and transformers (made with torch 2.15.0, transformers 5.24.0): python make_llama.py

Two random models, one with tied embeddings and one without, both with grouped queries. For each: the initial
weights, a batch of ids, the logits, the loss and every gradient of the first step, and the loss of every one of
ten steps of AdamW with clipping, the last weights included. Everything is f32 on the processor, attention eager.
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

STEPS = 10
folder = pathlib.Path(__file__).parent
torch.manual_seed(7)
torch.use_deterministic_algorithms(True)
tensors = {}
for name, tied in [("tied", True), ("untied", False)]:
    config = LlamaConfig(
        vocab_size=48,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=32,
        rms_norm_eps=1e-5,
        tie_word_embeddings=tied,
        initializer_range=0.2,
        attn_implementation="eager",
    )
    model = LlamaForCausalLM(config).float()
    ids = torch.randint(0, config.vocab_size, (3, 13))
    inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
    tensors[f"{name}/ids"] = ids.to(torch.int64)
    for key, value in model.named_parameters():
        tensors[f"{name}/start/{key}"] = value.detach().clone()

    decay, keep = [], []
    for key, value in model.named_parameters():
        (decay if value.dim() > 1 and "embed_tokens" not in key else keep).append(value)
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.1}, {"params": keep, "weight_decay": 0.0}],
        lr=1e-2,
        betas=(0.9, 0.95),
        eps=1e-8,
        foreach=False,
    )
    losses, norms = [], []
    for step in range(STEPS):
        logits = model(inputs).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            tensors[f"{name}/logits"] = logits.detach().clone()
            for key, value in model.named_parameters():
                tensors[f"{name}/gradient/{key}"] = value.grad.clone()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0))
        losses.append(loss.detach())
        optimizer.step()
    tensors[f"{name}/losses"] = torch.stack(losses)
    tensors[f"{name}/norms"] = torch.stack(norms)
    for key, value in model.named_parameters():
        tensors[f"{name}/end/{key}"] = value.detach().clone()
save_file(tensors, folder / "llama.safetensors")
