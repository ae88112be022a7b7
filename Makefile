# Espalier: everything a newcomer needs is `make demo` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

APT_PACKAGES := coinor-libcbc-dev coinor-libclp-dev libopenblas-pthread-dev zlib1g-dev pkg-config \
	libstdc++-12-dev python3 python3-venv
PYTHON_PACKAGES := numpy onnx onnxruntime jsonschema
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
VENV := .build-python
PYTHON := $(VENV)/bin/python
BIN := .build/release
OUT := out
FUZZ_SECONDS := 60
FUZZ_TARGETS :=
DEMO_MODEL := fixtures/demo/mnist_100-100_l1-0.0004_s11.onnx
REGION_MODEL := fixtures/models/trained/moons_16-16_l1-0_s11.onnx

export ESPALIER_BIN := $(CURDIR)/$(BIN)
export ESPALIER_PYTHON := $(CURDIR)/$(PYTHON)

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: setup
setup: ## Install what is missing (Debian packages)
	@missing=(); for name in $(APT_PACKAGES); do \
	  dpkg-query -W -f '$${Status}' "$$name" 2>/dev/null | grep -q 'ok installed' \
	    || missing+=("$$name"); done; \
	if [ $${#missing[@]} -gt 0 ]; then \
	  echo "installing $${missing[*]}"; \
	  $(SUDO) apt-get update -q; \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -q -y "$${missing[@]}"; \
	fi
	@command -v swift >/dev/null || { echo "Swift 6.2 or newer is needed: https://swift.org/install"; exit 1; }

# The second checker needs only Python; ONNX Runtime and the schema validator live in a venv.
$(PYTHON): | setup
	/usr/bin/python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(PYTHON_PACKAGES)
	touch $@

.PHONY: build
build: setup ## Build the programs (release)
	swift build -c release --product espalier
	swift build -c release --product espalier-check

.PHONY: test
test: build $(PYTHON) ## Run the whole test suite
	swift build -c release --product FaultyWorker
	swift test
	/usr/bin/python3 Tests/SecondChecker/test_espalier_check.py
	$(MAKE) --no-print-directory flips

.PHONY: flips
flips: setup ## Damage every valid fixture 1,000 times: a value or a typed error, never a crash
	swift build -c release --product EspalierFuzz
	$(BIN)/EspalierFuzz flips fixtures

.PHONY: fuzz
fuzz: setup ## Fuzz every reader with libFuzzer (FUZZ_SECONDS=60 each, FUZZ_TARGETS=all)
	./Tests/Fuzz/build.sh
	./Tests/Fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: fuzz-quick
fuzz-quick: ## The same with 3,000 inputs for each reader, always the same ones
	FUZZ_RUNS=3000 $(MAKE) --no-print-directory fuzz FUZZ_SECONDS=120

# Release, because a million certificates take hours in a debug build; a folder of its own, because
# tests see inside modules and the programs do not.
.PHONY: attack
attack: setup ## Give a million false or altered certificates to both checkers (15 minutes)
	@mkdir -p $(OUT)
	swift build -c release -Xswiftc -enable-testing --scratch-path .build-attack --build-tests
	ESPALIER_ATTACK=full swift test -c release -Xswiftc -enable-testing \
	  --scratch-path .build-attack --skip-build --filter AttackTests \
	  > $(OUT)/attack.txt 2>&1 || { grep -E '✘|error|Fatal' $(OUT)/attack.txt | head -50; exit 1; }
	awk -f Tests/CertificatesTests/Attack/summary.awk $(OUT)/attack.txt

.PHONY: lint
lint: ## Check layout and rules of the sources
	swift format lint --strict --recursive --parallel Package.swift $$(git ls-files '*.swift' | grep -v '\.pb\.swift$$')
	./Tests/Lint/imports.sh

.PHONY: format
format: ## Lay out the sources
	swift format --in-place --parallel $$(git ls-files '*.swift' | grep -v '\.pb\.swift$$')

.PHONY: check
check: lint build test ## All of the above, before every commit

.PHONY: demo
demo: build $(PYTHON) ## Verdicts, smaller model, certificate, check and report on a real network
	@mkdir -p $(OUT)
	$(BIN)/espalier inspect $(DEMO_MODEL)
	$(BIN)/espalier stability $(DEMO_MODEL) --box 0,1 -o $(OUT)/cert.json
	$(BIN)/espalier plan $(OUT)/cert.json $(DEMO_MODEL) > $(OUT)/plan.txt
	$(BIN)/espalier prune $(DEMO_MODEL) --certificate $(OUT)/cert.json -o $(OUT)/small.onnx
	$(BIN)/espalier-check $(OUT)/cert.json $(DEMO_MODEL) $(OUT)/small.onnx
	/usr/bin/python3 Tests/SecondChecker/espalier_check.py $(OUT)/cert.json $(DEMO_MODEL) $(OUT)/small.onnx
	$(PYTHON) Tests/Runtime/compare.py $(DEMO_MODEL) $(OUT)/small.onnx
	@echo; echo "The linear regions of a small network, counted, proved and drawn:"
	$(BIN)/espalier regions $(REGION_MODEL) --box 0,1 -o $(OUT)/regions.jsonl
	$(BIN)/espalier-check $(OUT)/regions.jsonl $(REGION_MODEL)
	/usr/bin/python3 Tests/SecondChecker/espalier_check.py $(OUT)/regions.jsonl $(REGION_MODEL)
	$(BIN)/espalier draw $(REGION_MODEL) --box 0,1 -o $(OUT)/regions.svg
	@echo; echo "The results are in $(OUT)/: small.onnx (the smaller model), cert.json (the"; \
	echo "certificate, accepted by two checkers) and plan.txt (what was removed, and why);"; \
	echo "regions.jsonl (a certificate of 117 linear regions) and regions.svg (their picture)."

.PHONY: bench
bench: build bench-peers ## Print our figures and those of competing methods, in one run (30 minutes)
	swift build -c release --product EspalierBench
	$(BIN)/EspalierBench fixtures
	@echo
	$(PYTHON) Tests/Runtime/stability_peers.py
	@echo
	$(PYTHON) Tests/Runtime/region_peers.py

.PHONY: bench-quick
bench-quick: build bench-peers ## Four networks and 10 seconds for each method (under 5 minutes)
	$(PYTHON) Tests/Runtime/stability_peers.py --quick

.PHONY: bench-growth
bench-growth: build $(PYTHON) ## What stability costs against width, depth, radius and inputs
	$(PYTHON) Tests/Runtime/stability_growth.py

.PHONY: bench-workers
bench-workers: build $(PYTHON) ## Two workers against one, and whether certificates are the same (3 minutes)
	$(PYTHON) Tests/Runtime/stability_workers.py

# Each line may fail: a method that is missing is left out of the tables, with a note. Debian's
# PyTorch is for CPUs and a hundred megabytes; that of PyPI brings gigabytes for GPUs.
.PHONY: bench-peers
bench-peers: $(PYTHON) ## Install the competing programs that PyPI and Debian have, for bench
	-$(PYTHON) -m pip install --quiet --disable-pip-version-check affinitree relucent
	-$(PYTHON) -m pip install --quiet --disable-pip-version-check highspy pyscipopt
	-dpkg-query -W coinor-cbc >/dev/null 2>&1 || $(SUDO) apt-get install -q -y coinor-cbc
	-dpkg-query -W python3-torch >/dev/null 2>&1 \
	  || $(SUDO) apt-get install -q -y --no-install-recommends python3-torch
	-/usr/bin/python3 -m venv --system-site-packages $(VENV)-torch
	-$(VENV)-torch/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  auto-lirpa==0.3 appdirs ninja packaging pyyaml tqdm

.PHONY: pictures
pictures: setup ## Draw the pictures of the documents anew
	swift build -c release --product espalier
	$(BIN)/espalier draw fixtures/toy/max_min.json -q -o docs/pictures/max_min.svg
	$(BIN)/espalier draw fixtures/models/trained/moons_16-16_l1-0_s11.onnx --box 0,1 -q \
	  -o docs/pictures/moons.svg
	/usr/bin/python3 Tests/Runtime/region_charts.py docs/pictures
	/usr/bin/python3 Tests/Runtime/stability_charts.py docs/pictures

.PHONY: docs
docs: ## Check that the documents name only files that exist
	./Tests/Lint/links.sh

.PHONY: protobuf
protobuf: setup ## Generate the ONNX messages anew
	$(SUDO) apt-get install -q -y protobuf-compiler
	swift package resolve
	swift build -c release --package-path .build/checkouts/swift-protobuf \
	  --scratch-path .build-protobuf --product protoc-gen-swift
	protoc --plugin=protoc-gen-swift=.build-protobuf/release/protoc-gen-swift \
	  --swift_out=Sources/ModelIO/ONNX --swift_opt=Visibility=Internal \
	  --swift_opt=UseAccessLevelOnImports=true \
	  --proto_path=Sources/ModelIO/ONNX onnx.proto

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build .build-* $(OUT)
