# One line each. `make` alone says what there is.
RECIPE ?= fixtures/recipes/demo.toml
TRAIN ?= fixtures/recipes/train-demo.toml
GRISTMILL := cargo run --release --quiet --workspace --bin gristmill --

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'
