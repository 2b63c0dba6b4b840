# Every target is one line. `make` alone says what there is.
RECIPE ?= fixtures/recipes/demo.toml
TRAIN ?= fixtures/recipes/train-demo.toml
TARGET ?= warc
SECONDS ?= 600
CARGO_RUN := cargo run --release

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -e 's/:.*## /	/'

curate: ## raw dumps to shards: RECIPE=my.toml, or RAW=DIR OUT=DIR for a folder with web/ books/ code/
	$(CARGO_RUN) --bin gristmill -- curate $(if $(RAW),--raw $(RAW) --out $(or $(OUT),out/raw),$(RECIPE))

train: ## a small model on the shards that `make curate` left: TRAIN=my.toml
	$(CARGO_RUN) --bin gristmill-train -- run $(TRAIN) --overwrite

test: ## formatting, lints, documentation, tests
	cargo fmt --all --check
	cargo clippy --workspace --release --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --release --no-deps --document-private-items
	cargo test --workspace --release

bench: ## every benchmark, on a corpus of 100 MB; PEERS=venv/bin/python puts the peers beside (benches/README.md)
	$(CARGO_RUN) --bin gristmill-bench -- $(foreach peer,$(PEERS),--peers $(peer))

bench-reading: ## reading beside its peers: quality, speed, records, hostile pages, memory; PARTS="quality speed" for some
	python3 benches/peers/reading/run.py $(PARTS)

fuzz: ## one reader on mutated bytes: TARGET=warc, http_body, html, epub, archive or notebook; SECONDS=600
	mkdir -p pipeline/fuzz/corpus/$(TARGET)
	cd pipeline && cargo +nightly fuzz run --sanitizer none --target-dir ../target/fuzz $(TARGET) \
		fuzz/corpus/$(TARGET) fuzz/seeds/$(TARGET) -- -dict=fuzz/dictionaries/$(TARGET) \
		-max_len=1048576 -timeout=5 -rss_limit_mb=1024 -max_total_time=$(SECONDS)

schemas: ## writes schemas/json/ anew
	UPDATE_SCHEMAS=1 cargo test --workspace --release schema

fmt: ## formats the code
	cargo fmt --all

lint: ## the lints alone
	cargo clippy --workspace --release --all-targets -- -D warnings

docs: ## the documentation of the code
	cargo doc --workspace --release --no-deps --document-private-items

.PHONY: help curate train test bench bench-reading fuzz schemas fmt lint docs
